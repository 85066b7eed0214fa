import Glibc

extension ChildProcess {
  /// What becomes of a process's standard error.
  package enum Errors: Sendable { case amongOutput, dropped }

  /// Runs a process to its end, its input closed, and returns what it printed.
  /// - Parameters:
  ///   - arguments: the first is the program's absolute path.
  ///   - supervise: gets the process and the work of reading its output, and has to do that work.
  /// - Throws: `PosixError` where the process cannot be started.
  package static func output(
    of arguments: [String], environment: [String: String], directory: String, errors: Errors,
    supervise: (ChildProcess, _ read: () -> [UInt8]) -> [UInt8] = { $1() }
  ) throws(PosixError) -> (ending: Ending, output: [UInt8]) {
    let nowhere = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_RDWR, mode: 0)
    let output = try pipe()
    let reader = OpenFile(adopting: output.read, path: "pipe")
    let process: ChildProcess
    do throws(PosixError) {
      process = try start(
        arguments, environment: environment, directory: directory,
        streams: Streams(
          input: nowhere.descriptor, output: output.write,
          error: errors == .amongOutput ? output.write : nowhere.descriptor),
        orphans: .die)
    } catch {
      close(output.write)
      throw error
    }
    close(output.write)
    let bytes = supervise(process) { (try? reader.readAll()) ?? [] }
    return (process.wait(), bytes)
  }
}
