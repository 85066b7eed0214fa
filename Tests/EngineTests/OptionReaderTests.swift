import Engine
import Store
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

  // MARK: Paths

  private static let names = ["a", "b c", ".", "..", "", "é", "...", ".x", "..y", "-"]

  /// Where Python's `os.path.normpath` says that they lead.
  @Test func paths_leadWherePythonSays() throws {
    struct Question: Encodable {
      let directory: String
      let text: String
    }
    var random = SplitMix(state: 61)
    let questions = (0..<2000).map { _ -> Question in
      func names(_ range: ClosedRange<Int>, _ from: [String]) -> String {
        (0..<Int.random(in: range, using: &random)).compactMap { _ in from.randomElement(using: &random) }
          .joined(separator: "/")
      }
      return Question(directory: names(0...3, ["a", "b c", "é", "..y"]), text: names(1...6, Self.names))
    }
    let script = """
      import os.path
      answer = []
      for one in question:
          path = os.path.normpath(os.path.join("/top" , one["directory"], one["text"]))
          # What leads above the project and back into it does not count as inside.
          depth, leaves = len([n for n in one["directory"].split("/") if n]), False
          for name in one["text"].split("/"):
              if name == "..": depth -= 1
              elif name not in ("", "."): depth += 1
              leaves = leaves or depth < 0
          inside = path.startswith("/top/") and not leaves and not one["text"].startswith("/") and one["text"]
          answer.append(path[5:] if inside else "")
      """
    let expected = try python(script, questions, as: [String].self)
    for (question, expected) in zip(questions, expected) {
      let found = try? OptionReader.path(
        question.text, in: RepoPath(question.directory), at: somewhere, "deps"
      ).string
      #expect(found ?? "" == expected, "`\(question.text)` in `\(question.directory)`")
    }
  }

  static let reserved: [(String, String?)] = [
    (".hbcache", nil), ("./.hbcache/x", nil), ("x/.hbcache", "x/.hbcache"), (".hbcachex", ".hbcachex"),
    ("a/../.hbcache", nil), (".hbcache/..", nil), (".hbcache/../a", "a"),
  ]

  @Test(arguments: reserved.indices) func cache_isNobodysPath(_ number: Int) throws {
    let (text, expected) = Self.reserved[number]
    #expect((try? OptionReader.path(text, at: somewhere, "deps"))?.string == expected)
  }

  @Test func nameWithANUL_isNoPath() {
    #expect(throws: EngineError.self) { try OptionReader.path("a\0b", at: somewhere, "deps") }
  }

  static let directories: [(String, String?)] = [
    ("", nil), (".", nil), ("./", nil), ("././.", nil), ("a", "a"), ("a/", "a"), ("./a/./b//c", "a/b/c"),
    ("a/../b", "b"),
  ]

  @Test(arguments: directories.indices) func directory_mayBeTheTop(_ number: Int) throws {
    let (text, expected) = Self.directories[number]
    #expect(try OptionReader.directory(text, at: somewhere, "wdir")?.string == expected)
  }

  @Test(arguments: ["/", "/a", "..", "a/../..", ".hbcache"]) func directory_isInsideTheProject(_ text: String) {
    #expect(throws: EngineError.self) { try OptionReader.directory(text, at: somewhere, "wdir") }
  }

  @Test(arguments: ["pipeline.yaml", "pipeline.lock", ".git", ".git/hooks/x", "pipeline.lock/x"])
  func stage_mayNotMake_whatHbpipeOrGitWrites(_ text: String) throws {
    let path = try path(text)
    #expect(throws: EngineError.self) { try OptionReader.refuseReserved(path, at: somewhere, "outs") }
  }

  @Test(arguments: ["a/pipeline.yaml", ".gitignore", "a/.git", "pipeline.yaml.txt"])
  func stage_mayMake_whatIsOnlyCalledLikeThat(_ text: String) throws {
    try OptionReader.refuseReserved(path(text), at: somewhere, "outs")
  }
}
