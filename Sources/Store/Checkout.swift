import Glibc
import Hashing
import Posix
import Synchronization

/// How an artifact in the work tree shares its bytes with the store.
package enum LinkType: String, Sendable, CaseIterable { case reflink, hardlink, copy }

/// Puts objects into the work tree and takes artifacts out of it. It does not decide whether it may.
package final class Checkout: Sendable {
  private let tree: WorkTree
  private let store: ObjectStore
  /// The first link type that has not failed here yet.
  private let linkType: Mutex<LinkType>

  package init(tree: WorkTree, store: ObjectStore, startingWith linkType: LinkType = .reflink) {
    self.tree = tree
    self.store = store
    self.linkType = Mutex(linkType)
  }

  /// Puts an artifact in place at once: a reader sees what was there before, or all of the new file.
  /// - Parameters:
  ///   - verified: the store's bytes have just been checked or written by this process.
  ///   - isPrivate: the file is to share no bytes that a writer could change.
  /// - Throws: `StoreError.missingObject`, `.damagedObject`, `.system`.
  package func place(
    _ digest: Digest, isExecutable: Bool, at path: RepoPath, verified: Bool, isPrivate: Bool = false
  ) throws(StoreError) {
    if !verified { try store.requireIntact(digest) }
    do throws(PosixError) {
      if isPrivate { return try placeCopy(of: digest, isExecutable: isExecutable, at: path) }
      let temporary = store.temporaryPath()
      try tree.makeParents(of: temporary)
      try tree.makeParents(of: path.string)
      try materialize(digest, isExecutable: isExecutable, at: temporary)
      do throws(PosixError) {
        try tree.rename(temporary, to: path.string)
      } catch {
        try tree.remove(temporary)
        guard error.code == EXDEV else { throw error }
        let beside = path.string + ".hbpipe-tmp"
        try tree.remove(beside)
        try copy(digest, isExecutable: isExecutable, to: beside)
        try tree.rename(beside, to: path.string)
      }
      // Renaming one name of a file over another name of the same file does nothing at all.
      try tree.remove(temporary)
    } catch { throw .system(error) }
  }

  /// Puts a copy in place that is its owner's to change: nothing of it is the store's.
  package func placeCopy(of digest: Digest, isExecutable: Bool, at path: RepoPath) throws(PosixError) {
    let temporary = store.temporaryPath()
    try tree.makeParents(of: temporary)
    try tree.makeParents(of: path.string)
    try copy(digest, isExecutable: isExecutable, to: temporary)
    try tree.move(temporary, to: path)
  }

  /// Which link type this file system gives, found out with a real file.
  package func probe() throws(PosixError) -> LinkType {
    let digest = try store.add(Array("hbpipe link probe\n".utf8))
    let path = store.temporaryPath()
    try tree.makeParents(of: path)
    try materialize(digest, isExecutable: false, at: path)
    try tree.remove(path)
    try store.remove(digest.hash)
    return linkType.withLock { $0 }
  }

  private func materialize(_ digest: Digest, isExecutable: Bool, at path: String) throws(PosixError) {
    let object = CacheLayout.object(digest.hash)
    if linkType.withLock({ $0 }) == .reflink {
      let source = try tree.open(object)
      let clone = try tree.create(path)
      if clone.reflink(from: source) {
        return try clone.setMode(isExecutable ? 0o755 : 0o644)
      }
      try tree.remove(path)
      linkType.withLock { if $0 == .reflink { $0 = .hardlink } }
    }
    // All names of one file share its mode, so an executable cannot be a hard link of an object.
    if !isExecutable, linkType.withLock({ $0 }) == .hardlink {
      do throws(PosixError) {
        // All names of one file share its mode; somebody may have changed it through another one.
        if try tree.status(of: object)?.isExecutable == true { try tree.setMode(object, 0o444) }
        return try tree.link(object, as: path)
      } catch {
        guard [EPERM, EXDEV, EMLINK, ENOTSUP, ENOSYS].contains(error.code) else { throw error }
        // Too many names of one file say nothing of the next file.
        if error.code != EMLINK { linkType.withLock { $0 = .copy } }
      }
    }
    try copy(digest, isExecutable: isExecutable, to: path)
  }

  private func copy(_ digest: Digest, isExecutable: Bool, to path: String) throws(PosixError) {
    try tree.copy(CacheLayout.object(digest.hash), to: path, mode: isExecutable ? 0o755 : 0o644)
  }
}
