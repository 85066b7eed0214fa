import Foundation
import Store
import Testing

@Suite struct RepoPathTests {
  @Test(arguments: [
    "a", "a/b/c.txt", ".hidden", "...", "a..b/c", "a b", "a\nb", "a\tb\\c", "#a", "<<<<<<<", "🦊/é.png", "-",
    "~",
  ])
  func text_isAPath(_ text: String) throws {
    let path = try #require(RepoPath(text))
    #expect(Array(path.string.utf8) == Array(text.utf8))
  }

  /// For messages: no name may break a line or move a cursor.
  @Test(arguments: [
    ("a b/é🦊\\", "a b/é🦊\\"), ("a\nb\tc", "a\\nb\\tc"), ("\u{1B}[31m", "\\u{1B}[31m"),
    ("\u{7F}\u{85}", "\\u{7F}\\u{0085}"),
  ])
  func description_escapesControlCharacters(_ text: String, _ expected: String) throws {
    #expect(try path(text).description == expected)
  }

  @Test(arguments: [
    "", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/./b", "../a", "a/..", "a/../b", "a\0b", "\0",
  ])
  func text_isNoPath(_ text: String) { #expect(RepoPath(text) == nil) }

  /// Linux takes a name for its bytes; Swift's `String` takes these two for one.
  @Test func composedAndDecomposedNames_areTwoFiles() throws {
    let composed = try path("caf\u{E9}.png")
    let decomposed = try path("cafe\u{301}.png")
    #expect(composed.string == decomposed.string)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
    #expect(!(composed < decomposed))
  }

  @Test func order_isThatOfBytes() throws {
    let texts = ["a/b", "a-b", "a", "ab", "A", "é", "e\u{301}", "z", "a/b/c", "a.b", "🦊", "\u{FFFD}", "~"]
    let sorted = try texts.map { try path($0) }.sorted().map { Array($0.string.utf8) }
    let expected = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(sorted == expected)
  }

  @Test(arguments: [
    ("a/b.tar.gz", "b.tar.gz", "b.tar", "gz"), ("b", "b", "b", ""), (".hidden", ".hidden", ".hidden", ""),
    ("x/.hidden", ".hidden", ".hidden", ""), ("a.JPG", "a.JPG", "a", "jpg"), ("a.b/c", "c", "c", ""),
    ("a.", "a.", "a", ""), ("é/🦊.PNG", "🦊.PNG", "🦊", "png"), (".a.b", ".a.b", ".a", "b"),
  ])
  func name_hasStemAndExtension(_ text: String, _ name: String, _ stem: String, _ ending: String) throws {
    let path = try path(text)
    #expect(path.name == name)
    #expect(path.stem == stem)
    #expect(path.pathExtension == ending)
  }

  @Test func parent_isNil_atTheTop() throws {
    #expect(try path("a").parent == nil)
    #expect(try path("a/b").parent == path("a"))
    #expect(try path("a/b/c").parent == path("a/b"))
    #expect(try path("a/b").appending("c") == path("a/b/c"))
  }

  @Test(arguments: [
    ("a/b", "a", true), ("a/b/c", "a", true), ("a/b/c", "a/b", true), ("a", "a", false), ("ab", "a", false),
    ("ab/c", "a", false), ("a", "a/b", false), ("b/a", "a", false), ("cafe\u{301}/x", "caf\u{E9}", false),
  ])
  func isInside_asksForWholeParts(_ inner: String, _ outer: String, _ expected: Bool) throws {
    #expect(try path(inner).isInside(path(outer)) == expected)
  }

  @Test func relative_isWhatIsLeftBelowADirectory() throws {
    #expect(try path("a/b/c").relative(to: path("a")) == "b/c")
    #expect(try path("a/b/c").relative(to: path("a/b")) == "c")
    #expect(try path("a/b").relative(to: nil) == "a/b")
    #expect(try path("ab/c").relative(to: path("a")) == "ab/c")
    // A part that begins with a combining mark, which clings to the slash as a `Character`.
    #expect(try Array(path("a/\u{301}b").relative(to: path("a")).utf8) == Array("\u{301}b".utf8))
  }

  /// For an `é` that is written in two ways, and for parts that begin with a combining mark.
  @Test func parts_areCutAtSlashBytes() throws {
    let odd = try path("a/\u{301}b")
    #expect(try odd.parent == path("a"))
    #expect(Array(odd.name.utf8) == Array("\u{301}b".utf8))
    #expect(try odd.isInside(path("a")))
  }

  @Test func json_isThePathsText_andRefusesWhatIsNone() throws {
    let written = try JSONEncoder().encode([path("a b/é.png")])
    #expect(try JSONDecoder().decode([RepoPath].self, from: written) == [path("a b/é.png")])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([RepoPath].self, from: Data(#"["../a"]"#.utf8))
    }
  }
}
