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

  @Argument(help: "Stages, stage@item, artifact paths, or globs of these; everything where none is given.")
  var targets: [String] = []

  @Flag(help: "The targets and all that comes after them; what they need is taken as it is.")
  var downstream = false

  @Flag(name: .shortAndLong, help: "The targets and nothing else; what they need is taken as it is.")
  var single = false

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: "Actions under way at once (default: one for each core).")
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Run every action, and replace files that hbpipe did not make.")
  var force = false

  @Flag(name: [.customShort("n"), .long, .customLong("dry")], help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "After a failure, go on with what does not depend on it.")
  var keepGoing = false

  @Flag(help: "Take what the lock has as made, even where its bytes are nowhere on this machine.")
  var allowMissing = false

  @Flag(help: "Say of every action why it was carried out.")
  var explain = false

  @Flag(name: .shortAndLong, help: "Show what every command printed.")
  var verbose = false

  @Option(help: ArgumentHelp("Write a trace of the run for chrome://tracing or Perfetto.", valueName: "file"))
  var trace: String?

  @Flag(help: "Wait for another hbpipe in this project instead of giving up.")
  var wait = false

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("-j has to be at least 1") }
    if downstream, single { throw ValidationError("--downstream and --single exclude each other") }
    if downstream || single, targets.isEmpty {
      throw ValidationError("\(downstream ? "--downstream" : "--single") needs a target")
    }
  }

  func run() throws {
    let start = ContinuousClock().now
    let session = try Session()
    if dryRun {
      let planner = try session.planner(force: force, allowsMissing: allowMissing)
      let plan = try planner.plan(selection(planner))
      return try PlanReport(plan).print(json: json, verbose: true)
    }
    // Nothing is to be made in a directory that is no project, not even a lock file.
    guard try session.project.tree.status(of: PipelineFile.fileName) != nil else {
      throw EngineError.noPipeline(directory: session.project.tree.root)
    }
    let held = try ProjectLock.take(session.project.tree, waiting: wait)
    defer { withExtendedLifetime(held) {} }

    if targets.isEmpty, !force, trace == nil, let clean = session.project.unchangedSinceLastRun() {
      return try ReproReport(RunSummary(clean), seconds: secondsSince(start)).finish(json: json)
    }
    let planner = try session.planner(force: force, allowsMissing: allowMissing)
    let cancellation = Cancellation()
    let interrupts = Self.cancelOnSignals(cancellation)
    defer { for source in interrupts { source.cancel() } }
    let progress = Progress(isQuiet: quiet || json, explains: explain && !json, isVerbose: verbose && !json)
    let trace = trace.map { _ in Trace(since: start, next: progress) }
    let options = RunOptions(
      jobs: jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount), keepGoing: keepGoing, force: force)
    let run = Run(
      planner, try selection(planner), options, cancellation: cancellation, observer: trace ?? progress)
    trace?.coordinated("read pipeline, lock and index", since: start)
    defer { progress.clear() }
    let summary = try run.execute()
    if let trace, let file = self.trace { try trace.write(to: file) }
    progress.clear()
    try ReproReport(summary, seconds: secondsSince(start), warnings: progress.warnings).finish(json: json)
  }

  private func selection(_ planner: Planner) throws -> Selection {
    let reach: Selection.Reach = downstream ? .downstream : single ? .single : .upstream
    return try Selection(targets, reach: reach, in: planner.graph, lock: planner.lock)
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
}
