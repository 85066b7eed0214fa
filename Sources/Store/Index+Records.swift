import Glibc
import Hashing
import Posix

// One record: path offset (8), path length (4), entry kind (1), file kind (1), executable (1),
// padding (1), then the status (32) and the digest's size and hash (40). 88 bytes.

/// Reads records where they are mapped.
struct RecordReader: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  private func offset(_ number: Int) -> Int { Layout.header + number * Layout.record }

  func path(_ number: Int) -> UnsafePointer<CChar> {
    let start = bytes.loadUnaligned(fromByteOffset: offset(number), as: UInt64.self)
    // Bounded by the file: its last byte is a NUL.
    let place = min(Int(clamping: start), bytes.count - 1)
    guard let base = bytes.baseAddress else { preconditionFailure("an index with records is mapped") }
    return (base + place).assumingMemoryBound(to: CChar.self)
  }

  /// Byte order, as `RepoPath` has it.
  func compare(_ number: Int, _ key: UnsafeBufferPointer<UInt8>) -> Int {
    let length = Int(bytes.loadUnaligned(fromByteOffset: offset(number) + 8, as: UInt32.self))
    guard let keyStart = key.baseAddress else { return length }
    let order = memcmp(path(number), keyStart, min(length, key.count))
    return order != 0 ? Int(order) : length - key.count
  }

  func hash(at place: Int) -> SHA256Value {
    SHA256Value(bytes: UnsafeRawBufferPointer(rebasing: bytes[place..<place + 32]))
  }

  func status(at place: Int, kind: FileStatus.Kind = .file, isExecutable: Bool = false) -> FileStatus {
    func number(_ index: Int) -> Int64 {
      bytes.loadUnaligned(fromByteOffset: place + index * 8, as: Int64.self)
    }
    return FileStatus(
      kind: kind, isExecutable: isExecutable, size: number(0), modified: number(1), changed: number(2),
      inode: UInt64(bitPattern: number(3)))
  }

  func kind(_ number: Int) -> IndexEntry.Kind {
    IndexEntry.Kind(rawValue: bytes[offset(number) + 12]) ?? .absent
  }

  func entry(_ number: Int) -> IndexEntry {
    let place = offset(number)
    let kind = kind(number)
    guard kind != .absent else { return IndexEntry(kind: .absent, status: nil, digest: nil) }
    let status = status(
      at: place + 16, kind: FileStatus.Kind(rawValue: bytes[place + 13]) ?? .other,
      isExecutable: bytes[place + 14] == 1)
    let size = bytes.loadUnaligned(fromByteOffset: place + 48, as: Int64.self)
    let hasDigest = kind == .file || kind == .artifact || (kind == .variable && size >= 0)
    let digest = hasDigest ? Digest(hash: hash(at: place + 56), size: size) : nil
    return IndexEntry(kind: kind, status: status, digest: digest)
  }

  /// Whether what stands at the path is what the record has. An error counts as a difference.
  func holds(_ number: Int, directory: Int32) -> Bool {
    let place = offset(number)
    if bytes[place + 12] == IndexEntry.Kind.variable.rawValue { return holdsVariable(number) }
    var now = stat()
    let found = fstatat(directory, path(number), &now, 0) == 0
    if bytes[place + 12] == IndexEntry.Kind.absent.rawValue {
      return !found && (errno == ENOENT || errno == ENOTDIR)
    }
    return found
      && FileStatus(now)
        == status(
          at: place + 16, kind: FileStatus.Kind(rawValue: bytes[place + 13]) ?? .other,
          isExecutable: bytes[place + 14] == 1)
  }
}

extension RecordReader {
  /// Whether an environment variable has the value, or the absence, that the record has.
  private func holdsVariable(_ number: Int) -> Bool {
    let recorded = entry(number).digest
    let value = getenv(path(number) + IndexEntry.variablePrefix.utf8.count).map { String(cString: $0) }
    return value.map { Digest(of: Array($0.utf8)) } == recorded
  }
}

/// Lays out the header and the records of a known number of entries.
struct RecordWriter {
  private var records: [UInt8]
  private var paths: [UInt8] = []
  private let pathsStart: Int

  init(count: Int, clean: CleanState?) {
    records = []
    records.reserveCapacity(Layout.header + count * (Layout.record + 48))
    pathsStart = Layout.header + count * Layout.record
    append(Layout.magic)
    append(UInt64(0))  // the file's length, known at the end
    append(UInt64(0))  // its checksum, too
    append(UInt64(count))
    append(UInt64(clean == nil ? 0 : 1))
    append(UInt64(clean?.actions ?? 0))
    append(UInt64(clean?.artifacts ?? 0))
    if let clean {
      append(clean.context.value)
      append(clean.lock)
    }
    records.append(contentsOf: repeatElement(0, count: Layout.header - records.count))
  }

  mutating func append(_ path: String, _ entry: IndexEntry) {
    append(UInt64(pathsStart + paths.count))
    append(UInt32(path.utf8.count))
    records.append(entry.kind.rawValue)
    records.append(entry.status?.kind.rawValue ?? 0)
    records.append(entry.status?.isExecutable == true ? 1 : 0)
    records.append(0)
    append(entry.status)
    append(entry.digest?.size ?? (entry.kind == .variable ? -1 : 0))
    if let digest = entry.digest {
      digest.hash.withBytes { records.append(contentsOf: $0) }
    } else {
      records.append(contentsOf: repeatElement(0, count: 32))
    }
    paths.append(contentsOf: path.utf8)
    paths.append(0)
  }

  consuming func finish() -> [UInt8] {
    records.append(contentsOf: paths)
    var bytes = records
    let length = UInt64(bytes.count)
    let sum = bytes.withUnsafeBytes { Checksum(of: UnsafeRawBufferPointer(rebasing: $0[Layout.body...])) }
    bytes.withUnsafeMutableBytes { buffer in
      buffer.storeBytes(of: length, toByteOffset: 8, as: UInt64.self)
      buffer.storeBytes(of: sum.value, toByteOffset: Layout.checksum, as: UInt64.self)
    }
    return bytes
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { records.append(contentsOf: $0) }
  }

  private mutating func append(_ status: FileStatus?) {
    append(status?.size ?? 0)
    append(status?.modified ?? 0)
    append(status?.changed ?? 0)
    append(status?.inode ?? 0)
  }
}
