import Engine
import Testing

@Suite struct OptionReaderTests {
  private func reader(_ text: String) throws -> OptionReader {
    try OptionReader(try YAMLNode.parse(text, file: "f.yaml"), subject: "stage `images`")
  }

  @Test func options_areReadByKey() throws {
    let options = try reader("s: text\nn: 12\nb: true\nl: [a, 'b']\none: c\nns: [1, 2]\np: ./a/b/\n")
    #expect(try options.string("s") == "text")
    #expect(try options.integer("n", in: 1...20) == 12)
    #expect(try options.bool("b") == true)
    #expect(try options.strings("l").map(\.text) == ["a", "b"])
    #expect(try options.strings("l").map(\.place.description) == ["f.yaml:4:5", "f.yaml:4:8"])
    #expect(try options.strings("one").map(\.text) == ["c"])
    #expect(try options.integers("ns", in: 1...2) == [1, 2])
    #expect(try options.integers("n", in: 1...12) == [12])
    #expect(try options.path("p") == path("a/b"))
    try options.finish()
  }

  @Test func absentOptions_areNil() throws {
    let options = try reader("{}")
    #expect(try options.string("x") == nil)
    #expect(try options.integer("x", in: 1...2) == nil)
    #expect(try options.integers("x", in: 1...2) == nil)
    #expect(try options.bool("x") == nil)
    #expect(try options.path("x") == nil)
    #expect(try options.strings("x").isEmpty)
  }

  static let mistakes: [(String, @Sendable (OptionReader) throws -> Void, Complaint)] = [
    (
      "a: 1\nw: x\n", { _ = try $0.integer("w", in: 1...9) },
      Complaint("f.yaml:2:4", "`w` has to be a whole number from 1 to 9, not `x`")
    ),
    (
      "w: 10\n", { _ = try $0.integer("w", in: 1...9) },
      Complaint("f.yaml:1:4", "`w` has to be a whole number from 1 to 9, not `10`")
    ),
    (
      "w: '5'\n", { _ = try $0.integer("w", in: 1...9) },
      Complaint("f.yaml:1:4", "`w` has to be a whole number from 1 to 9, not `5`")
    ),
    (
      "w: [1, 2.5]\n", { _ = try $0.integers("w", in: 1...9) },
      Complaint("f.yaml:1:8", "`w` has to be a whole number from 1 to 9, not `2.5`")
    ),
    (
      "w: {a: 1}\n", { _ = try $0.integers("w", in: 1...9) },
      Complaint("f.yaml:1:4", "`w` has to be a whole number from 1 to 9, not a map")
    ),
    ("s: [a]\n", { _ = try $0.string("s") }, Complaint("f.yaml:1:4", "`s` has to be text, not a list")),
    ("s:\n", { _ = try $0.string("s") }, Complaint("f.yaml:1:3", "`s` has to be text, not nothing")),
    ("s: [a, [b]]\n", { _ = try $0.strings("s") }, Complaint("f.yaml:1:8", "`s` has to be text, not a list")),
    ("b: yes\n", { _ = try $0.bool("b") }, Complaint("f.yaml:1:4", "`b` has to be true or false, not `yes`")),
    ("b: []\n", { _ = try $0.bool("b") }, Complaint("f.yaml:1:4", "`b` has to be true or false, not a list")),
    (
      "p: ../x\n", { _ = try $0.path("p") },
      Complaint(
        "f.yaml:1:4", "`p`: `../x` is not a path inside the project",
        hint: "write it from the directory of pipeline.yaml; it may not lead out of the project")
    ),
    (
      "p: .hbcache/x\n", { _ = try $0.path("p") },
      Complaint("f.yaml:1:4", "`p`: .hbcache is hbpipe's own directory")
    ),
    (
      "a: 1\n", { _ = try $0.requiredString("uses", example: "image") },
      Complaint("f.yaml:1:1", "stage `images` has no `uses`", hint: "for example: uses: image")
    ),
  ]

  @Test(arguments: 0..<mistakes.count) func mistake_isTold_withWhatWasExpected(_ number: Int) throws {
    let (text, read, expected) = Self.mistakes[number]
    let options = try reader(text)
    #expect(complaint { try read(options) } == expected)
  }

  @Test func unknownKey_isTold_withTheNearestOne() throws {
    let options = try reader("from: a\nwitdhs: [1]\nzzz: 1\n")
    _ = try options.string("from")
    _ = options.node("widths")
    _ = options.node("formats")
    #expect(options.rest == ["witdhs", "zzz"])
    #expect(
      complaint { try options.finish() }
        == Complaint("f.yaml:2:1", "stage `images` knows no `witdhs`", hint: "did you mean `widths`?"))
  }

  @Test func unknownKey_isTold_withAllThatAreKnown_whenNoneIsNear() throws {
    let options = try reader("from: a\nsomething else: 1\n")
    _ = try options.string("from")
    _ = options.node("to")
    #expect(
      complaint { try options.finish() }
        == Complaint("f.yaml:2:1", "stage `images` knows no `something else`", hint: "it knows from, to"))
  }

  @Test(arguments: [("[a]", "a list"), ("text", "a single value"), ("", "nothing")])
  func reader_wantsAMap(_ text: String, _ found: String) {
    #expect(
      complaint { _ = try reader(text) }?.message
        == "stage `images` has to be a map of keys and values, not \(found)")
  }
}
