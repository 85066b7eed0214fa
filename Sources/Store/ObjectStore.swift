import Glibc
import Hashing
import Posix
import Synchronization

/// `.hbcache/objects`: one read-only file per digest. It owns the bytes of every artifact.
///
/// A file is complete before it gets its name. What stands under a name is verified before it
/// leaves the store, since a hard link lets anyone who may write the work tree damage it.
package final class ObjectStore: Sendable {
  package enum Condition: Sendable { case intact, damaged, absent }

  private let tree: WorkTree
  private let temporaryNumber = Atomic<Int>(0)

  package init(tree: WorkTree) { self.tree = tree }

  /// Whether a file of the right size stands under the digest's name. Reads no bytes.
  package func holds(_ digest: Digest) -> Bool {
    (try? tree.status(of: CacheLayout.object(digest.hash)))??.size == digest.size
  }

  /// Reads an object's bytes and compares.
  package func condition(of digest: Digest) -> Condition {
    guard let file = try? tree.open(CacheLayout.object(digest.hash)) else { return .absent }
    guard let found = try? Digest(of: file) else { return .damaged }
    return found == digest ? .intact : .damaged
  }

  /// A path below `.hbcache/tmp` that nobody else uses.
  package func temporaryPath() -> String {
    let number = temporaryNumber.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(CacheLayout.temporary)/\(getpid())-\(number)"
  }

  /// Stores bytes that are in memory.
  package func add(_ bytes: [UInt8]) throws(PosixError) -> Digest {
    let temporary = temporaryPath()
    try tree.makeParents(of: temporary)
    do {
      let file = try tree.create(temporary)
      try file.write(bytes)
    }
    return try adopt(temporary, as: Digest(of: bytes))
  }

  /// Stores a copy of a file; its bytes are read once, and shared with the source where the file system can.
  package func add(copyOf path: String) throws(PosixError) -> Digest {
    let temporary = temporaryPath()
    try tree.makeParents(of: temporary)
    let digest: Digest
    do {
      let source = try tree.open(path)
      let copy = try tree.create(temporary)
      if copy.reflink(from: source) {
        digest = try Digest(of: source)
      } else {
        digest = try Digest.copying(source) { bytes throws(PosixError) in try copy.write(bytes) }
      }
    }
    return try adopt(temporary, as: digest)
  }

  /// Takes over a file that a builder has made; the file's old name is gone afterwards.
  package func add(moving path: String) throws(PosixError) -> Digest {
    let digest: Digest
    do {
      let file = try tree.open(path)
      digest = try Digest(of: file)
    }
    do throws(PosixError) {
      return try adopt(path, as: digest)
    } catch {
      // The cache may be on another file system than the work tree.
      guard error.code == EXDEV else { throw error }
      let copied = try add(copyOf: path)
      try tree.remove(path)
      return copied
    }
  }

  /// Gives a complete file its place. A sound object that is there already wins, a damaged one is replaced.
  private func adopt(_ file: String, as digest: Digest) throws(PosixError) -> Digest {
    let object = CacheLayout.object(digest.hash)
    if condition(of: digest) == .intact {
      try tree.remove(file)
      return digest
    }
    try tree.setMode(file, 0o444)
    try tree.makeParents(of: object)
    try tree.rename(file, to: object)
    return digest
  }

  /// The object's bytes, verified before any is handed out, in pieces of 256 KiB.
  /// - Throws: `StoreError.missingObject`, `.damagedObject`, `.system`.
  package func read(
    _ digest: Digest, into sink: (UnsafeRawBufferPointer) throws(PosixError) -> Void
  ) throws(StoreError) {
    try requireIntact(digest)
    do throws(PosixError) {
      let file = try tree.open(CacheLayout.object(digest.hash))
      _ = try Digest.copying(file, into: sink)
    } catch { throw .system(error) }
  }

  /// Drops an object. Its name is free for the true bytes afterwards.
  package func remove(_ hash: SHA256Value) throws(PosixError) { try tree.remove(CacheLayout.object(hash)) }

  /// The hash of every object here, with its size on disk.
  package func all() -> [Digest] {
    CacheLayout.hashes(in: CacheLayout.objects, of: tree).compactMap { hash in
      guard let status = try? tree.status(of: CacheLayout.object(hash)) else { return nil }
      return Digest(hash: hash, size: status.size)
    }
  }

  /// Ends with an object that is what its name says, or throws; a damaged one is removed.
  func requireIntact(_ digest: Digest) throws(StoreError) {
    switch condition(of: digest) {
    case .intact: return
    case .absent: throw .missingObject(digest)
    case .damaged:
      try? remove(digest.hash)
      throw .damagedObject(digest)
    }
  }
}
