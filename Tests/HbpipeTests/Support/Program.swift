import Foundation
import Glibc
import Testing

/// The real hbpipe under test: it stands beside the program that runs the tests.
enum Program {
  static let path: String = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (runner as NSString).deletingLastPathComponent + "/hbpipe"
  }()
}

/// A program that was started and may still be running.
final class RunningProgram: Sendable {
  /// Far above what any run here takes; a program that hangs must not hang the suite.
  private static let patience: Duration = .seconds(120)

  let processID: pid_t
  private let outputFile: String
  private let errorFile: String

  /// Starts it; what it prints goes to the two files.
  init(
    _ arguments: [String], environment: [String: String], outputs: (output: String, error: String)
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputs.output, flags, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, outputs.error, flags, 0o644)

    let inherited = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = inherited.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var started: pid_t = 0
    let failure = posix_spawn(&started, arguments[0], &actions, nil, argv, envp)
    try #require(failure == 0, "\(arguments[0]) does not start: \(String(cString: strerror(failure)))")
    processID = started
    (outputFile, errorFile) = outputs
  }

  func signal(_ number: Int32) { kill(processID, number) }

  /// Whether it has ended; `wait` says how.
  var hasEnded: Bool {
    var info = siginfo_t()
    let found = waitid(P_PID, id_t(processID), &info, WEXITED | WNOHANG | WNOWAIT) == 0
    return !found || info.si_signo == SIGCHLD
  }

  /// Waits for the end. A program that was ended by a signal has the code 128 + its number.
  func wait() throws -> Ending {
    let clock = ContinuousClock()
    let limit = clock.now + Self.patience
    var status: Int32 = 0
    while waitpid(processID, &status, WNOHANG) == 0 {
      if clock.now > limit {
        Issue.record("the program hangs; it was killed")
        signal(SIGKILL)
      }
      usleep(500)
    }
    let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    return Ending(code: code, output: try Self.read(outputFile), errors: try Self.read(errorFile))
  }

  private static func read(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
  }
}

/// How a program ended, and what it said.
struct Ending: Sendable {
  let code: Int32
  let output: String
  let errors: String

  /// The one JSON document on standard output.
  func decode<Document: Decodable>(_ type: Document.Type = Document.self) throws -> Document {
    try JSONDecoder().decode(type, from: Data(output.utf8))
  }
}
