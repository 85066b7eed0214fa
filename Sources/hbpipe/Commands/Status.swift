import ArgumentParser
import Engine

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what repro would do, and why.")

  @Argument(help: "Stages or artifact paths; everything where none is given.")
  var targets: [String] = []

  @Flag(name: .shortAndLong, help: "List every action.")
  var verbose = false

  @Flag(help: "End with 1 where something would be done.")
  var exitCode = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  func run() throws {
    let session = try Session()
    let report: PlanReport
    if targets.isEmpty, let clean = session.project.unchangedSinceLastRun() {
      report = PlanReport(clean)
    } else {
      let planner = try session.planner()
      report = PlanReport(try planner.plan(Selection(targets, in: planner.graph, lock: planner.lock)))
    }
    try report.print(json: json, verbose: verbose)
    if exitCode, !report.isUpToDate { throw ExitCode(1) }
  }
}
