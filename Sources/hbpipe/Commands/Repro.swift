import ArgumentParser
import Dispatch
import Engine
import Foundation
import Glibc
import Store

struct Repro: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repro", abstract: "Bring every artifact up to date.",
    discussion: """
      Ends with "ran R, restored C, up to date U, failed F" and the seconds. What ran was made anew; what was
      restored came from the cache.
      """)

  @Argument(help: "Stages or artifact paths; everything where none is given.")
  var targets: [String] = []

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: "Actions under way at once (default: one for each core).")
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Run every action, and replace files that hbpipe did not make.")
  var force = false

  @Flag(name: [.customShort("n"), .long], help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "After a failure, go on with what does not depend on it.")
  var keepGoing = false

  @Flag(help: "Say of every action why it was carried out.")
  var explain = false

  @Flag(help: "Wait for another hbpipe in this project instead of giving up.")
  var wait = false

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("-j has to be at least 1") }
  }

  func run() throws {
    let start = ContinuousClock().now
    let session = try Session()
    if dryRun {
      let planner = try session.planner(force: force)
      let plan = try planner.plan(Selection(targets, in: planner.graph, lock: planner.lock))
      return try PlanReport(plan).print(json: json, verbose: true)
    }
    _ =
      try session.project.tree.status(of: PipelineFile.fileName)
      ?? { throw EngineError.noPipeline(directory: session.project.tree.root) }()
    let held = try ProjectLock.take(session.project.tree, waiting: wait)
    defer { withExtendedLifetime(held) {} }

    if targets.isEmpty, !force, let clean = session.project.unchangedSinceLastRun() {
      var summary = RunSummary()
      summary.upToDate = clean.actions
      summary.artifacts = clean.artifacts
      return try report(summary, since: start, warnings: [])
    }
    let planner = try session.planner(force: force)
    let cancellation = Cancellation()
    let interrupts = Self.cancelOnSignals(cancellation)
    defer { for source in interrupts { source.cancel() } }
    let progress = Progress(isQuiet: quiet || json, explains: explain && !json)
    let options = RunOptions(
      jobs: jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount), keepGoing: keepGoing, force: force)
    let run = Run(
      planner, try Selection(targets, in: planner.graph, lock: planner.lock), options, cancellation: cancellation,
      observer: progress)
    defer { progress.clear() }
    let summary = try run.execute()
    progress.clear()
    try report(summary, since: start, warnings: progress.warnings)
  }

  private static func cancelOnSignals(_ cancellation: Cancellation) -> [any DispatchSourceSignal] {
    [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { cancellation.request(signal: SIGTERM) }
      source.activate()
      return source
    }
  }

  private struct Report: Encodable {
    struct Failure: Encodable {
      let action: String
      let message: String
    }
    let ran: Int
    let restored: Int
    let upToDate: Int
    let failed: Int
    let actions: Int
    let artifacts: Int
    let seconds: Double
    let removed: [String]
    let blocked: [String]
    let failures: [Failure]
    let warnings: [String]
    let interrupted: Bool
  }

  private func report(_ summary: RunSummary, since start: ContinuousClock.Instant, warnings: [String]) throws {
    let took = (ContinuousClock().now - start).components
    let seconds = Double(took.seconds) + Double(took.attoseconds / 1_000_000_000_000_000) / 1000
    if json {
      try Console.printJSON(
        Report(
          ran: summary.ran, restored: summary.restored, upToDate: summary.upToDate,
          failed: summary.failures.count, actions: summary.actions, artifacts: summary.artifacts,
          seconds: seconds, removed: summary.removed.map(\.string), blocked: summary.blocked.map(\.string),
          failures: summary.failures.map { failure in
            .init(action: failure.action.description, message: Diagnosis(failure.error).headline)
          },
          warnings: warnings, interrupted: summary.isCancelled))
    } else {
      for stage in summary.blocked { Console.talk("hbpipe: stage \(stage) was left out: what it reads failed") }
      if !summary.removed.isEmpty { Console.talk("removed \(counted(summary.removed.count, "artifact"))") }
      Console.print(
        "ran \(summary.ran), restored \(summary.restored), up to date \(summary.upToDate), "
          + "failed \(summary.failures.count) (\(seconds) s)")
    }
    if summary.isCancelled { throw ExitCode(130) }
    guard summary.failures.isEmpty else {
      throw ExitCode(summary.failures.map { Diagnosis($0.error).exitCode }.max() ?? 1)
    }
  }
}
