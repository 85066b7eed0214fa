import Hashing
import Posix
import Store

/// One artifact, as `pipeline.lock` has it.
package struct LockEntry: Equatable, Sendable {
  package let path: RepoPath
  package let digest: Digest
  package let kind: ActionOutput.Kind
  package let key: ActionKey
  package let action: ActionName

  package init(path: RepoPath, digest: Digest, kind: ActionOutput.Kind, key: ActionKey, action: ActionName) {
    self.path = path
    self.digest = digest
    self.kind = kind
    self.key = key
    self.action = action
  }

  package var artifact: Artifact { Artifact(path: path, digest: digest, kind: kind) }
}

/// `pipeline.lock`: every artifact's path, digest and size, and the action key that made it.
/// It is committed, so git's history holds the hash of every artifact ever built.
///
/// The text has one line an artifact, sorted by path, without a date or a machine's name: equal inputs
/// give equal bytes, a changed artifact changes one line, and merges meet only where artifacts do.
package struct Lock: Sendable {
  package static let fileName = "pipeline.lock"

  package private(set) var entries: [RepoPath: LockEntry] = [:]
  package private(set) var byAction: [ActionName: [RepoPath]] = [:]
  /// Actions that make no artifact and have been carried out, such as a deployment.
  package private(set) var effects: [ActionName: ActionKey] = [:]

  package init() {}

  package mutating func insert(_ entry: LockEntry) {
    if let old = entries.updateValue(entry, forKey: entry.path) { forget(old) }
    byAction[entry.action, default: []].append(entry.path)
  }

  package mutating func remove(_ path: RepoPath) {
    if let old = entries.removeValue(forKey: path) { forget(old) }
  }

  /// Notes that an action without artifacts has been carried out.
  package mutating func insert(effectOf action: ActionName, key: ActionKey) { effects[action] = key }

  package mutating func remove(effectOf action: ActionName) { effects[action] = nil }

  /// The key that an action had when it was last carried out.
  package func key(of action: ActionName) -> ActionKey? {
    byAction[action]?.first.flatMap { entries[$0]?.key } ?? effects[action]
  }

  private mutating func forget(_ old: LockEntry) {
    byAction[old.action]?.removeAll { $0 == old.path }
    if byAction[old.action]?.isEmpty == true { byAction[old.action] = nil }
  }

  package func entries(of action: ActionName) -> [LockEntry] {
    (byAction[action] ?? []).compactMap { entries[$0] }
  }
}
