import Engine
import Glibc
import Posix

/// `/bin/sh -c`, with what it prints kept in the order in which it came.
enum Shell {
  /// - Returns: how it ended, and its output and error, as lines.
  /// - Throws: `EngineError.system` where the shell cannot be started.
  static func run(
    _ line: String, directory: String, environment: [String: String], cancellation: Cancellation
  ) throws(EngineError) -> (ending: ChildProcess.Ending, lines: [String]) {
    let (ending, output) = try system { () throws(PosixError) in
      try ChildProcess.output(
        of: ["/bin/sh", "-c", line], environment: environment, directory: directory, errors: .amongOutput
      ) { process, read in
        cancellation.supervising(process, signal: SIGTERM, read)
      }
    }
    var lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return (ending, lines.map { String(decoding: $0, as: UTF8.self) })
  }
}
