internal import CSystem
import Glibc

/// A program started in a process group of its own, so that ending it ends its children too.
package struct ChildProcess: Sendable {
  package let processID: Int32

  package init(processID: Int32) { self.processID = processID }

  /// What the process is started with; the three descriptors stay the caller's to close.
  package struct Streams: Sendable {
    package var input: Int32
    package var output: Int32
    package var error: Int32

    package init(input: Int32, output: Int32, error: Int32) {
      self.input = input
      self.output = output
      self.error = error
    }
  }

  package enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)

    /// The shell's way to say it: the exit code, or 128 + the signal.
    package var code: Int32 {
      switch self {
      case .exited(let code): code
      case .signalled(let signal): 128 + signal
      }
    }
  }

  /// What becomes of a process when this one dies.
  package enum Orphans: Sendable {
    /// It goes on; it has its own way to notice, such as the end of its input.
    case goOn
    /// Its whole group is killed.
    case die
  }

  /// - Parameter arguments: the first is the program's absolute path.
  /// - Throws: `PosixError` where the program cannot be started.
  package static func start(
    _ arguments: [String], environment: [String: String], directory: String, streams: Streams,
    orphans: Orphans = .goOn
  ) throws(PosixError) -> ChildProcess {
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var processID: Int32 = 0
    let spawn = orphans == .die ? csystem_spawn_supervised : csystem_spawn
    let failure = spawn(&processID, argv, envp, directory, streams.input, streams.output, streams.error)
    guard failure == 0 else { throw PosixError("start", arguments.first ?? "", code: failure) }
    return ChildProcess(processID: processID)
  }

  /// Blocks until the process has ended and reaps it.
  package func wait() -> Ending {
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0, errno == EINTR {}
    let signal = csystem_ending_signal(status)
    return signal == 0 ? .exited(csystem_exit_code(status)) : .signalled(signal)
  }

  /// Waits until the process has ended, and leaves it to be reaped by `wait`.
  /// - Parameter milliseconds: how long at most; nil: as long as it takes.
  package func hasEnded(within milliseconds: Int32? = nil) -> Bool {
    csystem_wait_for_end(processID, milliseconds ?? -1) == 1
  }

  /// Ends whatever the process has left running in its group, then reaps it. It blocks until the process has ended.
  package func waitEndingGroup() -> Ending {
    _ = hasEnded()
    // The group's number cannot be anyone else's before the process is reaped.
    signalGroup(SIGKILL)
    return wait()
  }

  /// Sends a signal to the whole process group.
  package func signalGroup(_ signal: Int32) { kill(-processID, signal) }

  /// Both ends of a pipe, close-on-exec: bytes written to `write` come out of `read`.
  package static func pipe() throws(PosixError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard csystem_pipe(&ends) == 0 else { throw PosixError("pipe", "") }
    return (ends[0], ends[1])
  }
}
