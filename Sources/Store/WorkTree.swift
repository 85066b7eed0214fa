import Glibc
import Posix

/// The project's directory: every file access goes through it, with paths below its root.
/// It knows nothing of what the files mean.
package final class WorkTree: Sendable {
  /// Absolute, without a trailing slash.
  package let root: String
  private let descriptor: Int32

  /// - Throws: `PosixError` where `root` is not a directory that can be opened.
  package init(root: String) throws(PosixError) {
    guard let resolved = realpath(root, nil) else { throw PosixError("open", root) }
    defer { free(resolved) }
    self.root = String(cString: resolved)
    descriptor = Glibc.open(self.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PosixError("open", root) }
  }

  deinit { close(descriptor) }

  /// The descriptor that relative paths are resolved against.
  package func withDescriptor<Result: ~Copyable, Failure>(
    _ body: (Int32) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(descriptor)
  }

  package func absolute(_ path: String) -> String { root + "/" + path }

  /// What stands at the path, links followed; nil for nothing.
  package func status(of path: String) throws(PosixError) -> FileStatus? {
    try FileStatus.read(path, at: descriptor)
  }

  /// What stands at the path itself, which may be a link; nil for nothing.
  package func linkStatus(of path: String) throws(PosixError) -> FileStatus? {
    try FileStatus.read(path, at: descriptor, followingLinks: false)
  }

  package func open(_ path: String) throws(PosixError) -> OpenFile {
    try OpenFile.read(path, at: descriptor)
  }

  package func readAll(_ path: String) throws(PosixError) -> [UInt8] {
    let file = try open(path)
    return try file.readAll()
  }

  package func create(_ path: String, mode: UInt32 = 0o644) throws(PosixError) -> OpenFile {
    try OpenFile.create(path, at: descriptor, mode: mode)
  }

  /// An empty file that several processes append to; what it held is gone.
  package func openLog(_ path: String) throws(PosixError) -> OpenFile {
    try makeParents(of: path)
    return try OpenFile.open(path, at: descriptor, flags: O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o600)
  }

  package func map(_ path: String) throws(PosixError) -> MappedFile {
    try MappedFile(path, at: descriptor)
  }

  package func list(_ directory: String) throws(PosixError) -> DirectoryListing {
    try DirectoryListing.read(directory, at: descriptor)
  }

  /// Appends in one write, so that lines of two writers never mix.
  package func append(_ bytes: [UInt8], to path: String) throws(PosixError) {
    let file = try OpenFile.open(path, at: descriptor, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o644)
    try file.write(bytes)
  }

  /// Replaces a file at once: a reader sees the old bytes or the new ones, never a part.
  /// The bytes reach the disk before the name does.
  /// - Returns: the new file's status as it was before the rename.
  @discardableResult
  package func replace(
    _ path: String, with bytes: [UInt8], beforeRename: (FileStatus) throws(PosixError) -> Void = { _ in }
  ) throws(PosixError) -> FileStatus {
    try makeParents(of: path)
    // A process that is killed here leaves its file where the next run cleans up.
    let temporary = "\(CacheLayout.temporary)/\(RepoPath(trusted: path).name).\(getpid())"
    try makeParents(of: temporary)
    do throws(PosixError) {
      return try write(bytes, to: temporary, thenRenameTo: path, beforeRename)
    } catch {
      guard error.code == EXDEV else { throw error }
      // The cache is on another file system: the file has to be written beside the old one.
      try remove(temporary)
      return try write(bytes, to: "\(path).\(getpid()).tmp", thenRenameTo: path, beforeRename)
    }
  }

  private func write(
    _ bytes: [UInt8], to temporary: String, thenRenameTo path: String,
    _ beforeRename: (FileStatus) throws(PosixError) -> Void
  ) throws(PosixError) -> FileStatus {
    try remove(temporary)
    let file = try create(temporary)
    try file.write(bytes)
    try file.flush()
    let status = try file.status()
    try beforeRename(status)
    try rename(temporary, to: path)
    return status
  }

  package func rename(_ old: String, to new: String) throws(PosixError) {
    guard renameat(descriptor, old, descriptor, new) == 0 else { throw PosixError("rename", new) }
  }

  /// Moves a file to a path, across file systems where that has to be.
  package func move(_ file: String, to path: RepoPath) throws(PosixError) {
    try makeParents(of: path.string)
    do throws(PosixError) {
      try rename(file, to: path.string)
    } catch {
      guard error.code == EXDEV else { throw error }
      let beside = path.string + ".hbpipe-tmp"
      try remove(beside)
      try copy(file, to: beside, mode: try status(of: file)?.isExecutable == true ? 0o755 : 0o644)
      try rename(beside, to: path.string)
      try remove(file)
    }
  }

  /// Copies a file's bytes into a file that must not exist yet; they are shared where the file system can do that
  /// so that neither writer touches the other's.
  package func copy(_ existing: String, to new: String, mode: UInt32) throws(PosixError) {
    let source = try open(existing)
    let target = try create(new, mode: mode)
    if target.reflink(from: source) { return }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { piece.deallocate() }
    while case let count = try source.read(into: piece), count > 0 {
      try target.write(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  /// A second name for a file.
  package func link(_ existing: String, as new: String) throws(PosixError) {
    guard linkat(descriptor, existing, descriptor, new, 0) == 0 else { throw PosixError("link", new) }
  }

  package func setMode(_ path: String, _ mode: UInt32) throws(PosixError) {
    guard fchmodat(descriptor, path, mode, 0) == 0 else { throw PosixError("chmod", path) }
  }

  /// Removes a file or link, if one is there.
  package func remove(_ path: String) throws(PosixError) {
    guard unlinkat(descriptor, path, 0) == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw PosixError("remove", path)
    }
  }

  /// Removes a directory if it is empty. Returns whether it is gone.
  @discardableResult
  package func removeEmptyDirectory(_ path: String) -> Bool {
    unlinkat(descriptor, path, AT_REMOVEDIR) == 0
  }

  /// Removes a file, or a directory with all that is in it. Links are removed, not followed.
  package func removeTree(_ path: String) throws(PosixError) {
    guard removeWithContents(path, at: descriptor) == 0 else { throw PosixError("remove", path) }
  }

  /// Creates the directories above a path.
  package func makeParents(of path: String) throws(PosixError) {
    guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    try makeDirectory(String(path[..<end]))
  }

  /// Creates a directory and those above it.
  package func makeDirectory(_ path: String) throws(PosixError) {
    if mkdirat(descriptor, path, 0o755) == 0 || path.isEmpty { return }
    switch errno {
    case EEXIST:
      if let status = try status(of: path), status.kind != .directory {
        throw PosixError("mkdir", path, code: ENOTDIR)
      }
    case ENOENT:
      try makeParents(of: path)
      guard mkdirat(descriptor, path, 0o755) == 0 || errno == EEXIST else { throw PosixError("mkdir", path) }
    default: throw PosixError("mkdir", path)
    }
  }

  /// Removes a directory and those below it, as far as they hold no files.
  package func removeEmptyDirectories(_ path: String) {
    for entry in (try? list(path))?.entries ?? [] where entry.kind == .directory {
      if let name = entry.name { removeEmptyDirectories(path + "/" + name) }
    }
    removeEmptyDirectory(path)
  }

  /// Removes the directories above a path that are empty now, upwards.
  package func pruneParents(of path: RepoPath) {
    var directory = path.parent
    while let current = directory, removeEmptyDirectory(current.string) { directory = current.parent }
  }
}
