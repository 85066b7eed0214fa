import Foundation
import Testing

/// The property above all: whatever is edited, damaged or killed, `repro` gives byte for byte what a
/// clean build gives, and another run does nothing.
///
/// `HBPIPE_HISTORIES` sets how many histories are played, `HBPIPE_SEED` what they are made of, and
/// `HBPIPE_HISTORY` plays one alone. Only how far a run gets before it is killed is left to chance.
struct HistoryTests {
  private static let seed = variable("HBPIPE_SEED").map { UInt64($0) } ?? 20_250_114
  private static let count = variable("HBPIPE_HISTORIES") ?? 200
  private static let single = variable("HBPIPE_HISTORY")
  /// Histories of different parts are played side by side.
  private static let parts = 8

  private static func variable(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  @Test(arguments: 0..<parts)
  func repro_givesWhatACleanBuildGives_afterAnyHistory(part: Int) throws {
    var (checks, failing) = (0, 0)
    if part == 0 { print("HBPIPE_SEED=\(Self.seed) HBPIPE_HISTORIES=\(Self.count)") }
    for number in 0..<max(Self.count, Self.single.map { $0 + 1 } ?? 0) where number % Self.parts == part {
      if let single = Self.single, single != number { continue }
      var history = try History(seed: Self.seed, number: number)
      var problems: [String]
      do { problems = try history.play() } catch { problems = ["the history cannot go on: \(error)"] }
      checks += history.checks
      failing += history.failingChecks
      if problems.isEmpty { continue }
      Issue.record(
        """
        HBPIPE_SEED=\(Self.seed) HBPIPE_HISTORY=\(number) in \(history.space.root)
        \(history.steps.enumerated().map { "  \($0.offset + 1). \($0.element)" }.joined(separator: "\n"))
        \(problems.prefix(20).joined(separator: "\n"))
        """)
    }
    #expect(failing <= 2 + checks / 20, "sites that do not build show little: \(failing) of \(checks)")
  }
}
