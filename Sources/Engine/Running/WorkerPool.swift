import Dispatch
import Synchronization

/// Runs blocking work on threads of its own and hands the results back, one by one, to the one
/// thread that asks. The caller bounds how much is under way.
final class WorkerPool<Result: Sendable>: Sendable {
  private let queue = DispatchQueue(label: "hbpipe.workers", attributes: .concurrent)
  private let finished = Mutex<[Result]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  func submit(_ work: @escaping @Sendable () -> Result) {
    queue.async { [self] in
      let result = work()
      finished.withLock { $0.append(result) }
      arrivals.signal()
    }
  }

  /// Blocks until some work is done.
  func next() -> Result {
    arrivals.wait()
    return finished.withLock { $0.removeFirst() }
  }
}
