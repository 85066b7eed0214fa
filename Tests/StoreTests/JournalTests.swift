import Posix
import Store
import Testing

@Suite struct JournalTests {
  let space: Workspace
  let journal: Journal

  init() throws {
    space = try Workspace()
    journal = Journal(tree: space.tree)
    try space.tree.makeDirectory(CacheLayout.directory)
  }

  static let entries = [
    ("public/a.txt", "static@uploads/a.txt"), ("public/line\nend\ttab\\ 🦊", "posts@uploads/line\nend.md"),
    ("é", "search"), ("e\u{301}", "search"), ("#", "static@#"),
  ]

  private func write() throws {
    for (text, action) in Self.entries { try journal.append([path(text)], of: action) }
  }

  private func read() -> [[[UInt8]]] {
    journal.read().map { [Array($0.path.string.utf8), Array($0.action.utf8)] }
  }

  private func bytes(_ entries: some Sequence<(String, String)>) -> [[[UInt8]]] {
    entries.map { [Array($0.0.utf8), Array($0.1.utf8)] }
  }

  @Test func journal_isEmpty_whenThereIsNone() { #expect(journal.read().isEmpty) }

  @Test func entries_areReadBackInOrder() throws {
    try write()
    #expect(read() == bytes(Self.entries))
  }

  @Test func severalPathsOfOneAction_areSeveralEntries() throws {
    try journal.append([path("a"), path("b")], of: "search")
    try journal.append([], of: "nothing")
    #expect(journal.read().map(\.path.string) == ["a", "b"])
    #expect(journal.read().map(\.action) == ["search", "search"])
  }

  @Test func journalCutOffAtAnyByte_hasAllEntriesThatAreWhole() throws {
    try write()
    let whole = try space.bytes(CacheLayout.journal)
    var ends: [Int] = []
    for (text, action) in Self.entries {
      ends.append((ends.last ?? 0) + text.utf8.count + action.utf8.count + 2)
    }
    try #require(ends.last == whole.count)
    for length in 0...whole.count {
      try space.write(CacheLayout.journal, Array(whole[..<length]))
      let complete = ends.prefix { $0 <= length }.count
      try #require(read() == bytes(Self.entries.prefix(complete)), "cut off after \(length) bytes")
    }
  }

  /// A killed run may leave a part of an entry; the next run mends the file, then appends to it.
  @Test func journalCutOffAtAnyByte_keepsWhatTheNextRunAppends() throws {
    try write()
    let whole = try space.bytes(CacheLayout.journal)
    var lost: [Int] = []
    for length in 0...whole.count {
      try space.write(CacheLayout.journal, Array(whole[..<length]))
      try journal.mend()
      try journal.append([path("public/new")], of: "new")
      let found = try journal.read().contains { try $0.path == path("public/new") && $0.action == "new" }
      if !found { lost.append(length) }
    }
    #expect(lost.isEmpty, "lost after a cut at the bytes \(lost)")
  }

  @Test func clear_leavesNothing_andMayBeRepeated() throws {
    try write()
    try journal.clear()
    #expect(journal.read().isEmpty)
    #expect(!space.exists(CacheLayout.journal))
    try journal.clear()
  }

  @Test func pathsThatLeadOutOfTheProject_areLeftOut() throws {
    try space.write(CacheLayout.journal, "../a\0x\0/etc/passwd\0x\0ok\0x\0")
    #expect(journal.read().map(\.path.string) == ["ok"])
  }

  @Test func manyThreads_mayAppendAtOnce() throws {
    let texts = (0..<200).map { "public/\($0)/" + String(repeating: "x", count: $0 + 1) }
    let done = concurrentMap(texts) { [journal] text in
      (try? journal.append([RepoPath(trusted: text)], of: "stage@\(text)")) != nil
    }
    #expect(done.allSatisfy { $0 })
    let read = journal.read()
    #expect(read.map(\.path.string).sorted() == texts.sorted())
    #expect(read.allSatisfy { $0.action == "stage@\($0.path)" })
  }

  // MARK: Kinds

  static let kinds: [(String, Journal.Kind)] = [
    ("public/a", .artifact), ("out", .root), ("out/*.txt", .pattern), ("out/**/*", .pattern), ("**", .pattern),
    ("out/x", .artifact), ("out/\\*", .root), ("é/[a-z]?", .pattern), ("out/x\n", .root),
  ]

  private func writeKinds() throws {
    for (text, kind) in Self.kinds { try journal.append([path(text)], of: "s@\(text)", as: kind) }
  }

  private func expectKinds(_ found: [Journal.Entry], _ expected: some Collection<(String, Journal.Kind)>) {
    #expect(found.map(\.path.string) == expected.map(\.0))
    #expect(found.map(\.kind) == expected.map(\.1))
    #expect(found.map(\.action) == expected.map { "s@" + $0.0 })
  }

  @Test func kinds_areReadBack() throws {
    try writeKinds()
    expectKinds(journal.read(), Self.kinds)
  }

  @Test func severalRoots_areNotedAtOnce() throws {
    try journal.append([path("a"), path("b/c")], of: "s", as: .root)
    #expect(journal.read().map(\.kind) == [.root, .root])
    #expect(journal.read().map(\.path.string) == ["a", "b/c"])
  }

  /// A cut must not turn a pattern into a root, nor a root into an artifact.
  @Test func kinds_surviveACutAtAnyByte_andMending() throws {
    try writeKinds()
    let whole = try space.bytes(CacheLayout.journal)
    for length in 0...whole.count {
      try space.write(CacheLayout.journal, Array(whole[..<length]))
      let found = journal.read()
      try #require(found.count <= Self.kinds.count)
      expectKinds(found, Self.kinds.prefix(found.count))
      try journal.mend()
      expectKinds(journal.read(), Self.kinds.prefix(found.count))
    }
  }
}
