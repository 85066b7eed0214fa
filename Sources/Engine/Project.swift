import Posix
import Store

/// A project on disk with its cache: what every command begins with.
package struct Project: Sendable {
  package let tree: WorkTree
  package let store: ObjectStore
  package let actions: ActionCache
  package let failureLogs: FailureLogs
  package let journal: Journal
  /// The programs that make artifacts, and whatever else a clean index depends on beside files.
  package let toolVersion: String
  /// Files outside the project whose replacement must be noticed: this program.
  package let programs: [String]

  package init(root: String, toolVersion: String, programs: [String]) throws(EngineError) {
    tree = try system { () throws(PosixError) in try WorkTree(root: root) }
    store = ObjectStore(tree: tree)
    actions = ActionCache(tree: tree)
    failureLogs = FailureLogs(tree: tree)
    journal = Journal(tree: tree)
    self.toolVersion = toolVersion
    self.programs = programs
  }

  var context: Checksum { Checksum(of: "hbpipe \(toolVersion)") }

  /// What the last complete run left, if nothing has changed since: then there is nothing to do.
  /// It costs one `stat` for every path that the run looked at, and reads neither
  /// `pipeline.yaml` nor the lock.
  package func unchangedSinceLastRun() -> CleanState? {
    let index = Index.read(tree)
    guard let clean = index.clean, clean.context == context,
      let lock = (try? tree.status(of: Lock.fileName)) ?? nil,
      lock.size == clean.lock.size, lock.modified == clean.lock.modified, lock.inode == clean.lock.inode,
      case .some(.none) = try? tree.status(of: CacheLayout.journal), index.holds(in: tree)
    else { return nil }
    return clean
  }
}
