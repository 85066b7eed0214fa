import Glibc
import Hashing
import Posix
import Store
import Testing

@Suite struct IndexTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func entry(_ number: Int) -> IndexEntry {
    let kind: IndexEntry.Kind = [.file, .directory, .opaque, .absent][number % 4]
    if kind == .absent { return IndexEntry(kind: .absent, status: nil, digest: nil) }
    let status = FileStatus(
      kind: kind == .directory ? .directory : .file, isExecutable: number % 8 == 0, size: Int64(number),
      modified: Int64(number) * 1_000_000_007, changed: -Int64(number), inode: UInt64.max - UInt64(number))
    let digest = kind == .file ? Digest(of: "content \(number)") : nil
    return IndexEntry(kind: kind, status: status, digest: digest)
  }

  private func entries(_ count: Int) -> [(path: String, entry: IndexEntry)] {
    (0..<count).map { ("d\($0 % 7)/é🦊 \($0 &* 7919 % 100_003).txt", entry($0)) }
  }

  private var clean: CleanState {
    CleanState(
      actions: 12, artifacts: 345, context: Checksum(of: "context"),
      lock: FileStatus(kind: .file, isExecutable: false, size: 9, modified: 8, changed: 7, inode: 6))
  }

  private func install(_ bytes: [UInt8]) throws -> Index {
    try space.write(CacheLayout.index, bytes)
    return Index.read(space.tree)
  }

  @Test(arguments: [0, 1, 2, 5_000]) func entries_areReadBack(_ count: Int) throws {
    let entries = entries(count)
    let index = try install(Index.encode(entries.shuffled(), clean: clean))
    #expect(index.count == count)
    #expect(index.clean == clean)

    var read: [(path: String, entry: IndexEntry)] = []
    index.forEach { read.append(($0, $1)) }
    let sorted = try entries.sorted { try path($0.path) < path($1.path) }
    #expect(read.map(\.path) == sorted.map(\.path))
    #expect(read.map(\.entry) == sorted.map(\.entry))
  }

  @Test(arguments: [0, 1, 2, 5_000]) func lookup_findsEveryPath_inAnyOrder(_ count: Int) throws {
    let entries = entries(count)
    let index = try install(Index.encode(entries, clean: nil))
    for list in [entries, entries.shuffled(), entries.sorted { $0.path < $1.path }] {
      var hint = -1
      for (text, entry) in list { #expect(try index.lookup(path(text), hint: &hint) == entry) }
    }
    var hint = -1
    for absent in ["a", "d0", "d0/é🦊", "d0/é🦊 0.txt0", "zz", "d3/e\u{301}🦊 0.txt"] {
      #expect(try index.lookup(path(absent), hint: &hint) == nil)
    }
  }

  @Test func index_isEmpty_whenThereIsNone() {
    let index = Index.read(space.tree)
    #expect(index.count == 0)
    #expect(index.clean == nil)
    #expect(!index.holds(in: space.tree))
  }

  @Test func clean_isNil_whenTheLastRunWasNotClean() throws {
    #expect(try install(Index.encode(entries(3), clean: nil)).clean == nil)
  }

  /// In the header, at its end, in the records, at their end, in the paths.
  @Test(arguments: [0, 1, 40]) func index_isEmpty_whereverItIsCutOff(_ count: Int) throws {
    let bytes = Index.encode(entries(count), clean: clean)
    for length in 0..<bytes.count where length < 400 || length % 53 == 0 || length > bytes.count - 40 {
      let index = try install(Array(bytes[..<length]))
      try #require(index.count == 0 && index.clean == nil, "cut off after \(length) of \(bytes.count) bytes")
    }
    #expect(try install(bytes + [0]).clean == nil, "one byte too many")
  }

  /// Every bit of the header and of a record, but the topmost of the count, which has a test of its own; one
  /// bit of every byte after them.
  @Test func index_isEmpty_whicheverBitIsFlipped() throws {
    let bytes = Index.encode(entries(5), clean: clean)
    var accepted: [String] = []
    for place in bytes.indices where place != 23 {
      for bit in place < 192 ? Array(0..<8) : [place % 8] {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        let index = try install(damaged)
        if index.count != 0 || index.clean != nil { accepted.append("byte \(place) bit \(bit)") }
      }
    }
    #expect(accepted.isEmpty, "still taken for an index: \(accepted)")
  }

  /// In a process of its own: a trap would take the other tests along.
  @Test func index_isEmpty_whenItsCountIsNegative() async {
    await #expect(processExitsWith: .success) {
      let space = try Workspace()
      var bytes = Index.encode([("a", IndexEntry(kind: .absent, status: nil, digest: nil))], clean: nil)
      bytes[23] ^= 0x80
      try space.write(CacheLayout.index, bytes)
      precondition(Index.read(space.tree).count == 0)
    }
  }

  @Test func index_isEmpty_whenItIsOfAnotherVersion() throws {
    var bytes = Index.encode(entries(3), clean: clean)
    // The magic number's last byte is the version's digit.
    bytes[7] += 1
    #expect(try install(bytes).count == 0)
  }

  @Test func index_isEmpty_whenADirectoryStandsInItsPlace() throws {
    try space.write(CacheLayout.index + "/x", "")
    #expect(Index.read(space.tree).count == 0)
  }

  /// A long-lived mapping: the index is replaced while it is in use.
  @Test func index_keepsItsEntries_whenTheFileIsReplaced() throws {
    let entries = entries(500)
    let index = try install(Index.encode(entries, clean: nil))
    try space.tree.replace(CacheLayout.index, with: Index.encode([], clean: nil))
    var hint = -1
    for (text, entry) in entries { #expect(try index.lookup(path(text), hint: &hint) == entry) }
  }
}
