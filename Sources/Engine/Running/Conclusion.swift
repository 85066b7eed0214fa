import Hashing
import Posix
import Store

/// The end of a run: makes its results last. Objects are flushed first, then the index is written, then the lock.
struct Conclusion {
  let planner: Planner
  let selection: Selection
  let summary: RunSummary
  /// The lock's entries of everything that was made or found up to date.
  let made: Lock
  let resolved: Set<ActionName>
  /// The actions that have been carried out, well or not.
  let settled: Set<ActionName>
  /// Whether the run came to its end by itself.
  let isComplete: Bool

  /// Whether every action that was asked for is done.
  private var isDone: Bool { isComplete && summary.isComplete }

  /// - Throws: `EngineError.system`, after which the old lock still holds.
  func write() throws(EngineError) {
    let project = planner.project
    if summary.ran + summary.restored > 0 {
      try system { () throws(PosixError) in
        let directory = try project.tree.open(CacheLayout.directory)
        try directory.flushFileSystem()
      }
    }
    let nextLock = nextLock()
    let lock = nextLock.text
    let (entries, isStable) = planner.snapshot.settle(external: project.programs + planner.tools.sorted())
    let variables = planner.variables.map { name, digest in
      (IndexEntry.variablePath(name), IndexEntry(kind: .variable, status: nil, digest: digest))
    }
    let known = markingArtifacts(entries, of: nextLock) + oldEntries(except: entries) + variables
    // A stage that always runs leaves something to do every time.
    let isClean = isDone && isStable && selection.isEverything && !summary.hasVolatile
    func writeIndex(_ lockStatus: FileStatus) throws(PosixError) {
      let clean = CleanState(
        actions: summary.actions, artifacts: summary.artifacts, context: project.context, lock: lockStatus)
      try project.tree.replace(CacheLayout.index, with: Index.encode(known, clean: isClean ? clean : nil))
    }
    try system { () throws(PosixError) in
      let status = try project.tree.status(of: Lock.fileName)
      if let status, status.size == lock.count, try project.tree.readAll(Lock.fileName) == lock {
        try writeIndex(status)
      } else {
        try project.tree.replace(Lock.fileName, with: lock, beforeRename: writeIndex)
      }
      // What a killed run left is dealt with once every stage has been expanded and done.
      if isDone, selection.isEverything || planner.journal.isEmpty {
        try project.journal.clear()
      } else {
        try project.journal.replace(with: unsettledJournal())
      }
    }
  }

  /// What the next run still has to know: of earlier runs, what was not come to; of this one, effects that were not
  /// brought to their end. All else is in the lock, or as it was before.
  private func unsettledJournal() -> [Journal.Entry] {
    let earlier = planner.journal.filter { entry in
      entry.kind != .effect && !(ActionName(entry.action).map(settled.contains) ?? false)
    }
    let effects = planner.project.journal.read().filter { entry in
      entry.kind == .effect && !(ActionName(entry.action).map(resolved.contains) ?? false)
    }
    return earlier + effects
  }

  /// The new entries, and the old ones of everything that this run did not come to.
  private func nextLock() -> Lock {
    var lock = made
    let removed = Set(summary.removed)
    for (path, entry) in planner.lock.entries
    where lock.entries[path] == nil && !removed.contains(path) && !resolved.contains(entry.action) {
      lock.insert(entry)
    }
    for (action, key) in planner.lock.effects
    where lock.key(of: action) == nil && !resolved.contains(action) && planner.graph.stage(of: action) != nil {
      lock.insert(effectOf: action, key: key)
    }
    return lock
  }

  /// What hbpipe put in place is told from other people's files, whatever lock git brings next.
  private func markingArtifacts(
    _ entries: [(path: String, entry: IndexEntry)], of lock: Lock
  ) -> [(path: String, entry: IndexEntry)] {
    entries.map { path, entry in
      guard entry.kind == .file, let locked = lock.entries[RepoPath(trusted: path)], locked.digest == entry.digest
      else { return (path, entry) }
      return (path, IndexEntry(kind: .artifact, status: entry.status, digest: entry.digest))
    }
  }

  /// What stays known of files that this run did not look at: all of it after a run of a part of the
  /// pipeline; after a run that did not end well, which of them are artifacts.
  private func oldEntries(
    except entries: [(path: String, entry: IndexEntry)]
  ) -> [(path: String, entry: IndexEntry)] {
    if isDone, selection.isEverything { return [] }
    let seen = Set(entries.map { RepoPath(trusted: $0.path) })
    let removed = Set(summary.removed)
    var rest: [(path: String, entry: IndexEntry)] = []
    Index.read(planner.project.tree).forEach { text, entry in
      let path = RepoPath(trusted: text)
      guard !seen.contains(path), !removed.contains(path) else { return }
      if entry.kind == .artifact || (entry.kind == .file && !selection.isEverything) { rest.append((text, entry)) }
    }
    return rest
  }
}
