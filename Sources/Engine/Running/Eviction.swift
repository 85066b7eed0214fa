import Posix
import Store

/// Takes artifacts that nobody makes any more out of the work tree. Bytes that are nowhere else are kept.
struct Eviction {
  let planner: Planner
  let observer: any RunObserver

  private var tree: WorkTree { planner.project.tree }

  /// - Returns: whether anything was there, or known to be.
  func evict(_ path: RepoPath) throws(EngineError) -> Bool {
    let seen = planner.snapshot.lookHashing(at: path)
    if seen.status?.kind == .directory, planner.ownership.isRoot(path) {
      try evictUnfinished(path)
    } else {
      if let keep = try? planner.replaceable(path, by: nil), keep {
        try system { () throws(PosixError) in _ = try planner.project.store.add(copyOf: path.string) }
        warnOfPreserved(path, planner.ownership.action(of: path))
      }
      try system { () throws(PosixError) in
        if seen.status?.kind == .directory {
          tree.removeEmptyDirectory(path.string)
        } else {
          try tree.remove(path.string)
        }
      }
    }
    tree.pruneParents(of: path)
    planner.snapshot.forget(path)
    return seen.status != nil || planner.lock.entries[path] != nil
  }

  /// Removes what a killed command was making at or below a path. It may be half of a file, and may be anything
  /// else: the store keeps it.
  func evictUnfinished(_ path: RepoPath) throws(EngineError) {
    let store = planner.project.store
    for file in planner.filesBelow(path) where planner.claims[file] == nil {
      let seen = planner.snapshot.lookHashing(at: file)
      try system { () throws(PosixError) in
        if let digest = seen.digest, !store.holds(digest) { _ = try store.add(copyOf: file.string) }
        try tree.remove(file.string)
      }
      tree.pruneParents(of: file)
      planner.snapshot.forget(file)
    }
    tree.removeEmptyDirectories(path.string)
  }

  func warnOfPreserved(_ path: RepoPath, _ action: ActionName?) {
    guard let digest = planner.snapshot.lookHashing(at: path).digest else { return }
    observer.warned(
      "\(path) was changed since hbpipe made it; the changed bytes are kept as \(digest.short) until the next gc",
      about: action)
  }
}
