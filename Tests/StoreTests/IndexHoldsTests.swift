import Foundation
import Glibc
import Hashing
import Posix
import Store
import Testing

/// `Index.holds`: the no-op's only question.
@Suite struct IndexHoldsTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  /// `count` files, a directory, an absent path, and one file outside the project, as they are.
  private func index(of count: Int) throws -> Index {
    for number in 0..<count { try space.write("d/\(number)", "\(number)") }
    try space.write("e/tool", "tool")
    var entries: [(path: String, entry: IndexEntry)] = try (0..<count).map {
      let status = try space.status("d/\($0)")
      return ("d/\($0)", IndexEntry(kind: .file, status: status, digest: Digest(of: "\($0)")))
    }
    let directory = try space.status("e")
    entries.append(("e", IndexEntry(kind: .directory, status: directory, digest: nil)))
    entries.append(("absent", IndexEntry(kind: .absent, status: nil, digest: nil)))
    entries.append(("d/0/below a file", IndexEntry(kind: .absent, status: nil, digest: nil)))
    let tool = space.absolute("e/tool")
    entries.append((tool, IndexEntry(kind: .opaque, status: try FileStatus.read(tool), digest: nil)))
    try space.write(CacheLayout.index, Index.encode(entries, clean: nil))
    return Index.read(space.tree)
  }

  @Test(arguments: [1, 3, 2_500]) func index_holds_whileNothingChanges(_ count: Int) throws {
    let index = try index(of: count)
    #expect(index.count == count + 4)
    #expect(index.holds(in: space.tree))
    #expect(index.holds(in: space.tree))
  }

  @Test(arguments: [1, 2_500], [0.0, 0.5, 1.0]) func index_noticesAFile_whoseBytesChange(
    _ count: Int, at place: Double
  ) throws {
    let index = try index(of: count)
    let file = "d/\(Int(Double(count - 1) * place))"
    CoarseClock.wait(past: try space.status(file).changed)
    try space.write(file, try space.bytes(file).map { $0 ^ 1 })
    #expect(!index.holds(in: space.tree))
  }

  static let changes: [(String, @Sendable (Workspace) throws -> Void)] = [
    ("a file is removed", { try $0.tree.remove("d/1") }),
    ("a file appears where none was", { try $0.write("absent", "x") }),
    ("a file appears in a directory that was listed", { try $0.write("e/new", "x") }),
    ("a listed directory is removed", { try $0.tree.removeTree("e") }),
    ("a file becomes executable", { try $0.tree.setMode("d/1", 0o755) }),
    ("a file becomes longer", { try $0.write("d/1", "longer") }),
    (
      "a file is replaced by a directory",
      {
        try $0.tree.remove("d/1")
        try $0.write("d/1/x", "x")
      }
    ),
    ("a tool outside is replaced", { try $0.write("e/tool", "TOOL") }),
    ("a file is renamed over another", { try $0.tree.rename("d/2", to: "d/1") }),
    (
      "the old times are put back after an edit",
      {
        let before = try $0.status("d/1")
        try $0.write("d/1", "X")
        let seconds = Int(before.modified / 1_000_000_000)
        let rest = Int(before.modified % 1_000_000_000)
        let times = [timespec(tv_sec: seconds, tv_nsec: rest), timespec(tv_sec: seconds, tv_nsec: rest)]
        try #require(utimensat(AT_FDCWD, $0.absolute("d/1"), times, 0) == 0)
      }
    ),
  ]

  @Test(arguments: 0..<changes.count) func index_noticesThat(_ number: Int) throws {
    let index = try index(of: 3)
    CoarseClock.wait(past: try space.status("d/2").changed)
    CoarseClock.wait(past: try space.status("e").changed)
    let (what, change) = Self.changes[number]
    try change(space)
    #expect(!index.holds(in: space.tree), "\(what)")
  }

  @Test func index_looksThroughLinks() throws {
    try space.write("target", "1")
    try #require(symlink("target", space.absolute("link")) == 0)
    let status = try space.status("link")
    #expect(status.kind == .file)
    let entry = IndexEntry(kind: .file, status: status, digest: Digest(of: "1"))
    try space.write(CacheLayout.index, Index.encode([("link", entry)], clean: nil))
    let index = Index.read(space.tree)
    #expect(index.holds(in: space.tree))
    CoarseClock.wait(past: status.changed)
    try space.write("target", "2")
    #expect(!index.holds(in: space.tree))
  }
}
