import Store

/// Which action makes which path. No two actions may make one path, or a path below the other's.
struct Claims: Sendable {
  private var owners: [RepoPath: ActionName] = [:]
  /// Paths whose whole inside belongs to their owner: what commands make.
  private var roots: Set<RepoPath> = []
  /// Every directory above a claimed path, with one of the paths.
  private var above: [RepoPath: RepoPath] = [:]

  /// The action that makes just this path.
  subscript(path: RepoPath) -> ActionName? { owners[path] }

  var paths: some Sequence<RepoPath> { owners.keys }

  /// Whether an action makes the path, or owns a directory around it.
  func covers(_ path: RepoPath) -> Bool { owners[path] != nil || path.nearestParent(in: roots) != nil }

  /// Claims a path again only for the same action.
  /// - Throws: `EngineError.claimedTwice`.
  mutating func claim(_ path: RepoPath, for action: ActionName, asRoot: Bool) throws(EngineError) {
    if let other = owners[path] {
      // A command's outputs are claimed before it is expanded, and then once more.
      guard other == action, asRoot else { throw .claimedTwice(path, other, action) }
      return
    }
    if let below = above[path], let other = owners[below] { throw .claimedTwice(below, other, action) }
    var directory = path.parent
    while let current = directory {
      if let other = owners[current] { throw .claimedTwice(current, other, action) }
      above[current] = above[current] ?? path
      directory = current.parent
    }
    owners[path] = action
    if asRoot { roots.insert(path) }
  }
}
