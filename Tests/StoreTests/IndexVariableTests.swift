import Foundation
import Glibc
import Hashing
import Posix
import Store
import Testing

/// Entries of the index that stand for environment variables.
@Suite struct IndexVariableTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func install(_ entries: [(path: String, entry: IndexEntry)]) throws -> Index {
    try space.write(CacheLayout.index, Index.encode(entries, clean: nil))
    return Index.read(space.tree)
  }

  private func variable(_ name: String, _ value: String?) -> (path: String, entry: IndexEntry) {
    let digest = value.map { Digest(of: Array($0.utf8)) }
    return (IndexEntry.variablePath(name), IndexEntry(kind: .variable, status: nil, digest: digest))
  }

  @Test func entries_areReadBack_setOrNot() throws {
    let entries = [variable("A", "value"), variable("B", ""), variable("C", nil), variable("É=", "\u{1F98A}")]
    var found: [String: IndexEntry] = [:]
    try install(entries).forEach { found[$0] = $1 }
    #expect(found.count == entries.count)
    for (path, entry) in entries {
      #expect(found[path]?.kind == .variable)
      #expect(found[path]?.digest == entry.digest, "\(path)")
    }
  }

  /// A variable's name is no path of the project, whatever it is called.
  @Test(arguments: ["PATH", "a/b", "", "..", "x y"]) func nameOfAVariable_isNoPath(_ name: String) {
    #expect(RepoPath(IndexEntry.variablePath(name)) == nil)
  }

  @Test func index_holds_asLongAsItsVariablesDo() throws {
    let path = try #require(ProcessInfo.processInfo.environment["PATH"])
    let cases: [(String, String?, Bool)] = [
      ("PATH", path, true), ("PATH", path + "x", false), ("PATH", "", false), ("PATH", nil, false),
      ("HBPIPE_TEST_THAT_NOBODY_SETS", nil, true), ("HBPIPE_TEST_THAT_NOBODY_SETS", "", false),
      ("HBPIPE_TEST_THAT_NOBODY_SETS", "x", false),
    ]
    for (name, value, holds) in cases {
      #expect(try install([variable(name, value)]).holds(in: space.tree) == holds, "\(name) \(value ?? "nil")")
    }
  }

  @Test func oneVariableThatDiffers_amongMany_isSeen() throws {
    var entries = (0..<3000).map { variable("HBPIPE_TEST_NOBODY_SETS_\($0)", nil) }
    #expect(try install(entries).holds(in: space.tree))
    entries[2222] = variable("HBPIPE_TEST_NOBODY_SETS_2222", "x")
    #expect(try !install(entries).holds(in: space.tree))
  }

  /// In a process of its own: what one test sets another may read.
  @Test func index_holdsNot_onceAVariableIsSet_andAgainWhenItIsNot() async {
    await #expect(processExitsWith: .success) {
      let space = try Workspace()
      let name = "HBPIPE_TEST_VARIABLE"
      func holds(_ value: String?) throws -> Bool {
        let entry = IndexEntry(kind: .variable, status: nil, digest: value.map { Digest(of: Array($0.utf8)) })
        try space.write(CacheLayout.index, Index.encode([(IndexEntry.variablePath(name), entry)], clean: nil))
        return Index.read(space.tree).holds(in: space.tree)
      }
      func answers() throws -> [Bool] { try [nil, "", "x", "y"].map(holds) }
      unsetenv(name)
      let unset = try answers()
      setenv(name, "x", 1)
      let set = try answers()
      setenv(name, "", 1)
      let empty = try answers()
      precondition(unset == [true, false, false, false])
      precondition(set == [false, false, true, false])
      precondition(empty == [false, true, false, false])
    }
  }

  @Test func variables_areNotAmongTheFiles() throws {
    let file = IndexEntry(
      kind: .artifact,
      status: FileStatus(kind: .file, isExecutable: false, size: 1, modified: 1, changed: 1, inode: 1),
      digest: Digest(of: "x"))
    let index = try install([variable("A", "x"), ("public/a", file)])
    #expect(index.paths(of: .artifact).map(\.string) == ["public/a"])
    var hint = -1
    #expect(try index.lookup(path("public/a"), hint: &hint) == file)
  }
}
