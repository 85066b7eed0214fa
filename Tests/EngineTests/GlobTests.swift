import Engine
import Store
import Testing

@Suite struct GlobTests {
  static let table: [(pattern: String, yes: [String], no: [String])] = [
    ("a", ["a"], ["b", "a/b", "A"]),
    ("a/b.txt", ["a/b.txt"], ["b.txt", "a/b.txtx", "x/a/b.txt"]),
    ("*", ["a", ".hidden", "é", "a b", "🦊", "a\nb"], ["a/b"]),
    ("*.jpg", ["a.jpg", ".jpg", "a.b.jpg"], ["a.JPG", "jpg", "d/a.jpg"]),
    ("a*c*e", ["ace", "abcde", "accee"], ["aec", "acd"]),
    ("?", ["a", "é", "🦊", "."], ["", "ab", "e\u{301}"].filter { !$0.isEmpty }),
    ("a?c", ["abc", "a.c"], ["ac", "a/c", "abbc"]),
    ("**", ["a", "a/b", ".a/.b/c"], []),
    ("**/a", ["a", "x/a", "x/y/a"], ["a/x", "xa", "x/aa"]),
    ("**/*.md", ["a.md", "x/y/.md", ".x/a.md"], ["a.md/b"]),
    ("a/**", ["a/b", "a/b/c", "a/.b"], ["a", "ab", "b/a"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a", "b", "ab", "a/xb", "a/x/b/c"]),
    ("**/a/**", ["a/b", "x/a/b", "x/a/y/z"], ["a", "x/a", "ba/b"]),
    ("a/**/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a", "b"]),
    ("**/**", ["a", "a/b"], []),
    ("a/**/*/b", ["a/x/b", "a/x/y/b"], ["a/b"]),
    ("*.{jpg,png}", ["a.jpg", "a.png"], ["a.gif", "a.{jpg,png}", "a."]),
    ("{a,b}/{c,d}", ["a/c", "a/d", "b/c", "b/d"], ["a/b", "c/d"]),
    ("x{a,b{c,d},}y", ["xay", "xbcy", "xbdy", "xy"], ["xby", "xcy"]),
    ("{a/b,c}/d", ["a/b/d", "c/d"], ["a/d", "b/d"]),
    ("{a}", ["a"], ["{a}"]),
    ("[abc]", ["a", "b", "c"], ["d", "ab", "[abc]"]),
    ("[a-c]x", ["ax", "bx", "cx"], ["dx", "-x"]),
    ("[!a-c]", ["d", "-", "é"], ["a", "b", "c"]),
    ("[^a]", ["b"], ["a"]),
    ("[]a]", ["]", "a"], ["b"]),
    ("[!]a]", ["b"], ["]", "a"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[é-ö]", ["é", "ö"], ["z"]),
    ("[.]x", [".x"], ["ax"]),
    (#"\*"#, ["*"], ["a", #"\*"#]),
    (#"\[a\]"#, ["[a]"], ["a"]),
    (#"a\?"#, ["a?"], ["ab"]),
    (#"\{a,b\}"#, ["{a,b}"], ["a", "b"]),
    (#"{a\,b,c}"#, ["a,b", "c"], ["a", "b"]),
    ("[{]a", ["{a"], ["a"]),
    ("a b/ü", ["a b/ü"], ["ab/ü", "a b/u\u{308}"]),
    ("./a/*", ["a/b"], ["./a", "b"]),
    ("a/", ["a"], ["a/b"]),
    ("a/*/c", ["a/\u{301}b/c", "a/b/c"], ["a/c"]),
    (".*", [".a", "."].filter { $0 != "." }, ["a"]),
  ]

  @Test(arguments: 0..<table.count) func pattern_matchesWhatItMeans(_ number: Int) throws {
    let (pattern, yes, no) = Self.table[number]
    let globs = try glob(pattern)
    for text in yes {
      let path = RepoPath(trusted: text)
      #expect(globs.contains { $0.matches(path) }, "`\(pattern)` has to match `\(text)`")
    }
    for text in no {
      let path = RepoPath(trusted: text)
      #expect(!globs.contains { $0.matches(path) }, "`\(pattern)` must not match `\(text)`")
    }
  }

  /// git's `:(glob)` pathspec has the same meaning: random patterns, real files.
  @Test func patterns_matchWhatGitsMatch() throws {
    let space = try Workspace()
    let files = [
      "a", "b", "ab", "c/a", "c/b.x", "c/ab/a", "c/ab/b", "d/a/b/c", "d/b", "d/.h", ".e/a", "d/a/x",
      "d/a/b/a.x",
      "[a]", "a*", "d/-", "d/]",
    ]
    for file in files { try space.write(file) }
    _ = try space.run("git", ["init", "-q"])
    let names = [
      "a", "b", "c", "d", "*", "?", "a*", "*b", "*.x", "**", "**", "[ab]", "[!a]", "?b", ".*", #"a\*"#,
      "[]-]", "ab",
      #"\[a]"#,
    ]
    var random = SplitMix(state: 1)
    for _ in 0..<250 {
      let parts = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in
        names.randomElement(using: &random)
      }
      // Without a wildcard git's pathspec takes all that is below, too.
      guard parts.contains(where: { $0.contains { "*?[".contains($0) } && !$0.contains("\\") }) else {
        continue
      }
      let pattern = parts.joined(separator: "/")
      let globs = try glob(pattern)
      let found = files.filter { file in globs.contains { $0.matches(RepoPath(trusted: file)) } }
      let git = try space.names("git", ["ls-files", "--others", "-z", "--", ":(glob)" + pattern])
      #expect(found.sorted() == git.map { String(decoding: $0, as: UTF8.self) }.sorted(), "`\(pattern)`")
    }
  }

  static let mistakes: [(String, Complaint)] = [
    ("a/[b", Complaint("test.yaml:7:3", "`[b` has a `[` without its `]`")),
    ("{a,b", Complaint("test.yaml:7:3", "`{a,b` has a `{` without its `}`")),
    (
      "a/**.jpg",
      Complaint(
        "test.yaml:7:3", "`**` has to stand alone between slashes", hint: "write `**/*.jpg`, not `**.jpg`")
    ),
    (
      "../a",
      Complaint(
        "test.yaml:7:3", "`from`: `../a` is not a path inside the project",
        hint: "write it from the directory of pipeline.yaml; it may not lead out of the project")
    ),
    (
      "/a",
      Complaint(
        "test.yaml:7:3", "`from`: `/a` is not a path inside the project",
        hint: "write it from the directory of pipeline.yaml; it may not lead out of the project")
    ),
    (".hbcache/**", Complaint("test.yaml:7:3", "`from`: .hbcache is hbpipe's own directory")),
  ]

  @Test(arguments: 0..<mistakes.count) func mistake_isToldWithItsPlace(_ number: Int) {
    let (pattern, expected) = Self.mistakes[number]
    #expect(complaint { _ = try glob(pattern) } == expected)
  }

  @Test func choicesThatLeaveTheProject_areRefused_eachForItself() {
    #expect(complaint { _ = try glob("a/{b,../../c}") } != nil)
    #expect(complaint { _ = try glob("{a,/b}") } != nil)
  }

  @Test func bracesThatMultiply_areBounded() {
    let bomb = String(repeating: "{a,b}", count: 40)
    #expect(complaint { _ = try glob(bomb) }?.message == "`\(bomb)` stands for more than 1000 patterns")
    let nested = String(repeating: "{a,", count: 500) + String(repeating: "}", count: 500)
    _ = complaint { _ = try glob(nested) }
  }

  @Test func manyStars_doNotTakeForever() throws {
    let globs = try glob(String(repeating: "*a", count: 30) + "b")
    let name = String(repeating: "a", count: 250)
    #expect(!globs.contains { $0.matches(RepoPath(trusted: name)) })
  }

  @Test func manyDoubleStars_doNotTakeForever() throws {
    let globs = try glob(String(repeating: "**/a/", count: 4) + "b")
    let deep = RepoPath(trusted: String(repeating: "a/", count: 40) + "c")
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!globs.contains { $0.matches(deep) }) }
    #expect(time < .seconds(5))
  }

  @Test(arguments: [
    ("a/b/*.c", "a/b"), ("*.c", nil), ("a/**/b", "a"), ("a/b", "a"), ("a", nil), (#"a\*/b"#, "a*"),
    ("a/[b]/c", "a"),
  ])
  func base_isTheLiteralBeginning(_ pattern: String, _ base: String?) throws {
    #expect(try glob(pattern).map { $0.base?.string } == [base])
  }

  @Test func exactly_takesNoCharacterForAnythingElse() throws {
    let odd = try path("a*/[b]/{c,d}/?/**/\\")
    #expect(Glob(exactly: odd).matches(odd))
    #expect(!Glob(exactly: try path("a*")).matches(try path("ab")))
    #expect(Glob(below: try path("a*")).matches(try path("a*/x/y")))
    #expect(!Glob(below: try path("a*")).matches(try path("a*")))
    #expect(!Glob(below: try path("a*")).matches(try path("ab/x")))
  }
}
