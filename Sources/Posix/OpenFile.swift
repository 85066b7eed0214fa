internal import CSystem
import Glibc

/// An open file, closed when it goes out of scope.
package struct OpenFile: ~Copyable {
  package let descriptor: Int32
  package let path: String

  package init(adopting descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package static func read(_ path: String, at directory: Int32 = AT_FDCWD) throws(PosixError) -> OpenFile {
    try open(path, at: directory, flags: O_RDONLY, mode: 0)
  }

  /// Creates a file that must not exist yet.
  package static func create(
    _ path: String, at directory: Int32 = AT_FDCWD, mode: UInt32 = 0o644
  ) throws(PosixError) -> OpenFile {
    try open(path, at: directory, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
  }

  package static func open(
    _ path: String, at directory: Int32, flags: Int32, mode: UInt32
  ) throws(PosixError) -> OpenFile {
    let descriptor = csystem_openat(directory, path, flags, mode)
    guard descriptor >= 0 else { throw PosixError("open", path) }
    return OpenFile(adopting: descriptor, path: path)
  }

  package func status() throws(PosixError) -> FileStatus {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else { throw PosixError("fstat", path) }
    return FileStatus(raw)
  }

  /// Reads up to the buffer's size. Returns the bytes read, 0 at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(PosixError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw PosixError("read", path) }
    }
  }

  /// The whole content: only for files that are small by their nature (a post, a template).
  package func readAll() throws(PosixError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(try status().size) + 1)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try read(into: chunk)
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(PosixError) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let count = Glibc.write(descriptor, start, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw PosixError("write", path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  package func write(_ bytes: [UInt8]) throws(PosixError) {
    // rethrows cannot carry a typed error through withUnsafeBytes.
    let failure: PosixError? = bytes.withUnsafeBytes { buffer in
      do throws(PosixError) {
        try write(buffer)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// Shares the other file's blocks, where the file system can. The target must be empty.
  package func reflink(from source: borrowing OpenFile) -> Bool {
    csystem_reflink(descriptor, source.descriptor) == 0
  }

  package func setMode(_ mode: UInt32) throws(PosixError) {
    guard fchmod(descriptor, mode) == 0 else { throw PosixError("chmod", path) }
  }

  package func flush() throws(PosixError) {
    guard fdatasync(descriptor) == 0 else { throw PosixError("fdatasync", path) }
  }

  /// Flushes the file system that this file lives on.
  package func flushFileSystem() throws(PosixError) {
    guard csystem_syncfs(descriptor) == 0 else { throw PosixError("syncfs", path) }
  }
}
