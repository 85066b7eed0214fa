import Hashing
import Posix
import Store

/// One `repro`: the loop that owns the graph's state. Stages are expanded when what they read is made,
/// actions are handed to workers, and what workers return decides what comes next.
package final class Run {
  /// waiting → expanded → finished, or waiting → blocked. Changed in `advance` and `settle(_:)` only.
  private enum StageState: Equatable {
    /// Something it depends on is not there yet.
    case waiting
    /// Its actions are known; so many are not done.
    case expanded(outstanding: Int)
    /// All its actions are done; whether all of them well.
    case finished(well: Bool)
    /// What it reads cannot be made, or the run stopped before.
    case blocked
  }

  private typealias Message = (action: PlannedAction, stage: Stage, outcome: ActionRunner.Outcome)

  private let planner: Planner
  private let selection: Selection
  private let options: RunOptions
  private let cancellation: Cancellation
  private let observer: any RunObserver
  private let runner: ActionRunner
  private let pool = WorkerPool<Message>()

  private var states: [StageName: StageState] = [:]
  private var artifacts: [StageName: [RepoPath: Artifact]] = [:]
  private var queue: [(action: PlannedAction, stage: Stage)] = []
  private var underWay = 0
  /// Actions whose key another action under way has: they take its result.
  private var twins: [ActionKey: [(action: PlannedAction, stage: Stage)]] = [:]
  private var next = Lock()
  private var resolved: Set<ActionName> = []
  private var summary = RunSummary()
  private var named: Set<RepoPath> = []
  private var isStopping = false

  package init(
    _ planner: Planner, _ selection: Selection, _ options: RunOptions, cancellation: Cancellation,
    observer: any RunObserver
  ) {
    self.planner = planner
    self.selection = selection
    self.options = options
    self.cancellation = cancellation
    self.observer = observer
    let project = planner.project
    runner = ActionRunner(
      project: project, checkout: Checkout(tree: project.tree, store: project.store), cancellation: cancellation)
  }

  /// - Throws: `EngineError` for what stops the whole run; a failed action is part of the summary.
  package func execute() throws(EngineError) -> RunSummary {
    try system { () throws(PosixError) in
      // What a killed run left there is of no use to anyone; builders may count on the directory.
      try planner.project.tree.removeTree(CacheLayout.temporary)
      try planner.project.tree.makeDirectory(CacheLayout.temporary)
      try planner.project.journal.mend()
    }
    for place in planner.damagedLockLines { observer.warned("\(place): not a line of a lock; left out", about: nil) }
    for stage in planner.graph.stages { states[stage.name] = .waiting }
    if selection.isEverything { for path in planner.orphaned { try evict(path) } }

    var fatal: EngineError?
    do throws(EngineError) {
      try advance()
      while underWay > 0 {
        settle(pool.next())
        try advance()
      }
    } catch {
      // Whatever is finished stays; what is under way is waited for.
      fatal = error
      isStopping = true
      while underWay > 0 { settle(pool.next()) }
    }
    summary.isCancelled = cancellation.isRequested
    if fatal == nil, selection.isEverything, summary.isComplete {
      for path in planner.strays where next.entries[path] == nil { try evict(path) }
    }
    if summary.ran + summary.restored + summary.upToDate > 0 || !summary.removed.isEmpty || fatal == nil {
      try Conclusion(
        planner: planner, selection: selection, summary: summary, made: next, resolved: resolved,
        isComplete: fatal == nil
      ).write()
    }
    if let fatal { throw fatal }
    if let path = selection.paths.subtracting(named).min(), summary.failures.isEmpty, !summary.isCancelled {
      throw .unknownTarget(path.string, nearest: planner.nearestArtifact(to: path.string))
    }
    return summary
  }

  // MARK: The loop

  /// Expands every stage that can be expanded, then gives the workers what they can take.
  private func advance() throws(EngineError) {
    if cancellation.isRequested || (!summary.failures.isEmpty && !options.keepGoing) { isStopping = true }
    var progressed = true
    while progressed, !isStopping {
      progressed = false
      for stage in planner.graph.stages where states[stage.name] == .waiting {
        guard let state = try tryToExpand(stage) else { continue }
        states[stage.name] = state
        progressed = true
        if !summary.failures.isEmpty, !options.keepGoing {
          isStopping = true
          break
        }
      }
    }
    guard !isStopping else {
      queue.removeAll()
      return
    }
    while underWay < options.jobs, !queue.isEmpty { start(queue.removeLast()) }
  }

  /// The stage's new state, or nil while it has to wait.
  private func tryToExpand(_ stage: Stage) throws(EngineError) -> StageState? {
    var upstream: [RepoPath: Artifact] = [:]
    for (other, edge) in planner.graph.dependencies[stage.name] ?? [] {
      switch (edge, states[other]) {
      case (.artifacts, .finished(well: true)): upstream.merge(artifacts[other] ?? [:]) { first, _ in first }
      case (.order, .waiting), (.order, nil): return nil
      case (.order, _): break
      case (.artifacts, .finished(well: false)), (_, .blocked):
        if selection.includes(stage.name) { summary.blocked.append(stage.name) }
        return .blocked
      case (.artifacts, _), (.expansion, .waiting), (.expansion, nil): return nil
      case (.expansion, _): break
      }
    }
    var plan = try planner.expand(stage, upstream: upstream)
    guard plan.isExpanded else {
      for (action, error) in plan.failures { fail(action, error, reasons: [], log: []) }
      return .blocked
    }
    guard selection.includes(stage.name) else { return .finished(well: true) }

    for path in plan.stale { try evict(path) }
    for (action, error) in plan.failures { fail(action, error, reasons: [], log: []) }
    plan.actions = plan.actions.filter { selection.includes($0.action) }
    var outstanding = 0
    var toDo: [(action: PlannedAction, stage: Stage)] = []
    for planned in plan.actions {
      named.formUnion(selection.names(planned.action))
      for warning in planned.action.warnings where !planned.isUpToDate {
        observer.warned(warning, about: planned.action.name)
      }
      for path in planned.preserved { warnOfPreserved(path, planned.action.name) }
      switch planned.decision {
      case .upToDate(let artifacts):
        summary.upToDate += 1
        observer.finished(planned.action.name, .upToDate, reasons: [], log: [])
        keep(artifacts, of: planned.action)
      case .fail(let error):
        fail(planned.action.name, error, reasons: planned.reasons, log: [])
      case .restore, .run:
        outstanding += 1
        toDo.append((planned, stage))
      }
    }
    observer.queued(outstanding)
    // The queue is a stack: the first action of a stage lies on top.
    queue.append(contentsOf: toDo.reversed())
    return outstanding > 0 ? .expanded(outstanding: outstanding) : finished(stage.name)
  }

  private func start(_ item: (action: PlannedAction, stage: Stage)) {
    let (planned, stage) = item
    let action = planned.action
    if twins[action.key] != nil {
      twins[action.key]?.append(item)
      return
    }
    twins[action.key] = []
    observer.started(action.name)
    let snapshot = planner.snapshot
    var cleared: [RepoPath] = []
    if case .run = planned.decision, case .found(let roots) = action.outputs {
      cleared = roots.flatMap(planner.filesBelow)
    }
    let work = ActionRunner.Work(
      action: action, restoring: planned.artifacts,
      inputs: action.inputs.map { ActionRunner.Input(path: $0, seen: snapshot.lookHashing(at: $0)) },
      inPlace: Set((planned.artifacts ?? []).filter(planner.isInPlace).map(\.path)),
      preserved: planned.preserved, cleared: cleared,
      previous: planner.lock.entries(of: action.name).map(\.artifact))
    underWay += 1
    pool.submit { [runner] in (planned, stage, runner.perform(work, stage)) }
  }

  /// Takes one worker's result in.
  private func settle(_ message: Message) {
    let (planned, stage, outcome) = message
    let action = planned.action
    underWay -= 1
    let waiting = twins.removeValue(forKey: action.key) ?? []
    switch outcome {
    case .ran(let placed, let log):
      summary.ran += 1
      take(placed, of: action)
      observer.finished(action.name, .ran, reasons: planned.reasons, log: log)
    case .restored(let placed):
      summary.restored += 1
      take(placed, of: action)
      observer.finished(action.name, .restored, reasons: planned.reasons, log: [])
    case .notRestorable(let digest):
      let rerun = PlannedAction(
        action: action, decision: .run, reasons: planned.reasons + [.damaged(digest)], preserved: [])
      queue.append((rerun, stage))
      queue.append(contentsOf: waiting)
      return
    case .failed(let error, let log):
      fail(action.name, error, reasons: planned.reasons, log: log)
    }
    // The record is there now, or the first one has failed and the next one tries.
    for twin in waiting {
      let again = planner.decide([twin.action.action])[0]
      queue.append((again.isUpToDate ? twin.action : again, twin.stage))
    }
    if case .expanded(let outstanding) = states[stage.name] {
      states[stage.name] = outstanding > 1 ? .expanded(outstanding: outstanding - 1) : finished(stage.name)
    }
  }

  private func finished(_ stage: StageName) -> StageState {
    .finished(well: !summary.failures.contains { $0.action.stage == stage })
  }

  private func fail(_ action: ActionName, _ error: EngineError, reasons: [Reason], log: [String]) {
    if cancellation.isRequested { return }
    summary.failures.append((action, error))
    observer.finished(action, .failed(error), reasons: reasons, log: log)
  }

  // MARK: Artifacts

  private func take(_ placed: [ActionRunner.Placed], of action: Action) {
    for item in placed {
      if let (status, seenAt) = item.seen {
        planner.snapshot.placed(item.artifact.path, item.artifact.digest, status: status, seenAt: seenAt)
      } else if item.artifact.kind == .emptyDirectory {
        planner.snapshot.forget(item.artifact.path)
      }
    }
    keep(placed.map(\.artifact), of: action)
  }

  private func keep(_ artifacts: [Artifact], of action: Action) {
    resolved.insert(action.name)
    summary.artifacts += artifacts.count
    for artifact in artifacts {
      self.artifacts[action.name.stage, default: [:]][artifact.path] = artifact
      next.insert(
        LockEntry(
          path: artifact.path, digest: artifact.digest, kind: artifact.kind, key: action.key, action: action.name))
    }
    guard case .found(let roots) = action.outputs else { return }
    // What a command's directory held before, or got from a run that was killed, and does not hold now.
    for root in roots {
      for path in planner.ownership.isRoot(root) ? planner.filesBelow(root) : [] where next.entries[path] == nil {
        try? evictUnfinished(path)
      }
    }
    for path in planner.ownership.paths(of: action.name.stage)
    where next.entries[path] == nil && planner.claims[path] == nil && planner.ownership.action(of: path) == action.name
    {
      try? evict(path)
    }
  }

  /// Takes an artifact that nobody makes any more out of the work tree. Bytes that are nowhere else are kept.
  private func evict(_ path: RepoPath) throws(EngineError) {
    let tree = planner.project.tree
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
    if seen.status != nil || planner.lock.entries[path] != nil { summary.removed.append(path) }
  }

  /// Removes what a killed command was making at or below a path. It may be half of a file, and may be anything
  /// else: the store keeps it.
  private func evictUnfinished(_ path: RepoPath) throws(EngineError) {
    let project = planner.project
    for file in planner.filesBelow(path) where planner.claims[file] == nil {
      let seen = planner.snapshot.lookHashing(at: file)
      try system { () throws(PosixError) in
        if let digest = seen.digest, !project.store.holds(digest) { _ = try project.store.add(copyOf: file.string) }
        try project.tree.remove(file.string)
      }
      project.tree.pruneParents(of: file)
      planner.snapshot.forget(file)
    }
    project.tree.removeEmptyDirectories(path.string)
  }

  private func warnOfPreserved(_ path: RepoPath, _ action: ActionName?) {
    guard let digest = planner.snapshot.lookHashing(at: path).digest else { return }
    observer.warned(
      "\(path) was changed since hbpipe made it; the changed bytes are kept as \(digest.short) until the next gc",
      about: action)
  }
}
