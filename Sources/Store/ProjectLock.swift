import Glibc
import Posix

/// Held while a process changes the project; the kernel releases it with the process, however that ends.
package struct ProjectLock: ~Copyable {
  private let file: OpenFile

  private init(holding file: consuming OpenFile) { self.file = file }

  /// - Parameter waiting: wait for the other process instead of failing.
  /// - Throws: `StoreError.held` with the holder's process id, `.system`.
  package static func take(_ tree: WorkTree, waiting: Bool) throws(StoreError) -> ProjectLock {
    let file: OpenFile
    do throws(PosixError) {
      try tree.makeDirectory(CacheLayout.directory)
      file = try tree.withDescriptor { directory throws(PosixError) in
        try OpenFile.open(CacheLayout.projectLock, at: directory, flags: O_RDWR | O_CREAT, mode: 0o644)
      }
    } catch { throw .system(error) }
    while flock(file.descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        let holder = (try? file.readAll()).flatMap { String(validating: $0, as: UTF8.self) }
        throw .held(by: holder.flatMap { $0.isEmpty ? nil : $0 })
      default: throw .system(PosixError("flock", CacheLayout.projectLock))
      }
    }
    ftruncate(file.descriptor, 0)
    try? file.write(Array("\(getpid())".utf8))
    return ProjectLock(holding: file)
  }
}
