import Engine

/// The commonest call of all: a plain `repro` or `status` with nothing to do. It is answered from the
/// index before the command line is parsed, which would take longer than the answer.
enum NothingToDo {
  /// Whether the call was one of these, and has been answered.
  static func answers(_ arguments: [String]) throws -> Bool {
    guard arguments == ["repro"] || arguments == ["status"] else { return false }
    let start = ContinuousClock().now
    guard let clean = try Session().project.unchangedSinceLastRun() else { return false }
    if arguments == ["repro"] {
      try ReproReport(RunSummary(clean), seconds: secondsSince(start)).finish(json: false)
    } else {
      try PlanReport(clean).print(json: false, verbose: false)
    }
    return true
  }
}

/// Seconds, to the millisecond.
func secondsSince(_ start: ContinuousClock.Instant) -> Double {
  let took = (ContinuousClock().now - start).components
  return Double(took.seconds) + Double(took.attoseconds / 1_000_000_000_000_000) / 1000
}
