import Hashing

/// Where things stand below the project's root. The remote has the same `objects` and `actions`.
package enum CacheLayout {
  package static let directory = ".hbcache"
  package static let objects = directory + "/objects"
  package static let actions = directory + "/actions"
  package static let temporary = directory + "/tmp"
  package static let failures = directory + "/failures"
  package static let index = directory + "/index"
  package static let facts = directory + "/facts.sqlite"
  package static let journal = directory + "/journal"
  package static let projectLock = directory + "/lock"

  package static func object(_ hash: SHA256Value) -> String { fanOut(objects, hash.hex) }
  package static func action(_ key: ActionKey) -> String { fanOut(actions, key.hex) }

  /// `objects/ab/cdef…`: 256 directories, so that none grows large.
  private static func fanOut(_ directory: String, _ hex: String) -> String {
    "\(directory)/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// Every hash that has a file in a fan-out directory.
  static func hashes(in directory: String, of tree: WorkTree) -> [SHA256Value] {
    guard let fans = try? tree.list(directory) else { return [] }
    return fans.entries.compactMap(\.name).filter { $0.utf8.count == 2 }.flatMap { fan in
      let entries = (try? tree.list(directory + "/" + fan))?.entries ?? []
      return entries.compactMap { entry in entry.name.flatMap { SHA256Value(hex: fan + $0) } }
    }
  }
}
