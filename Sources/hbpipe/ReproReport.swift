import ArgumentParser
import Engine
import Store

/// What a run did, as people and programs read it.
struct ReproReport {
  private struct Document: Encodable {
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

  private let summary: RunSummary
  private let seconds: Double
  private let warnings: [String]

  init(_ summary: RunSummary, seconds: Double, warnings: [String] = []) {
    self.summary = summary
    self.seconds = seconds
    self.warnings = warnings
  }

  /// Prints, and ends the command with the exit code that the run has earned.
  func finish(json: Bool) throws {
    if json { try Console.printJSON(document) } else { printLines() }
    if summary.isCancelled { throw ExitCode(130) }
    guard summary.failures.isEmpty else {
      throw ExitCode(summary.failures.map { Diagnosis($0.error).exitCode }.max() ?? 1)
    }
  }

  private func printLines() {
    for stage in summary.blocked { Console.talk("hbpipe: stage \(stage) was left out: what it reads failed") }
    if !summary.removed.isEmpty { Console.talk("removed \(counted(summary.removed.count, "artifact"))") }
    Console.print(
      "ran \(summary.ran), restored \(summary.restored), up to date \(summary.upToDate), "
        + "failed \(summary.failures.count) (\(seconds) s)")
  }

  private var document: Document {
    Document(
      ran: summary.ran, restored: summary.restored, upToDate: summary.upToDate, failed: summary.failures.count,
      actions: summary.actions, artifacts: summary.artifacts, seconds: seconds,
      removed: summary.removed.map(\.string), blocked: summary.blocked.map(\.string),
      failures: summary.failures.map { failure in
        .init(action: failure.action.description, message: Diagnosis(failure.error).headline)
      },
      warnings: warnings, interrupted: summary.isCancelled)
  }
}
