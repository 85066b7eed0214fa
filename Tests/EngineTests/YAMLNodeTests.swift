import Engine
import Foundation
import Testing

@Suite struct YAMLNodeTests {
  private func parse(_ text: String, firstLine: Int = 1) throws -> YAMLNode {
    try YAMLNode.parse(text, file: "f.yaml", firstLine: firstLine)
  }

  static let values: [(String, Value)] = [
    ("", .null), ("~", .null), ("null", .null), ("true", .bool(true)), ("False", .bool(false)),
    ("yes", .string("yes")),
    ("no", .string("no")), ("on", .string("on")), ("12", .int(12)), ("-3", .int(-3)), ("1.5", .double(1.5)),
    ("1e3", .double(1000)), ("'12'", .string("12")), ("\"true\"", .string("true")),
    ("2022-05-18", .string("2022-05-18")),
    ("0x1F", .int(31)), ("0o17", .int(15)), ("017", .int(17)), ("1_000", .int(1000)), ("0b2", .string("0b2")),
    ("12:30", .string("12:30")), (".5", .double(0.5)),
    ("é 🦊", .string("é 🦊")), ("[1, a]", .list([.int(1), .string("a")])), ("{a: 1}", .map(["a": .int(1)])),
    ("[]", .list([])), ("{}", .map([:])), ("{a: }", .map(["a": .null])), (">-\n  a\n  b", .string("a b")),
    ("|\n  a\n  b\n", .string("a\nb\n")), ("'it''s'", .string("it's")), ("# only a comment", .null),
    ("99999999999999999999", .string("99999999999999999999")), (".inf", .double(.infinity)),
    ("!!str 12", .string("12")),
  ]

  @Test(arguments: 0..<values.count) func scalar_hasItsCoreSchemaValue(_ number: Int) throws {
    let (text, value) = Self.values[number]
    #expect(try parse(text).value == value, "\(text)")
  }

  @Test func nodes_knowTheirPlaces() throws {
    let node = try parse("a: 1\nb:\n  - x\n  - {c: 2}\n", firstLine: 11)
    guard case .map(let entries) = node.content, case .list(let items) = entries[1].value.content else {
      Issue.record("not a map of a list")
      return
    }
    #expect("\(entries[0].place)" == "f.yaml:11:1")
    #expect("\(entries[0].value.place)" == "f.yaml:11:4")
    #expect("\(entries[1].place)" == "f.yaml:12:1")
    #expect("\(items[0].place)" == "f.yaml:13:5")
    #expect("\(items[1].place)" == "f.yaml:14:5")
  }

  static let mistakes: [(String, place: String, message: String)] = [
    ("a: [1, 2\nb: 3\n", "f.yaml:2:2", "not YAML"),
    ("a: 1\n b: 2\n", "f.yaml:2:3", "not YAML"),
    ("a:\n\tb: 1\n", "f.yaml:2:1", "not YAML"),
    ("a: 'open\n", "f.yaml:2:1", "not YAML"),
    ("ok: 1\na: @x\n", "f.yaml:2:4", "not YAML"),
    ("a: *nobody\n", "f.yaml:1:4", "not YAML"),
    ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1", "a key stands twice: `a`"),
    ("s:\n  x: 1\n  y: 2\n  x: 3\n", "f.yaml:4:3", "a key stands twice: `x`"),
    ("{a: 1, b: 2, a: 3}", "f.yaml:1:14", "a key stands twice: `a`"),
    ("? [a, b]\n: 1\n", "f.yaml:1:3", "a key has to be plain text"),
    ("a: 1\n---\nb: 2\n", "f.yaml:2:1", "not YAML"),
  ]

  @Test(arguments: 0..<mistakes.count) func mistake_isToldWithItsLineAndColumn(_ number: Int) {
    let (text, place, message) = Self.mistakes[number]
    let found = complaint { _ = try parse(text) }
    #expect(
      found?.place == place, "\(text.debugDescription): \(found.map(String.init(describing:)) ?? "accepted")")
    #expect(found?.message.hasPrefix(message) == true, "\(String(describing: found))")
  }

  @Test func places_countFromTheTextsFirstLine() {
    #expect(complaint { _ = try parse("a: 1\n b: 2\n", firstLine: 41) }?.place == "f.yaml:42:3")
  }

  @Test func aliases_areExpanded() throws {
    let node = try parse("base: &b {x: 1}\nother: *b\n")
    #expect(node.value == .map(["base": .map(["x": .int(1)]), "other": .map(["x": .int(1)])]))
  }

  @Test func aliasBomb_isRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    let time = ContinuousClock().measure {
      let found = complaint { _ = try parse(text) }
      #expect(found?.message == "the document expands to too many values")
      #expect(found?.hint != nil)
    }
    #expect(time < .seconds(10))
  }

  /// Keys are compared with each other, which must not cost what the bomb would.
  @Test(.timeLimit(.minutes(1))) func aliasBombOfKeys_isRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...6 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    text += "k:\n  ? *a6\n  : 1\n  ? *a5\n  : 2\n"
    let time = ContinuousClock().measure { #expect(complaint { _ = try parse(text) } != nil) }
    // Six levels; every further one would take nine times as long.
    #expect(time < .seconds(1))
  }

  @Test func aliasToItself_isRefused() { #expect(complaint { _ = try parse("a: &a [*a]\n") } != nil) }

  static let deep: [(name: String, text: String)] = [
    ("brackets", String(repeating: "[", count: 200_000)),
    ("closed brackets", String(repeating: "[", count: 900) + String(repeating: "]", count: 900)),
    ("braces", String(repeating: "{a: ", count: 100_000)),
    ("brackets with items", String(repeating: "[a, ", count: 100_000)),
    ("dashes", String(repeating: "- ", count: 100_000)),
    ("questions", String(repeating: "? ", count: 100_000)),
    ("indented keys", (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ("quoted keys", String(repeating: "{\"a\": ", count: 100_000)),
    ("brackets on lines of their own", String(repeating: "[\n", count: 100_000)),
  ]

  /// In a process of its own: a stack that runs over would take the other tests along.
  @Test(arguments: 0..<deep.count) func deepNesting_isRefused_notFatal(_ number: Int) async {
    await #expect(processExitsWith: .success, "\(Self.deep[number].name)") { [number] in
      do {
        _ = try YAMLNode.parse(YAMLNodeTests.deep[number].text, file: "f.yaml")
        exit(3)
      } catch EngineError.invalid { exit(0) }
    }
  }

  @Test func nestingThatPeopleWrite_isFine() throws {
    let text = String(repeating: "[", count: 50) + String(repeating: "]", count: 50)
    #expect(complaint { _ = try parse(text) } == nil)
  }
}
