import Dispatch
import Foundation
import Synchronization

/// Runs blocking work on threads of its own, and hands the results back, one by one, to the one thread that asks.
///
/// A dispatch queue would not do: it starts a thread for each core, and more of them only now and then while those
/// block. Here as many are at work at once as were submitted; the caller bounds that.
final class WorkerPool<Result: Sendable>: Sendable {
  private typealias Work = @Sendable () -> Result

  private struct State {
    var waiting: [Work] = []
    var idle = 0
    var threads = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let finished = Mutex<[Result]>([])
  private let submissions = DispatchSemaphore(value: 0)
  private let arrivals = DispatchSemaphore(value: 0)

  func submit(_ work: @escaping @Sendable () -> Result) {
    let needsThread = state.withLock { state in
      state.waiting.append(work)
      if state.idle >= state.waiting.count { return false }
      state.threads += 1
      return true
    }
    if needsThread { Thread { [self] in serve() }.start() }
    submissions.signal()
  }

  /// Blocks until some work is done.
  func next() -> Result {
    arrivals.wait()
    return finished.withLock { $0.removeFirst() }
  }

  /// Ends the threads, once no work is under way.
  func close() {
    let threads = state.withLock { state in
      state.isClosed = true
      return state.threads
    }
    for _ in 0..<threads { submissions.signal() }
  }

  /// A thread's life.
  private func serve() {
    while true {
      state.withLock { $0.idle += 1 }
      submissions.wait()
      let work = state.withLock { state in
        state.idle -= 1
        return state.isClosed || state.waiting.isEmpty ? nil : state.waiting.removeFirst()
      }
      guard let work else { return }
      let result = work()
      finished.withLock { $0.append(result) }
      arrivals.signal()
    }
  }
}
