import Posix
import Synchronization

/// Tells everyone that the run is to stop, and ends the processes that it started.
package final class Cancellation: Sendable {
  private let requested = Atomic<Bool>(false)
  private let processes = Mutex<Set<Int32>>([])

  package init() {}

  package var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Stops new work, and signals the process groups that are registered.
  package func request(signal: Int32) {
    requested.store(true, ordering: .relaxed)
    processes.withLock { running in
      for processID in running { ChildProcess(processID: processID).signalGroup(signal) }
    }
  }

  /// Registers a process for as long as `body` lasts.
  package func supervising<Result>(_ process: ChildProcess, signal: Int32, _ body: () -> Result) -> Result {
    processes.withLock { _ = $0.insert(process.processID) }
    if isRequested { process.signalGroup(signal) }
    defer { processes.withLock { _ = $0.remove(process.processID) } }
    return body()
  }
}
