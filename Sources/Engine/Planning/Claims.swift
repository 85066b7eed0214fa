import Store

/// Which action makes which path. No two actions may make one path, or a path below the other's.
package struct Claims: Sendable {
  /// Who claims a path, and where that is written.
  package struct Owner: Sendable {
    package let action: ActionName
    package let place: Place
  }

  private var owners: [RepoPath: Owner] = [:]
  /// Paths whose whole inside belongs to their owner: what commands make.
  private var roots: Set<RepoPath> = []
  /// Every directory above a claimed path, with one of the paths.
  private var above: [RepoPath: RepoPath] = [:]
  /// The patterns of what commands make, by the directory that they begin in.
  private var patterns: [RepoPath?: [(glob: Glob, owner: Owner)]] = [:]

  /// The action that makes just this path.
  subscript(path: RepoPath) -> ActionName? { owners[path]?.action }

  var paths: some Sequence<RepoPath> { owners.keys }

  /// Whether an action makes the path, or owns a directory around it, or a pattern that it matches.
  func covers(_ path: RepoPath) -> Bool {
    if owners[path] != nil || path.nearestParent(in: roots) != nil { return true }
    return firstPattern(matching: path) { _ in true } != nil
  }

  /// The action that makes a path, or everything around it.
  func owner(of path: RepoPath) -> Owner? {
    owners[path] ?? path.nearestParent(in: roots).flatMap { owners[$0] }
  }

  /// The first pattern that a path matches, and whose owner is wanted.
  private func firstPattern(matching path: RepoPath, _ isWanted: (Owner) -> Bool) -> Owner? {
    guard !patterns.isEmpty else { return nil }
    var directory = path.parent
    while true {
      if let found = patterns[directory]?.first(where: { isWanted($0.owner) && $0.glob.matches(path) }) {
        return found.owner
      }
      guard let current = directory else { return nil }
      directory = current.parent
    }
  }

  /// Claims a path that is fixed before anything is made.
  /// - Throws: `EngineError.claimedTwice`.
  mutating func claim(_ path: RepoPath, for action: ActionName, at place: Place) throws(EngineError) {
    let owner = Owner(action: action, place: place)
    if let other = firstPattern(matching: path, { $0.action != action }) { throw .claimedTwice(path, other, owner) }
    try claim(path, for: owner, asRoot: false)
  }

  /// Claims a file that one of the action's patterns has turned out to match.
  /// - Throws: `EngineError.claimedTwice`.
  mutating func claim(found path: RepoPath, for action: ActionName, at place: Place) throws(EngineError) {
    try claim(path, for: Owner(action: action, place: place), asRoot: false)
  }

  /// Claims what a command declares, or again for the same action.
  /// - Throws: `EngineError.claimedTwice`.
  mutating func claim(_ output: DeclaredOutput, for action: ActionName) throws(EngineError) {
    switch output.extent {
    case .path(let path): try claim(path, for: Owner(action: action, place: output.place), asRoot: true)
    case .pattern(let glob):
      let owner = Owner(action: action, place: output.place)
      if let same = patterns[glob.base]?.first(where: { $0.glob == glob })?.owner {
        guard same.action != action else { return }
        throw .claimedTwice(RepoPath(trusted: glob.text), same, owner)
      }
      patterns[glob.base, default: []].append((glob, owner))
    }
  }

  private mutating func claim(_ path: RepoPath, for owner: Owner, asRoot: Bool) throws(EngineError) {
    if let other = owners[path] {
      // A command's outputs are claimed before it is expanded, and then once more.
      guard other.action == owner.action, asRoot else { throw .claimedTwice(path, other, owner) }
      return
    }
    if let below = above[path], let other = owners[below] { throw .claimedTwice(below, other, owner) }
    var directory = path.parent
    while let current = directory {
      if let other = owners[current] {
        if other.action == owner.action { return }
        throw .claimedTwice(current, other, owner)
      }
      above[current] = above[current] ?? path
      directory = current.parent
    }
    owners[path] = owner
    if asRoot { roots.insert(path) }
  }
}
