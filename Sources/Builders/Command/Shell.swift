import Engine
import Glibc
import Posix
import Store

/// `/bin/sh -c`, with what it prints, output and errors in the order in which they came, added to the action's log.
struct Shell {
  let directory: String
  let environment: [String: String]
  /// Seconds that all its lines may take together; nil: as long as they take.
  private let deadline: ContinuousClock.Instant?
  private let timeout: Double?
  private let context: BuildContext
  private let logs: CommandLogs

  /// How long a command may take to end after it was asked to.
  private static let grace: Duration = .seconds(5)

  init(directory: String, environment: [String: String], timeout: Double?, context: BuildContext, logs: CommandLogs) {
    self.directory = directory
    self.environment = environment
    self.timeout = timeout
    self.context = context
    self.logs = logs
    deadline = timeout.map { .now + .seconds($0) }
  }

  /// Runs one line to its end, and ends what it has left in the background.
  /// - Throws: `EngineError.builder` where the time is over, `.cancelled`, `.system`.
  func run(_ line: String) throws(EngineError) -> ChildProcess.Ending {
    if context.cancellation.isRequested { throw .cancelled }
    // A file takes any amount of output, and does not wait for whoever still holds it open.
    let path = logs.take(context)
    defer { logs.giveBack(path) }
    let process = try system { () throws(PosixError) in
      let output = try context.tree.openLog(path)
      let nothing = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_RDONLY, mode: 0)
      return try ChildProcess.start(
        ["/bin/sh", "-c", line], environment: environment, directory: directory,
        streams: .init(input: nothing.descriptor, output: output.descriptor, error: output.descriptor),
        orphans: .die)
    }
    var isLate = false
    let ending = context.cancellation.supervising(process, signal: SIGTERM) {
      isLate = waitForEnd(of: process)
      return process.waitEndingGroup()
    }
    for text in CommandLogs.lines(of: path, in: context.tree) { context.log(text) }
    if context.cancellation.isRequested { throw .cancelled }
    if isLate, let timeout {
      throw .builder(
        "`\(line)` was ended: it took longer than the stage's timeout of \(timeout) s",
        hint: "`timeout` bounds all commands of a stage together")
    }
    return ending
  }

  /// Returns once the process has ended, or has been made to.
  /// - Returns: whether its time was over.
  private func waitForEnd(of process: ChildProcess) -> Bool {
    var isLate = false
    var killTime: ContinuousClock.Instant?
    while !process.hasEnded(within: 200) {
      let now = ContinuousClock.now
      if let killTime {
        if now >= killTime { process.signalGroup(SIGKILL) }
      } else if context.cancellation.isRequested {
        killTime = now + Self.grace
      } else if let deadline, now >= deadline {
        isLate = true
        process.signalGroup(SIGTERM)
        killTime = now + Self.grace
      }
    }
    return isLate
  }
}
