import Engine
import Glibc
import Posix

/// `/bin/sh -c`, with what it prints kept in the order in which it came.
enum Shell {
  /// - Returns: how it ended, and its output and error, as text without the last line end.
  /// - Throws: `EngineError.system` where the shell cannot be started.
  static func run(
    _ line: String, directory: String, environment: [String: String], cancellation: Cancellation
  ) throws(EngineError) -> (ChildProcess.Ending, String) {
    let output = try system { () throws(PosixError) in try ChildProcess.pipe() }
    let reader = OpenFile(adopting: output.read, path: "pipe")
    let nothing = try system { () throws(PosixError) in try OpenFile.read("/dev/null") }
    let process: ChildProcess
    do throws(PosixError) {
      process = try ChildProcess.start(
        ["/bin/sh", "-c", line], environment: environment, directory: directory,
        streams: .init(input: nothing.descriptor, output: output.write, error: output.write))
    } catch {
      close(output.write)
      throw .system(error)
    }
    close(output.write)
    let text = cancellation.supervising(process, signal: SIGTERM) {
      (try? reader.readAll()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return (process.wait(), text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }
}
