import Dispatch
import Glibc
import Hashing
import Posix
import Synchronization

/// `.hbcache/index`: for every path that the last run looked at, what it saw there.
///
/// It serves two ends. An entry whose status still holds gives a digest without reading the file.
/// And a *clean* index says that the last run left nothing to do: if every entry still holds, there
/// is still nothing to do, and that costs one `stat` a path.
///
/// The file is sorted by path and used where it is mapped: nothing is parsed or copied to look up.
/// Layout, little-endian: a header of `Layout.header` bytes, records of `Layout.record` bytes, then
/// the paths, each ended by a NUL so that `stat` can take it from the mapping.
package struct Index: Sendable {
  private let file: MappedFile?
  package let count: Int
  package let clean: CleanState?

  /// No entries.
  package static let empty = Index(file: nil, count: 0, clean: nil)

  private init(file: MappedFile?, count: Int, clean: CleanState?) {
    self.file = file
    self.count = count
    self.clean = clean
  }

  /// The index of a project. One that is absent, damaged or of another version counts as empty.
  package static func read(_ tree: WorkTree) -> Index {
    guard let file = try? tree.map(CacheLayout.index) else { return .empty }
    let bytes = file.bytes
    guard bytes.count >= Layout.header,
      bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self) == Layout.magic,
      bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == UInt64(bytes.count)
    else { return .empty }
    let body = UnsafeRawBufferPointer(rebasing: bytes[Layout.body...])
    let sum = bytes.loadUnaligned(fromByteOffset: Layout.checksum, as: UInt64.self)
    guard Checksum(of: body) == Checksum(value: sum) else { return .empty }
    let count = Int(clamping: bytes.loadUnaligned(fromByteOffset: Layout.count, as: UInt64.self))
    guard count <= (bytes.count - Layout.header) / Layout.record, count == 0 || bytes[bytes.count - 1] == 0
    else { return .empty }

    let reader = RecordReader(bytes: bytes)
    let isClean = bytes[Layout.cleanFlag] == 1
    let clean = CleanState(
      actions: Int(bytes.loadUnaligned(fromByteOffset: Layout.cleanFlag + 8, as: UInt64.self)),
      artifacts: Int(bytes.loadUnaligned(fromByteOffset: Layout.cleanFlag + 16, as: UInt64.self)),
      context: Checksum(value: bytes.loadUnaligned(fromByteOffset: Layout.cleanFlag + 24, as: UInt64.self)),
      lock: reader.status(at: Layout.cleanFlag + 32))
    return Index(file: file, count: count, clean: isClean ? clean : nil)
  }

  /// Whether every path is as the index has it. Stops at the first that is not.
  package func holds(in tree: WorkTree) -> Bool {
    guard let file, count > 0 else { return false }
    let reader = RecordReader(bytes: file.bytes)
    let differs = Atomic<Bool>(false)
    // Two threads keep two cores busy; more only fight over the kernel's directory cache.
    let parts = count < 2000 ? 1 : min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    tree.withDescriptor { directory in
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        for number in count * part / parts..<count * (part + 1) / parts {
          if !reader.holds(number, directory: directory) {
            differs.store(true, ordering: .relaxed)
          }
          if differs.load(ordering: .relaxed) { return }
        }
      }
    }
    return !differs.load(ordering: .relaxed)
  }

  /// - Complexity: O(1) for the path after `hint`, else O(log n).
  /// - Parameter hint: the place of the last answer; updated.
  package func lookup(_ path: RepoPath, hint: inout Int) -> IndexEntry? {
    guard let file else { return nil }
    let reader = RecordReader(bytes: file.bytes)
    var text = path.string
    return text.withUTF8 { key in
      if hint + 1 < count, reader.compare(hint + 1, key) == 0 {
        hint += 1
        return reader.entry(hint)
      }
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) / 2
        let order = reader.compare(middle, key)
        if order == 0 {
          hint = middle
          return reader.entry(middle)
        }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// The paths inside the project whose entries are of a kind, in byte order.
  package func paths(of kind: IndexEntry.Kind) -> [RepoPath] {
    guard let file else { return [] }
    let reader = RecordReader(bytes: file.bytes)
    return (0..<count).compactMap { number in
      reader.kind(number) == kind ? RepoPath(trusted: String(cString: reader.path(number))) : nil
    }
  }

  /// Every path with its entry, in byte order.
  package func forEach(_ body: (String, IndexEntry) -> Void) {
    guard let file else { return }
    let reader = RecordReader(bytes: file.bytes)
    for number in 0..<count { body(String(cString: reader.path(number)), reader.entry(number)) }
  }

  /// The file's bytes for these entries.
  package static func encode(_ entries: [(path: String, entry: IndexEntry)], clean: CleanState?) -> [UInt8] {
    let sorted = entries.sorted { RepoPath(trusted: $0.path) < RepoPath(trusted: $1.path) }
    var writer = RecordWriter(count: sorted.count, clean: clean)
    for (path, entry) in sorted { writer.append(path, entry) }
    return writer.finish()
  }
}

/// Byte offsets of the header's fields.
enum Layout {
  static let magic: UInt64 = 0x3465_7069_7062_6831  // "1hbpipe4"
  static let checksum = 16
  /// What the checksum covers begins here, and goes on to the end.
  static let body = 24
  static let count = 24
  static let cleanFlag = 32
  static let header = 96
  static let record = 88
}
