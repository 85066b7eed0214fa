import Engine
import Hashing
import Store

/// What people name artifacts by: a path, or the first digits of a digest or of an action key.
struct ArtifactQuery {
  let text: String
  private let lock: Lock

  init(_ text: String, in lock: Lock) {
    self.text = text
    self.lock = lock
  }

  /// Every artifact that fits, in the order of paths.
  /// - Throws: `CommandError.notFound`.
  func matches() throws -> [LockEntry] {
    if let path = normalizedPath, let entry = lock.entries[path] { return [entry] }
    if isDigits {
      let digits = text.lowercased()
      let found = lock.entries.values.filter { $0.digest.hex.hasPrefix(digits) || $0.key.hex.hasPrefix(digits) }
      if !found.isEmpty { return found.sorted { $0.path < $1.path } }
    }
    throw notFound
  }

  /// The one artifact that is meant. Several paths with the same bytes are one.
  /// - Throws: `CommandError.notFound`, `.ambiguous`.
  func one() throws -> LockEntry {
    let found = try matches()
    guard Set(found.map(\.digest)).count == 1 else { throw CommandError.ambiguous(text, found) }
    return found[0]
  }

  /// The path that the text stands for; nil where it cannot be one.
  var normalizedPath: RepoPath? {
    var path = text
    while path.hasPrefix("./") { path.removeFirst(2) }
    return RepoPath(path)
  }

  /// Four digits at least: fewer fit too much.
  private var isDigits: Bool {
    (4...64).contains(text.utf8.count) && text.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
  }

  private var notFound: CommandError {
    if let near = nearMiss(text, among: lock.entries.keys.map(\.string)) {
      return .notFound(text, hint: "did you mean `\(near)`?")
    }
    return .notFound(
      text, hint: "give an artifact's path, or four digits or more of its hash; \(Lock.fileName) has all")
  }
}

extension Session {
  /// The lock, its damaged lines left out.
  func lock() throws -> Lock { try Lock.read(project.tree).lock }
}
