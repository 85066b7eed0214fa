import Hashing
import Posix

/// What can go wrong below the engine.
package enum StoreError: Error {
  /// A system call failed on a file of the project or the cache.
  case system(PosixError)
  /// The store's copy of these bytes is not what its name says; it has been removed.
  case damagedObject(Digest)
  /// No object with this digest is here.
  case missingObject(Digest)
  /// Another process holds the project.
  case held(by: String?)
  /// SQLite's own words about the facts cache.
  case facts(String)
}
