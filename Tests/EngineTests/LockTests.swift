import Engine
import Hashing
import Store
import Testing

@Suite struct LockTests {
  static let header =
    "# pipeline.lock 1: path, sha256, bytes, kind, action key, action. Written by hbpipe; commit it.\n"

  static let paths = [
    "a", "a/b c.html", "tab\there", "line\nend", "return\rhere", "\r\n", "back\\slash", "\\", "\\t", "end\\",
    "#comment",
    "<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base", "🦊/é", "caf\u{E9}", "cafe\u{301}",
    " leading",
    "trailing ", "\u{FEFF}bom", "~", "-", "a@b", "\u{301}mark", "\u{2028}", "<a href=\"x\">&amp;</a>",
  ]

  private func entry(
    _ text: String, content: String = "x", kind: ActionOutput.Kind = .file, action: String = "posts"
  ) throws -> LockEntry {
    LockEntry(
      path: try path(text), digest: Digest(of: content), kind: kind,
      key: ActionKey([KeyComponent(.option, "path", content)]),
      action: ActionName(stage: try #require(StageName(action)), item: text))
  }

  private func lock(_ paths: [String]) throws -> Lock {
    var lock = Lock()
    for text in paths { lock.insert(try entry(text)) }
    return lock
  }

  @Test func text_isGolden() throws {
    var lock = Lock()
    lock.insert(try entry("public/b.html", content: "abc"))
    lock.insert(try entry("#a\tb\n", kind: .executable, action: "search"))
    lock.insert(
      LockEntry(
        path: try path("public/empty"), digest: Digest(of: ""), kind: .emptyDirectory, key: ActionKey([]),
        action: ActionName(stage: try #require(StageName("cmd")))))
    let x = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let keyX = ActionKey([KeyComponent(.option, "path", "x")]).hex
    let keyABC = ActionKey([KeyComponent(.option, "path", "abc")]).hex
    #expect(
      String(decoding: lock.text, as: UTF8.self) == Self.header
        + "\\#a\\tb\\n\t\(x)\t1\texecutable\t\(keyX)\tsearch@#a\\tb\\n\n"
        + "public/b.html\t\(abc)\t3\tfile\t\(keyABC)\tposts@public/b.html\n"
        + "public/empty\t\(nothing)\t0\temptyDirectory\t"
        + "4866860e967a5610d461217967feebe458dfd0177cf61d41068c1f534c961568\tcmd\n")
  }

  @Test(arguments: paths) func entry_isReadBack_whateverItsPathHolds(_ text: String) throws {
    let lock = try lock([text])
    let (read, damaged) = Lock.parse(lock.text)
    #expect(damaged.isEmpty)
    let entry = try #require(read.entries[path(text)])
    #expect(Array(entry.path.string.utf8) == Array(text.utf8))
    #expect(Array((entry.action.item ?? "").utf8) == Array(text.utf8))
    #expect(entry.digest == Digest(of: "x"))
    #expect(read.text == lock.text)
    #expect(lock.text.split(separator: UInt8(ascii: "\n")).count == 2, "one line an artifact")
  }

  @Test func lock_isReadBack_andWrittenInTheSameBytes_inAnyOrder() throws {
    let texts = Self.paths + (0..<500).map { "public/\($0 &* 7919 % 1009)/index.html" }
    let lock = try lock(texts)
    #expect(lock.entries.count == texts.count)
    #expect(try self.lock(texts.shuffled()).text == lock.text)
    #expect(Lock.parse(lock.text).lock.text == lock.text)
  }

  @Test func entries_standInByteOrder() throws {
    let lock = try lock(["b", "a/b", "a-b", "a", "é", "e\u{301}", "Z", "a b"])
    let paths = Lock.parse(lock.text).lock.entries.keys.sorted().map(\.string)
    let lines = lock.text.split(separator: UInt8(ascii: "\n")).dropFirst().map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\t") }, as: UTF8.self)
    }
    #expect(lines.map { Array($0.utf8) } == paths.map { Array($0.utf8) })
    #expect(lines == ["Z", "a", "a b", "a-b", "a/b", "b", "e\u{301}", "é"])
  }

  /// A changed artifact changes one line, so that merges meet only where artifacts do.
  @Test func oneChangedArtifact_changesOneLine() throws {
    var lock = try lock((0..<50).map { "p/\($0)" })
    let before = lock.text.split(separator: UInt8(ascii: "\n"))
    lock.insert(try entry("p/7", content: "other"))
    let after = lock.text.split(separator: UInt8(ascii: "\n"))
    #expect(zip(before, after).filter { $0 != $1 }.count == 1)
    #expect(before.count == after.count)
  }

  @Test func cutOffLock_hasItsWholeLines_andReportsTheRest() throws {
    let lock = try lock(["a", "b\tc", "d\\", "🦊"])
    let text = lock.text
    for length in 0..<text.count {
      let (read, damaged) = Lock.parse(Array(text[..<length]))
      let isWhole = length == 0 || text[length - 1] == UInt8(ascii: "\n")
      let isHeader = length <= Self.header.utf8.count
      for (path, entry) in read.entries { try #require(lock.entries[path] == entry) }
      try #require(damaged.isEmpty == (isWhole || isHeader), "cut off after \(length) bytes")
    }
  }

  static let damages: [(String, @Sendable (inout [String]) -> Void)] = [
    ("a field is missing", { $0.remove(at: 3) }),
    ("a field is too much", { $0.append("x") }),
    ("the path is empty", { $0[0] = "" }),
    ("the path leaves the project", { $0[0] = "../a" }),
    ("the path is absolute", { $0[0] = "/a" }),
    ("the path ends in a lone backslash", { $0[0] = "a\\" }),
    ("the hash is too short", { $0[1].removeLast() }),
    ("the hash is in upper case", { $0[1] = $0[1].uppercased() }),
    ("the size is negative", { $0[2] = "-1" }),
    ("the size is no number", { $0[2] = "x" }),
    ("the size is empty", { $0[2] = "" }),
    ("the size is larger than any", { $0[2] = "99999999999999999999" }),
    ("the kind is unknown", { $0[3] = "link" }),
    ("the key is cut off", { $0[4].removeFirst() }),
    ("the action is empty", { $0[5] = "" }),
    ("the action's stage is none", { $0[5] = "a @c" }),
  ]

  @Test(arguments: 0..<damages.count) func damagedLine_isReported_andLeftOut(_ number: Int) throws {
    var lines = try lock(["a", "b", "c"]).text.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    var fields = lines[2].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    Self.damages[number].1(&fields)
    lines[2] = fields.joined(separator: "\t")
    let (read, damaged) = Lock.parse(Array((lines.joined(separator: "\n") + "\n").utf8))
    #expect(damaged == [Place(file: "pipeline.lock", line: 3, column: 1)], "\(Self.damages[number].0)")
    #expect(read.entries.keys.map(\.string).sorted() == ["a", "c"])
  }

  @Test func bytesThatAreNotUTF8_areReported() throws {
    var text = try lock(["a"]).text
    text[Self.header.utf8.count] = 0xFF
    let (read, damaged) = Lock.parse(text)
    #expect(read.entries.isEmpty)
    #expect(damaged.map(\.line) == [2])
  }

  @Test func conflictOfAMerge_isReported_lineByLine() throws {
    let ours = try lock(["a", "b"]).text
    var theirs = Lock()
    theirs.insert(try entry("b", content: "theirs"))
    let other = theirs.text.dropFirst(Self.header.utf8.count)
    let text =
      Array("<<<<<<< HEAD\n".utf8) + ours + Array("=======\n".utf8) + other + Array(">>>>>>> x\n".utf8)
    let (read, damaged) = Lock.parse(text)
    #expect(damaged.map(\.line) == [1, 5, 6, 7])
    #expect(read.entries.keys.map(\.string).sorted() == ["a", "b"])
  }

  @Test func lock_isEmpty_whenThereIsNone() throws {
    let space = try Workspace()
    let (read, damaged) = try Lock.read(space.tree)
    #expect(read.entries.isEmpty && damaged.isEmpty)
    try space.write("pipeline.lock", try lock(["a"]).text)
    #expect(try Lock.read(space.tree).lock.entries.count == 1)
  }

  @Test func entries_areKnownByTheirAction() throws {
    let action = ActionName(stage: try #require(StageName("posts")), item: "b")
    var lock = try lock(["a", "b"])
    lock.insert(
      LockEntry(
        path: try path("c"), digest: Digest(of: "c"), kind: .file, key: ActionKey([]), action: action))
    #expect(lock.entries(of: action).map(\.path.string).sorted() == ["b", "c"])
    lock.remove(try path("b"))
    #expect(lock.entries(of: action).map(\.path.string) == ["c"])
    // A path that another action takes over belongs to that one only.
    lock.insert(try entry("c"))
    #expect(lock.entries(of: action).isEmpty)
    #expect(lock.byAction[action] == nil)
  }

  // MARK: Actions without artifacts

  private func effects(_ names: [String]) throws -> Lock {
    var lock = try lock(["public/a"])
    for name in names {
      lock.insert(effectOf: try #require(ActionName(name)), key: ActionKey([KeyComponent(.option, "name", name)]))
    }
    return lock
  }

  static let effectNames = [
    "deploy", "deploy@a/b", "z@tab\there", "z@line\nend", "#x", "<<<<<<< x", "é@e\u{301}", "a b", "\u{2028}",
  ]

  @Test func effect_isALine_beforeAllArtifacts() throws {
    let key = ActionKey([KeyComponent(.option, "name", "deploy")])
    let text = String(decoding: try effects(["deploy"]).text, as: UTF8.self)
    #expect(text.hasPrefix(Self.header + "\t-\t0\teffect\t\(key.hex)\tdeploy\npublic/a\t"))
  }

  @Test func effects_areReadBack_whateverTheirNamesHold() throws {
    let lock = try effects(Self.effectNames)
    let (read, damaged) = Lock.parse(lock.text)
    #expect(damaged.isEmpty)
    #expect(read.effects == lock.effects && read.effects.count == Self.effectNames.count)
    #expect(read.text == lock.text)
    #expect(try effects(Self.effectNames.shuffled()).text == lock.text, "in any order")
    #expect(lock.text.split(separator: UInt8(ascii: "\n")).count == 2 + Self.effectNames.count, "one line an action")
  }

  @Test func effect_isTheLastKeyOfItsAction_whereNoArtifactHasOne() throws {
    var lock = try effects(["deploy"])
    let deploy = try #require(ActionName("deploy"))
    #expect(lock.key(of: deploy) == ActionKey([KeyComponent(.option, "name", "deploy")]))
    #expect(lock.entries(of: deploy).isEmpty)
    lock.insert(effectOf: deploy, key: ActionKey([]))
    #expect(lock.key(of: deploy) == ActionKey([]), "the last one counts")
    #expect(lock.effects.count == 1)
    #expect(lock.key(of: try #require(ActionName("other"))) == nil)
    #expect(try lock.key(of: entry("public/a").action) == entry("public/a").key)
  }

  static let effectDamages: [(String, @Sendable (inout [String]) -> Void)] = [
    ("a field is missing", { $0.remove(at: 2) }), ("a field is too much", { $0.append("x") }),
    ("the kind is unknown", { $0[3] = "effects" }), ("the key is cut off", { $0[4].removeLast() }),
    ("the key is in upper case", { $0[4] = $0[4].uppercased() }), ("the action is empty", { $0[5] = "" }),
    ("the action's stage is none", { $0[5] = "a @c" }), ("the action ends in a lone backslash", { $0[5] = "a\\" }),
    ("it has a path", { $0[0] = "public/x" }),
  ]

  @Test(arguments: effectDamages.indices) func damagedEffect_isReported_andLeftOut(_ number: Int) throws {
    var lines = String(decoding: try effects(["a", "b", "c"]).text, as: UTF8.self).split(separator: "\n").map(
      String.init)
    var fields = lines[2].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    Self.effectDamages[number].1(&fields)
    lines[2] = fields.joined(separator: "\t")
    let (read, damaged) = Lock.parse(Array((lines.joined(separator: "\n") + "\n").utf8))
    #expect(damaged.map(\.line) == [3], "\(Self.effectDamages[number].0)")
    #expect(read.effects.keys.map(\.description).sorted() == ["a", "c"] && read.entries.count == 1)
  }

  @Test func effectThatStandsTwice_isReported() throws {
    let line = String(decoding: try effects(["a"]).text, as: UTF8.self).split(separator: "\n")[1]
    let (read, damaged) = Lock.parse(Array("\(line)\n\(line)\n".utf8))
    #expect(read.effects.count == 1 && damaged.map(\.line) == [2])
  }

  @Test func cutOffEffects_areReadAsFarAsTheyAreWhole() throws {
    let lock = try effects(["a", "b@x\ty"])
    for length in 0..<lock.text.count {
      for (action, key) in Lock.parse(Array(lock.text[..<length])).lock.effects {
        try #require(lock.effects[action] == key, "cut off after \(length) bytes")
      }
    }
  }
}
