import Glibc

/// What `stat` says of a file: all that may stand in for re-reading its bytes.
///
/// Two equal values mean that the bytes are the same, provided that the earlier one was
/// taken in a later clock tick than the file's last change (see `CoarseClock`).
package struct FileStatus: Equatable, Sendable {
  package enum Kind: UInt8, Sendable { case file, directory, symbolicLink, other }

  package let kind: Kind
  package let isExecutable: Bool
  /// Bytes.
  package let size: Int64
  /// Nanoseconds since 1970.
  package let modified: Int64
  /// Nanoseconds since 1970; the kernel moves it at every change of bytes, mode or links.
  package let changed: Int64
  package let inode: UInt64

  package init(kind: Kind, isExecutable: Bool, size: Int64, modified: Int64, changed: Int64, inode: UInt64) {
    self.kind = kind
    self.isExecutable = isExecutable
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  package init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      default: .other
      }
    isExecutable = raw.st_mode & S_IXUSR != 0
    size = Int64(raw.st_size)
    modified = nanoseconds(raw.st_mtim)
    changed = nanoseconds(raw.st_ctim)
    inode = UInt64(raw.st_ino)
  }

  /// The status of a path, or nil where nothing stands.
  /// - Throws: `PosixError` for anything but absence.
  package static func read(
    _ path: UnsafePointer<CChar>, at directory: Int32 = AT_FDCWD, followingLinks: Bool = true
  ) throws(PosixError) -> FileStatus? {
    var raw = stat()
    guard fstatat(directory, path, &raw, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw PosixError("stat", String(cString: path))
    }
    return FileStatus(raw)
  }
}

/// Nanoseconds since 1970.
private func nanoseconds(_ time: timespec) -> Int64 {
  Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// The clock that the kernel stamps files with. It moves in ticks of a few milliseconds, so a
/// file whose stamp is not older than "now" may still change without its stamp showing it
/// (git calls such a file racily clean).
package enum CoarseClock {
  /// Nanoseconds since 1970, rounded down to the current tick.
  package static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return nanoseconds(time)
  }

  /// Returns once the clock is past `stamp`; gives up on stamps that lie in the future.
  package static func wait(past stamp: Int64) {
    var tries = 0
    while now() <= stamp, stamp - now() < 50_000_000, tries < 100 {
      usleep(1000)
      tries += 1
    }
  }
}
