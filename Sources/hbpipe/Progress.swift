import Engine
import Foundation
import Glibc
import Store

/// Shows a run as it goes: a bar on a terminal, a line every few seconds elsewhere, nothing when quiet.
/// Failures and warnings are always shown.
final class Progress: RunObserver {
  private let isQuiet: Bool
  private let explains: Bool
  private let isVerbose: Bool
  private let hasBar: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private var total = 0
  private var done = 0
  private var running: [ActionName] = []
  private(set) var warnings: [String] = []

  init(isQuiet: Bool, explains: Bool, isVerbose: Bool) {
    self.isQuiet = isQuiet
    self.explains = explains
    self.isVerbose = isVerbose
    hasBar = !isQuiet && Console.talksToTerminal
    start = clock.now
    lastShown = start
  }

  func queued(_ count: Int) {
    total += count
    show()
  }

  func started(_ action: ActionName) {
    running.append(action)
    show()
  }

  func finished(
    _ action: ActionName, _ outcome: ActionOutcome, reasons: [Reason], log: [String], span: ActionSpan?
  ) {
    if case .upToDate = outcome { return }
    running.removeAll { $0 == action }
    done += 1
    switch outcome {
    case .failed(let error):
      clear()
      let diagnosis = Diagnosis(error)
      Console.talk("hbpipe: \(printable(action.description)) failed")
      for line in log { Console.talk("  | \(line)") }
      Console.talk("  " + diagnosis.text.dropFirst("hbpipe: ".count).replacing("\n", with: "\n  "))
    case .ran, .restored:
      if explains {
        clear()
        var verb = "restored"
        if case .ran = outcome { verb = "ran" }
        Console.talk("\(verb) \(action): \(Reason.summary(reasons, atMost: 3))")
      }
      if isVerbose, !log.isEmpty {
        clear()
        Console.talk("\(action):")
        for line in log { Console.talk("  | \(line)") }
      }
    case .upToDate: break
    }
    show()
  }

  func coordinated(_ what: String, since start: ContinuousClock.Instant) {}

  func warned(_ message: String, about action: ActionName?) {
    warnings.append(message)
    clear()
    Console.talk("warning: \(message)")
  }

  /// Takes the bar off the terminal.
  func clear() { if hasBar { Console.talkRaw("\r\u{1B}[K") } }

  private func show() {
    guard !isQuiet, total > 0 else { return }
    let now = clock.now
    let interval: Duration = hasBar ? .milliseconds(80) : .seconds(5)
    guard now - lastShown >= interval else { return }
    lastShown = now
    let seconds = Double((now - start).components.seconds) + 0.001
    let rate = Double(done) / max(seconds, 0.1)
    let current = running.last.map { " " + printable($0.description) } ?? ""
    let text = "\(done)/\(total), \(Int(rate.rounded()))/s\(current)"
    guard hasBar else { return Console.talk(text) }
    let width = 24
    let filled = width * done / max(total, 1)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    Console.talkRaw("\r\u{1B}[K\(bar) " + String(text.prefix(terminalWidth - width - 2)))
  }

  private var terminalWidth: Int {
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 80
  }
}
