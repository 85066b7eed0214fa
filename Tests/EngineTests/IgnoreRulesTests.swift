import Engine
import Store
import Testing

/// `.hbignore`, judged by `git check-ignore` on the same rules and files.
@Suite struct IgnoreRulesTests {
  static let files = [
    "a.txt", "b.log", "sub/a.txt", "sub/b.log", "sub/deep/a.txt", "sub/deep/c.log", "build/out.txt",
    "src/build/out.txt", "keep/x.txt", "keep/y.txt", "#hash", "!bang", "space ", "space", "{a,b}", "{b}", "a",
    "b",
    "[x]", "x", "star*", "starry", "back\\slash", "foo", "dir/foo/inner", ".hidden/f", ".dot",
    "caf\u{E9}.txt",
    "cafe\u{301}.txt", "UPPER.TXT", "a b.txt", "abc/x/def", "abc/def", "abc/x/y/def", "fooXbar", "lone/build",
    "  two",
  ]

  /// Rules by the directory they stand in ("" for the top).
  static let cases: [[String: String]] = [
    ["": ""], ["": "\n\n# a comment\n   \n"], ["": "*.log"], ["": "*.log\n!b.log"], ["": "!b.log\n*.log"],
    ["": "/a.txt"], ["": "a.txt"], ["": "build/"], ["": "/build/"], ["": "build"], ["": "sub/deep"],
    ["": "/sub/deep/"], ["": "deep/a.txt"], ["": "sub/*\n!sub/deep"], ["": "sub/*\n!sub/a.txt"],
    ["": "sub/**\n!sub/a.txt"], ["": "sub/**"], ["": "**/a.txt"], ["": "/**/a.txt"], ["": "**"], ["": "**/"],
    ["": "abc/**/def"], ["": "abc/*/def"], ["": "**/deep/"], ["": "**/deep/**"], ["": "\\#hash\n\\!bang"],
    ["": "#hash\n!bang"], ["": "space "], ["": "space\\ "], ["": "space\\  "], ["": "a.txt   "],
    ["": "  two"],
    ["": "two"], ["": "{a,b}"], ["": "\\{a,b\\}"], ["": "[{]b}"], ["": "{*"], ["": "[x]"], ["": "\\[x\\]"],
    ["": "star\\*"], ["": "star*"], ["": "back\\\\slash"], ["": "foo"], ["": "foo/"], ["": "/foo"],
    ["": "*\n!*/\n!*.txt"], ["": "*\n!a.txt"], ["": "/*\n!/keep\n/keep/*\n!/keep/x.txt"],
    ["": "keep/\n!keep/x.txt"], ["": "a.txt\r\nb.log\r\n"], ["": "?.txt"], ["": "a?b.txt"], ["": "[!a].txt"],
    ["": "[^a].txt"], ["": "[a-b].*"], ["": "foo**bar"], ["": "**.log"], ["": ".*"], ["": "/"],
    ["": "upper.txt"],
    ["": "[[:alpha:]].txt"], ["": "caf\u{E9}.txt"], ["": "cafe\u{301}.txt"], ["": "?"], ["": "*/"],
    ["": "/*/"],
    ["": "/.hbcache/\n*.log"], ["": ".hbcache\n.git"], ["": "\u{FEFF}*.log"],
    ["": "lone/build/"],
    ["": "!"], ["": "*.txt\n!sub/\n!sub/a.txt"], ["": "a.txt\n!a.txt\na.txt"], ["": "sub\n!sub"],
    ["": "*.txt", "sub": "!a.txt"], ["sub": "/a.txt"], ["sub": "a.txt"], ["sub": "deep/\n*.log"],
    ["": "sub/", "sub": "!*"], ["": "!*.log", "sub": "*.log"],
    ["": "*.log", "sub": "!*.log", "sub/deep": "*.log"],
    ["abc": "x/**/def"], ["abc": "/x"], ["abc": "**/def"],
  ]

  @Test(arguments: cases) func ignoreFile_meansWhatGitTakesItFor(_ rules: [String: String]) throws {
    let space = try Workspace()
    for file in Self.files { try space.write(file) }
    for (directory, text) in rules {
      let prefix = directory.isEmpty ? "" : directory + "/"
      try space.write(prefix + ".hbignore", text)
      try space.write(prefix + ".gitignore", text)
    }
    _ = try space.run("git", ["init", "-q"])
    let ignored = try space.names(
      "git", ["check-ignore", "--no-index", "--stdin", "-z"],
      input: Array(Self.files.joined(separator: "\0").utf8))
    let expected = Self.files.filter { !ignored.contains(Array($0.utf8)) }.map { Array($0.utf8) }

    let walk = SourceWalk(snapshot: Snapshot(tree: space.tree, index: .empty))
    let everything = GlobSet(includes: try glob("**"), excludes: [], texts: [])
    let found = try walk.files(matching: everything).files.map { Array($0.string.utf8) }
    let known = Set(Self.files.map { Array($0.utf8) })
    let taken = found.filter(known.contains)
    func names(_ list: [[UInt8]]) -> [String] { list.map { String(decoding: $0, as: UTF8.self) }.sorted() }
    #expect(names(taken.filter { !expected.contains($0) }).isEmpty, "git ignores these, hbpipe does not")
    #expect(names(expected.filter { !taken.contains($0) }).isEmpty, "hbpipe ignores these, git does not")
  }

  @Test func malformedRule_isToldWithItsLine() throws {
    let space = try Workspace()
    try space.write("sub/.hbignore", "# rules\n\n*.log\n[a\n")
    try space.write("sub/a")
    let walk = SourceWalk(snapshot: Snapshot(tree: space.tree, index: .empty))
    let set = GlobSet(includes: try glob("**"), excludes: [], texts: [])
    #expect(
      complaint { _ = try walk.files(matching: set) }
        == Complaint("sub/.hbignore:4:1", "`[a` has a `[` without its `]`"))
  }

  /// A pattern's literal beginning must not step over the rules that hold on the way.
  @Test(
    arguments: ["sub/", "sub", "deep/", "/sub/deep", "sub/*"],
    ["sub/deep/*", "sub/deep/**", "sub/deep/a.txt"])
  func ignoredDirectory_staysIgnored_whenAPatternNamesIt(_ rule: String, _ pattern: String) throws {
    let space = try Workspace()
    try space.write(".hbignore", rule)
    try space.write("sub/deep/a.txt")
    let walk = SourceWalk(snapshot: Snapshot(tree: space.tree, index: .empty))
    let set = GlobSet(includes: try glob(pattern), excludes: [], texts: [])
    #expect(try walk.files(matching: set).files.isEmpty)
  }

  /// A changed rule changes what stages take, so the rules belong to what the next run compares.
  @Test func ignoreFiles_areAmongWhatTheSnapshotHasSeen() throws {
    let space = try Workspace()
    try space.write("sub/a")
    let snapshot = Snapshot(tree: space.tree, index: .empty)
    let set = GlobSet(includes: try glob("sub/*"), excludes: [], texts: [])
    _ = try SourceWalk(snapshot: snapshot).files(matching: set)
    let seen = snapshot.settle(external: []).entries.map(\.path)
    #expect(seen.contains(".hbignore"))
    #expect(seen.contains("sub/.hbignore"))
  }
}
