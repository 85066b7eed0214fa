import Glibc
import Posix
import Store

/// Finds the files that globs match, through a snapshot, honouring `.hbignore`.
package final class SourceWalk {
  /// Something in the way that the stage has to be told of.
  package struct Obstacle: Sendable {
    package let path: String
    package let message: String
    /// Whether files may be missing from the answer because of it.
    package let hidesFiles: Bool
  }

  private let snapshot: Snapshot
  private var rulesOf: [RepoPath?: IgnoreRules] = [:]

  package init(snapshot: Snapshot) { self.snapshot = snapshot }

  /// The files that match, in byte order, each once.
  package func files(matching set: GlobSet) throws(EngineError) -> (files: [RepoPath], obstacles: [Obstacle]) {
    var found: Set<RepoPath> = []
    var obstacles: [Obstacle] = []
    for glob in set.includes where try !isIgnored(glob.base) {
      if let base = glob.base, snapshot.look(at: base).status != nil, !leadsInside(base) {
        obstacles.append(
          Obstacle(path: base.string, message: "is a link that leads out of the project", hidesFiles: false))
        continue
      }
      let depth = glob.base.map { nameParts($0.string).count } ?? 0
      try walk(glob.base, glob.segments.dropFirst(depth), &found, &obstacles)
    }
    let files = found.filter { !set.isExcluded($0) }.sorted()
    // Two patterns, or two ways through one, come upon the same thing.
    var told: Set<RepoPath> = []
    return (
      files,
      obstacles.filter { obstacle in
        let path = RepoPath(trusted: obstacle.path)
        return !set.isExcluded(path) && told.insert(path).inserted
      }
    )
  }

  private func walk(
    _ directory: RepoPath?, _ segments: ArraySlice<Glob.Segment>,
    _ found: inout Set<RepoPath>, _ obstacles: inout [Obstacle]
  ) throws(EngineError) {
    guard let segment = segments.first else { return }
    if segment == .anyDepth { try walk(directory, segments.dropFirst(), &found, &obstacles) }

    let listing: DirectoryListing
    switch snapshot.list(directory) {
    case .success(let names): listing = names
    case .failure(let error) where error.code == ENOENT || error.code == ENOTDIR: return
    case .failure(let error):
      obstacles.append(
        Obstacle(path: directory?.string ?? ".", message: "cannot be listed: \(error.reason)", hidesFiles: true))
      return
    }
    let rules = try rules(of: directory)
    for entry in listing.entries {
      guard let name = entry.name else {
        let path = (directory.map { $0.string + "/" } ?? "") + entry.displayName
        if segment == .anyDepth || !segment.matches(entry.displayName) { continue }
        obstacles.append(Obstacle(path: path, message: "its name is not UTF-8; rename it", hidesFiles: false))
        continue
      }
      let isLast = segments.count == 1
      guard segment.matches(name) else { continue }
      let path = directory?.appending(name) ?? RepoPath(trusted: name)
      switch kind(of: path, entry, &obstacles, isWanted: isLast) {
      case .directory:
        guard !rules.ignores(path, isDirectory: true) else { continue }
        if segment == .anyDepth {
          try walk(path, segments, &found, &obstacles)
        } else if !isLast {
          try walk(path, segments.dropFirst(), &found, &obstacles)
        }
      case .file where isLast:
        if !rules.ignores(path, isDirectory: false) { found.insert(path) }
      default: continue
      }
    }
  }

  /// Whether a rule keeps all globs out of a directory, or out of one above it.
  private func isIgnored(_ directory: RepoPath?) throws(EngineError) -> Bool {
    guard let directory else { return false }
    if try isIgnored(directory.parent) { return true }
    return try rules(of: directory.parent).ignores(directory, isDirectory: true)
  }

  /// What stands at a path. Links to files inside the project are taken for the files; links to
  /// directories are nothing, so that no walk runs in circles.
  private func kind(
    of path: RepoPath, _ entry: DirectoryListing.Entry, _ obstacles: inout [Obstacle], isWanted: Bool
  ) -> FileStatus.Kind? {
    let kind = entry.kind ?? (try? snapshot.tree.linkStatus(of: path.string))?.kind
    guard kind == .symbolicLink else { return kind }
    let seen = snapshot.look(at: path)
    var message: String?
    if let failure = seen.failure {
      message = "cannot be read: \(failure.reason)"
    } else if seen.status == nil {
      message = "is a link to nothing"
    } else if seen.status?.kind == .file {
      if leadsInside(path) { return .file }
      message = "is a link that leads out of the project"
    }
    if let message, isWanted {
      obstacles.append(Obstacle(path: path.string, message: message, hidesFiles: false))
    }
    return nil
  }

  private func leadsInside(_ path: RepoPath) -> Bool {
    guard let target = realpath(snapshot.tree.absolute(path.string), nil) else { return false }
    defer { free(target) }
    return String(cString: target).utf8.starts(with: (snapshot.tree.root + "/").utf8)
  }

  private func rules(of directory: RepoPath?) throws(EngineError) -> IgnoreRules {
    if let known = rulesOf[directory] { return known }
    var rules = IgnoreRules()
    if let directory { rules = try self.rules(of: directory.parent) }
    let file = directory?.appending(IgnoreRules.fileName) ?? RepoPath(trusted: IgnoreRules.fileName)
    if snapshot.lookHashing(at: file).status?.kind == .file, let bytes = try? snapshot.tree.readAll(file.string) {
      rules.add(try IgnoreFile(String(decoding: bytes, as: UTF8.self), file: file.string), in: directory)
    }
    rulesOf[directory] = rules
    return rules
  }
}
