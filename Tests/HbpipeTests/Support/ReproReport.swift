/// What `repro --json` prints, and how it ended.
struct ReproReport: Decodable {
  struct Failure: Decodable {
    let action: String
    let message: String
  }

  var ran = 0
  var restored = 0
  var upToDate = 0
  var failed = 0
  var actions = 0
  var artifacts = 0
  var seconds = 0.0
  var removed: [String] = []
  var blocked: [String] = []
  var failures: [Failure] = []
  var warnings: [String] = []
  /// The exit code.
  var code: Int32 = 0
  /// Standard error.
  var errors = ""

  private enum CodingKeys: CodingKey {
    case ran, restored, upToDate, failed, actions, artifacts, seconds, removed, blocked, failures, warnings
  }

  /// A run that ended before it had anything to report.
  init(code: Int32, errors: String) {
    self.code = code
    self.errors = errors
  }

  /// Nothing was made or put in place, and nothing failed.
  var didNothing: Bool { didNothing(but: 0) }

  /// - Parameter count: actions that every run carries out.
  func didNothing(but count: Int) -> Bool {
    code == 0 && ran == count && restored == 0 && failed == 0 && removed.isEmpty
  }
}

extension ReproReport: CustomStringConvertible {
  var description: String {
    "code \(code), ran \(ran), restored \(restored), up to date \(upToDate), failed \(failed), "
      + "removed \(removed), failures \(failures.map { "\($0.action): \($0.message)" }), \(errors)"
  }
}

/// What `repro --explain` says was carried out, by action name.
struct ExplainedRun {
  let code: Int32
  private(set) var ran: Set<String> = []
  private(set) var restored: Set<String> = []
  /// Why, by action name.
  private(set) var reasons: [String: String] = [:]
  let output: String
  let errors: String

  init(_ ending: Ending) {
    code = ending.code
    output = ending.output
    errors = ending.errors
    for line in ending.errors.split(separator: "\n") {
      for verb in ["ran ", "restored "] where line.hasPrefix(verb) {
        let rest = line.dropFirst(verb.count)
        guard let colon = rest.firstRange(of: ": ") else { continue }
        let action = String(rest[..<colon.lowerBound])
        if verb == "ran " { ran.insert(action) } else { restored.insert(action) }
        reasons[action] = String(rest[colon.upperBound...])
      }
    }
  }
}
