internal import CSystem
import Glibc

/// The names in one directory, unsorted, without `.` and `..`.
package struct DirectoryListing: Sendable {
  package struct Entry: Sendable {
    /// nil where the name is not UTF-8.
    package let name: String?
    /// For messages: the name with whatever is not UTF-8 replaced.
    package let displayName: String
    /// nil where the file system does not tell.
    package let kind: FileStatus.Kind?
  }

  package let entries: [Entry]

  /// - Throws: `PosixError` (`ENOENT` and `ENOTDIR` included).
  package static func read(_ path: String, at directory: Int32 = AT_FDCWD) throws(PosixError) -> DirectoryListing {
    let descriptor = csystem_openat(directory, path, O_RDONLY | O_DIRECTORY, 0)
    guard descriptor >= 0 else { throw PosixError("open", path) }
    guard let stream = fdopendir(descriptor) else {
      let failure = PosixError("opendir", path)
      close(descriptor)
      throw failure
    }
    defer { closedir(stream) }

    var entries: [Entry] = []
    while let entry = readdir(stream) {
      let kind: FileStatus.Kind? =
        switch UInt32(entry.pointee.d_type) {
        case UInt32(CSYSTEM_DT_DIR): .directory
        case UInt32(CSYSTEM_DT_REG): .file
        case UInt32(CSYSTEM_DT_LNK): .symbolicLink
        case UInt32(CSYSTEM_DT_UNKNOWN): nil
        default: .other
        }
      withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          let valid = String(validatingCString: name)
          if valid != "." && valid != ".." {
            entries.append(Entry(name: valid, displayName: valid ?? String(cString: name), kind: kind))
          }
        }
      }
    }
    return DirectoryListing(entries: entries)
  }
}
