import Posix
import Store
import Testing

@Suite struct FailureLogsTests {
  let space: Workspace
  let logs: FailureLogs

  init() throws {
    space = try Workspace()
    logs = FailureLogs(tree: space.tree)
  }

  static let texts: [[String]] = [
    [], ["one"], ["one", "two"], ["", ""], ["a", "", "b"], ["é🦊 e\u{301}", "\u{1B}[31mred"], ["tab\there"],
    [String(repeating: "long ", count: 10_000)],
  ]

  @Test(arguments: texts.indices) func lines_areReadBack(_ number: Int) throws {
    let lines = Self.texts[number]
    try logs.write(lines, of: "s")
    #expect(logs.read(of: "s") == lines)
  }

  /// Whatever an action is called, its log is its own.
  @Test func logs_areApart() throws {
    let names = [
      "s", "s@", "s@a", "s@a/b", "s@../x", "S", "s@é", "s@e\u{301}", "s@a\nb", String(repeating: "x", count: 5000),
    ]
    for name in names { try logs.write([name.debugDescription], of: name) }
    for name in names { #expect(logs.read(of: name) == [name.debugDescription]) }
    #expect(space.names(in: CacheLayout.failures).count == names.count)
  }

  @Test func laterFailure_replacesTheEarlier() throws {
    try logs.write(["first", "more"], of: "s")
    try logs.write(["second"], of: "s")
    #expect(logs.read(of: "s") == ["second"])
  }

  @Test func log_isGone_afterASuccess() throws {
    #expect(logs.read(of: "s") == nil)
    try logs.remove(of: "s")
    try logs.write(["x"], of: "s")
    try logs.write(["y"], of: "t")
    try logs.remove(of: "s")
    #expect(logs.read(of: "s") == nil)
    #expect(logs.read(of: "t") == ["y"])
  }
}
