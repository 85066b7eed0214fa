import Engine
import Foundation

/// Writes down what a run did when, for chrome://tracing and Perfetto (the Trace Event Format's JSON).
final class Trace: RunObserver {
  private struct Event: Encodable {
    let name: String
    let cat: String
    /// A complete event: it has a beginning and a length.
    let ph = "X"
    /// Microseconds since the run began.
    let ts: Double
    let dur: Double
    let pid = 1
    /// 0 is the coordinator; then the places for actions under way.
    let tid: Int
    let args: [String: String]
  }

  private struct ThreadName: Encodable {
    let name = "thread_name"
    let ph = "M"
    let pid = 1
    let tid: Int
    let args: [String: String]
  }

  private let next: any RunObserver
  private let start: ContinuousClock.Instant
  private var events: [Event] = []

  /// - Parameter next: who else follows the run.
  init(since start: ContinuousClock.Instant, next: any RunObserver) {
    self.start = start
    self.next = next
  }

  /// - Throws: what the file system has against it.
  func write(to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let names = Set(events.map(\.tid)).sorted().map { place in
      ThreadName(tid: place, args: ["name": place == 0 ? "coordinator" : "worker \(place)"])
    }
    let parts = try names.map { try encoder.encode($0) } + events.map { try encoder.encode($0) }
    let list = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",\n")
    try Data("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n\(list)\n]}\n".utf8).write(to: URL(fileURLWithPath: file))
  }

  func queued(_ count: Int) { next.queued(count) }
  func started(_ action: ActionName) { next.started(action) }
  func warned(_ message: String, about action: ActionName?) { next.warned(message, about: action) }

  func finished(
    _ action: ActionName, _ outcome: ActionOutcome, reasons: [Reason], log: [String], span: ActionSpan?
  ) {
    next.finished(action, outcome, reasons: reasons, log: log, span: span)
    guard let span else { return }
    let what =
      switch outcome {
      case .ran: "ran"
      case .restored: "restored"
      case .upToDate: "up to date"
      case .failed: "failed"
      }
    add(
      action.description, category: action.entryText, from: span.start, to: span.end, place: span.slot + 1,
      ["outcome": what, "reasons": reasons.map(\.description).joined(separator: "; ")])
  }

  func coordinated(_ what: String, since start: ContinuousClock.Instant) {
    next.coordinated(what, since: start)
    add(what, category: "coordinator", from: start, to: .now, place: 0, [:])
  }

  private func add(
    _ name: String, category: String, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant,
    place: Int, _ arguments: [String: String]
  ) {
    events.append(
      Event(
        name: name, cat: category, ts: microseconds(start - self.start), dur: microseconds(end - start), tid: place,
        args: arguments))
  }

  private func microseconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) * 1e6 + (Double(parts.attoseconds) * 1e-12).rounded()
  }
}
