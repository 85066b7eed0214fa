import Hashing
import Posix
import Store

/// What is to become of an action, and why.
extension Planner {
  package func decide(_ actions: [Action], of stage: Stage) -> [PlannedAction] {
    let expected = actions.map { expectedArtifacts($0, of: stage) }
    // All the stage's artifacts are looked at together, so that hashing can use every core.
    _ = snapshot.lookHashing(at: expected.flatMap { ($0?.artifacts ?? []).map(\.path) })
    return zip(actions, expected).map { decide($0, of: stage, $1) }
  }

  /// What an action will have made, if that is known without running it.
  private func expectedArtifacts(
    _ action: Action, of stage: Stage
  ) -> (artifacts: [Artifact], isLocked: Bool)? {
    if stage.isFrozen { return (lock.entries(of: action.name).map(\.artifact), true) }
    if force || stage.isAlwaysChanged || action.alwaysRuns { return nil }
    if lock.effects[action.name] == action.key, action.mayMakeNothing { return ([], true) }
    let locked = lock.entries(of: action.name)
    if !locked.isEmpty, locked.allSatisfy({ $0.key == action.key }) {
      let artifacts = locked.map(\.artifact)
      switch action.outputs {
      case .found:
        if artifacts.allSatisfy({ action.mayMake($0.path) }), isWhole(artifacts, of: action) {
          return (artifacts, true)
        }
      case .known(let slots):
        if Set(slots.map(\.path)) == Set(artifacts.map(\.path)) { return (artifacts, true) }
      }
    }
    guard action.isRepeatable, let record = project.actions.read(action.key),
      let artifacts = action.artifacts(of: record)
    else { return nil }
    return (artifacts, false)
  }

  /// A command's artifacts are known from the lock alone, and a lock may have lost lines. The record
  /// knows how many there are; without one the lock is believed.
  private func isWhole(_ artifacts: [Artifact], of action: Action) -> Bool {
    guard let record = project.actions.read(action.key) else { return damagedLockLines.isEmpty }
    return Set(record.outputs.map(\.role)) == Set(artifacts.map(\.path.string))
  }

  private func decide(
    _ action: Action, of stage: Stage, _ expected: (artifacts: [Artifact], isLocked: Bool)?
  ) -> PlannedAction {
    var reasons = expected?.isLocked == true ? [] : reasons(for: action, of: stage)
    var preserved: [RepoPath] = []
    do throws(EngineError) {
      preserved = try replaceable(action, expected?.artifacts)
    } catch {
      return PlannedAction(action: action, decision: .fail(error), reasons: reasons, preserved: [])
    }
    guard let expected else {
      return PlannedAction(action: action, decision: .run, reasons: reasons, preserved: preserved)
    }

    var isComplete = true
    for artifact in expected.artifacts where !isInPlace(artifact) {
      if allowsMissing, expected.isLocked, isLost(artifact) { continue }
      isComplete = false
      let isThere = snapshot.look(at: artifact.path).status != nil
      if expected.isLocked { reasons.append(isThere ? .modified(artifact.path) : .missing(artifact.path)) }
      if artifact.kind != .emptyDirectory, !project.store.holds(artifact.digest) {
        reasons.append(.lost(artifact.path))
        if stage.isFrozen {
          let error = EngineError.unmet(
            stage.place, "stage `\(stage.name)` is frozen, and the bytes of \(artifact.path) are not in the cache",
            hint: "`hbpipe unfreeze \(stage.entry)` lets it run")
          return PlannedAction(action: action, decision: .fail(error), reasons: reasons, preserved: [])
        }
        return PlannedAction(action: action, decision: .run, reasons: reasons, preserved: preserved)
      }
    }
    let decision: PlannedAction.Decision =
      isComplete && expected.isLocked ? .upToDate(expected.artifacts) : .restore(expected.artifacts)
    return PlannedAction(action: action, decision: decision, reasons: reasons, preserved: preserved)
  }

  /// Whether an artifact's bytes are nowhere on this machine, and nothing stands at its place.
  private func isLost(_ artifact: Artifact) -> Bool {
    artifact.kind != .emptyDirectory && snapshot.look(at: artifact.path).status == nil
      && !project.store.holds(artifact.digest)
  }

  func isInPlace(_ artifact: Artifact) -> Bool {
    let seen = snapshot.lookHashing(at: artifact.path)
    guard let status = seen.status else { return false }
    switch artifact.kind {
    case .emptyDirectory: return status.kind == .directory
    case .file, .executable:
      return seen.digest == artifact.digest && status.isExecutable == (artifact.kind == .executable)
    }
  }

  private func reasons(for action: Action, of stage: Stage) -> [Reason] {
    if force { return [.forced] }
    if stage.isAlwaysChanged || action.alwaysRuns { return [.alwaysChanged] }
    guard let old = lock.key(of: action.name) else { return [.new] }
    guard old != action.key else { return [.moved] }
    guard let record = project.actions.read(old) else { return [.keyChanged(from: old, to: action.key)] }
    return Reason.differences(from: record.components, to: action.components)
  }

  /// How long an action took when it was run last; nil where that is not known, or where it will not be run.
  func lastSeconds(of planned: PlannedAction) -> Double? {
    guard case .run = planned.decision, let key = lock.key(of: planned.action.name) else { return nil }
    return project.actions.read(key)?.seconds
  }

  // MARK: Other people's files

  /// Checks that what stands where the action's artifacts belong may be replaced.
  /// - Returns: the artifacts that were changed by hand: their bytes are to be kept first.
  /// - Throws: `EngineError.foreignFile`.
  private func replaceable(_ action: Action, _ expected: [Artifact]?) throws(EngineError) -> [RepoPath] {
    var preserved: [RepoPath] = []
    let wanted = Dictionary(
      (expected ?? []).map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
    let places: [RepoPath]
    switch action.outputs {
    case .known(let slots): places = slots.map(\.path)
    case .found(let declared):
      // Known artifacts replace files one by one; a command that runs clears its directories.
      places =
        expected?.map(\.path)
        ?? declared.filter { !$0.persists }.flatMap { output in
          let others = filesOfOthers(matching: output, of: action.name)
          return files(of: output).filter { !others.contains($0) }
        }
    }
    for path in places {
      guard let keep = try replaceable(path, by: wanted[path]) else { continue }
      if keep { preserved.append(path) }
    }
    return preserved
  }

  /// nil: nothing stands there, or nothing is lost. Else whether its bytes have to be kept first.
  func replaceable(_ path: RepoPath, by digest: Digest?) throws(EngineError) -> Bool? {
    let seen = snapshot.lookHashing(at: path)
    guard let status = seen.status else {
      if seen.failure != nil { throw .foreignFile(path) }
      return nil
    }
    if status.kind == .directory { return nil }
    guard let found = seen.digest else { throw .foreignFile(path) }
    if found == digest || project.store.holds(found) || lock.entries[path]?.digest == found { return nil }
    if ownership.owns(path) { return lock.entries[path] != nil || ownership.strays.contains(path) }
    if force { return true }
    throw .foreignFile(path)
  }

  /// Every file of a declared output that is there.
  func files(of output: DeclaredOutput) -> [RepoPath] {
    switch output.extent {
    case .path(let path): return filesBelow(path)
    case .pattern(let pattern):
      if let base = pattern.base { return filesBelow(base).filter(pattern.matches) }
      guard case .success(let listing) = snapshot.list(nil) else { return [] }
      let names = listing.entries.compactMap(\.name).filter { $0 != CacheLayout.directory && $0 != ".git" }
      return names.flatMap { filesBelow(RepoPath(trusted: $0)) }.filter(pattern.matches)
    }
  }

  /// Every file at or below a path.
  func filesBelow(_ path: RepoPath) -> [RepoPath] {
    guard case .success(let listing) = snapshot.list(path) else {
      return snapshot.look(at: path).status == nil ? [] : [path]
    }
    return listing.entries.flatMap { entry in
      entry.name.map { filesBelow(path.appending($0)) } ?? []
    }
  }
}
