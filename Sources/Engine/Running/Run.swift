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

  /// An action that has to be carried out, with its stage's place in the graph.
  private typealias Item = (action: PlannedAction, stage: Int)
  private struct Message: Sendable {
    let action: PlannedAction
    let stage: Int
    /// Other actions' artifacts, which it may not have touched.
    let others: Set<RepoPath>
    let outcome: ActionRunner.Outcome
    let span: ActionSpan
  }

  private let planner: Planner
  private let selection: Selection
  private let options: RunOptions
  private let cancellation: Cancellation
  private let observer: any RunObserver
  private let runner: ActionRunner
  private let eviction: Eviction
  private let pool = WorkerPool<Message>()

  private var states: [StageState]
  /// Waiting stages to look at: something they depend on has changed its state.
  private var toExpand: [Int]
  private var artifacts: [[RepoPath: Artifact]]
  private var failedStages: Set<Int> = []
  private var ready: ReadyQueue<Item>
  private var underWay = 0
  private var freeSlots: [Int]
  /// Actions whose key another action under way has: they take its result.
  private var twins: [ActionKey: [Item]] = [:]
  private var next = Lock()
  private var resolved: Set<ActionName> = []
  /// Actions without artifacts that have failed: what they did before does not count any more.
  private var attempted: Set<ActionName> = []
  private var settled: Set<ActionName> = []
  private var summary = RunSummary()
  /// The actions of what was selected, where that is not everything.
  private var selected: [Action] = []
  private var removed: Set<RepoPath> = []
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
    let count = planner.graph.stages.count
    states = Array(repeating: .waiting, count: count)
    toExpand = Array((0..<count).reversed())
    artifacts = Array(repeating: [:], count: count)
    ready = ReadyQueue(limits: planner.pipeline.pools)
    freeSlots = Array((0..<options.jobs).reversed())
    eviction = Eviction(planner: planner, observer: observer)
    runner = ActionRunner(
      project: project, checkout: Checkout(tree: project.tree, store: project.store), cancellation: cancellation)
  }

  /// - Throws: `EngineError` for what stops the whole run; a failed action is part of the summary.
  package func execute() throws(EngineError) -> RunSummary {
    defer { pool.close() }
    try system { () throws(PosixError) in
      // What a killed run left there is of no use to anyone; builders may count on the directory.
      try planner.project.tree.removeTree(CacheLayout.temporary)
      try planner.project.tree.makeDirectory(CacheLayout.temporary)
      try planner.project.journal.mend()
    }
    for place in planner.damagedLockLines { observer.warned("\(place): not a line of a lock; left out", about: nil) }
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
      let start = ContinuousClock.now
      try Conclusion(
        planner: planner, selection: selection, summary: summary, made: next, resolved: resolved.union(attempted),
        settled: settled.union(resolved),
        isComplete: fatal == nil
      ).write()
      observer.coordinated("write index and lock", since: start)
    }
    if let fatal { throw fatal }
    if let target = selection.unmet(by: selected).first, summary.failures.isEmpty, !summary.isCancelled {
      throw .unknownTarget(target, nearest: planner.nearestArtifact(to: target))
    }
    return summary
  }

  // MARK: The loop

  /// Expands every stage that can be expanded, then gives the workers what they can take.
  private func advance() throws(EngineError) {
    if cancellation.isRequested || (!summary.failures.isEmpty && !options.keepGoing) { isStopping = true }
    while !isStopping, let number = toExpand.popLast() {
      guard states[number] == .waiting, let state = try tryToExpand(number) else { continue }
      set(number, state)
      if !summary.failures.isEmpty, !options.keepGoing { isStopping = true }
    }
    guard !isStopping else {
      ready.removeAll()
      return
    }
    while underWay < options.jobs, let item = ready.popFirst() { start(item) }
  }

  /// Whoever depends on the stage may go on now.
  private func set(_ number: Int, _ state: StageState) {
    states[number] = state
    toExpand.append(contentsOf: planner.graph.dependents[number].reversed())
  }

  /// The stage's new state, or nil while it has to wait.
  private func tryToExpand(_ number: Int) throws(EngineError) -> StageState? {
    let stage = planner.graph.stages[number]
    for dependency in planner.graph.dependencies[number] {
      switch (dependency.edge, states[dependency.number]) {
      case (.artifacts, .finished(well: true)): break
      case (.order, .waiting): return nil
      case (.order, _): break
      case (.artifacts, .finished(well: false)), (_, .blocked):
        if selection.includes(stage.name) { summary.blocked.append(stage.name) }
        return .blocked
      case (.artifacts, _), (.expansion, .waiting): return nil
      case (.expansion, _): break
      }
    }
    var upstream: [RepoPath: Artifact] = [:]
    for dependency in planner.graph.dependencies[number] where dependency.edge == .artifacts {
      upstream.merge(artifacts[dependency.number]) { first, _ in first }
    }
    let start = ContinuousClock.now
    var plan = try planner.expand(stage, upstream: upstream)
    observer.coordinated("expand \(stage.name)", since: start)
    guard plan.isExpanded else {
      for (action, error) in plan.failures { fail(action, number, error, reasons: [], log: [], span: nil) }
      return .blocked
    }
    guard selection.includes(stage.name) else { return .finished(well: true) }

    for path in plan.stale { try evict(path) }
    for (action, error) in plan.failures { fail(action, number, error, reasons: [], log: [], span: nil) }
    plan.actions = plan.actions.filter { selection.includes($0.action, of: stage.name) }
    if !selection.isEverything { selected += plan.actions.map(\.action) }
    return queue(plan.actions, number)
  }

  /// Notes what is up to date, and queues what has to be carried out.
  private func queue(_ actions: [PlannedAction], _ number: Int) -> StageState {
    let pool = planner.graph.stages[number].pool
    var outstanding = 0
    for planned in actions {
      for warning in planned.action.warnings where !planned.isUpToDate {
        observer.warned(warning, about: planned.action.name)
      }
      for path in planned.preserved { eviction.warnOfPreserved(path, planned.action.name) }
      switch planned.decision {
      case .upToDate(let artifacts):
        do throws(EngineError) {
          try planner.claim(artifacts.map(\.path), of: planned.action)
        } catch {
          fail(planned.action.name, number, error, reasons: [], log: [], span: nil)
          continue
        }
        summary.upToDate += 1
        // What is not there now is looked for again by the next run.
        if !artifacts.allSatisfy(planner.isInPlace) { summary.hasVolatile = true }
        observer.finished(planned.action.name, .upToDate, reasons: [], log: [], span: nil)
        keep(artifacts, of: planned.action, number)
      case .fail(let error):
        fail(planned.action.name, number, error, reasons: planned.reasons, log: [], span: nil)
      case .restore, .run:
        outstanding += 1
        if planned.reasons.contains(.alwaysChanged) { summary.hasVolatile = true }
        ready.insert((planned, number), seconds: planner.lastSeconds(of: planned), pool: pool)
      }
    }
    observer.queued(outstanding)
    return outstanding > 0 ? .expanded(outstanding: outstanding) : finished(number)
  }

  private func start(_ item: Item) {
    let (planned, number) = item
    let action = planned.action
    let stage = planner.graph.stages[number]
    if action.isRepeatable {
      if twins[action.key] != nil {
        twins[action.key]?.append(item)
        return ready.finished(in: stage.pool)
      }
      twins[action.key] = []
    }
    observer.started(action.name)
    let snapshot = planner.snapshot
    var standing: [[RepoPath]] = []
    var others: Set<RepoPath> = []
    if case .found(let declared) = action.outputs {
      for output in declared {
        let foreign = planner.filesOfOthers(matching: output, of: action.name)
        standing.append(planner.files(of: output).filter { !foreign.contains($0) })
        others.formUnion(foreign)
      }
      if let artifacts = planned.artifacts { clearTheWay(for: artifacts, standing.joined()) }
    }
    let work = ActionRunner.Work(
      action: action, restoring: planned.artifacts,
      inputs: action.inputs.map { ActionRunner.Input(path: $0, seen: snapshot.lookHashing(at: $0)) },
      inPlace: Set((planned.artifacts ?? []).filter(planner.isInPlace).map(\.path)),
      preserved: planned.preserved, standing: standing, others: others,
      isUnfinished: planner.ownership.isUnfinished(action.name),
      previous: planner.lock.entries(of: action.name).map(\.artifact))
    underWay += 1
    let slot = freeSlots.popLast() ?? 0
    pool.submit { [runner] in
      let start = ContinuousClock.now
      let outcome = runner.perform(work, stage)
      return Message(
        action: planned, stage: number, others: work.others, outcome: outcome,
        span: ActionSpan(start: start, end: ContinuousClock.now, slot: slot))
    }
  }

  /// Takes one worker's result in.
  private func settle(_ message: Message) {
    let (planned, number, span) = (message.action, message.stage, message.span)
    let action = planned.action
    let pool = planner.graph.stages[number].pool
    underWay -= 1
    settled.insert(action.name)
    freeSlots.append(span.slot)
    ready.finished(in: pool)
    let waiting = action.isRepeatable ? twins.removeValue(forKey: action.key) ?? [] : []
    switch message.outcome {
    case .ran(let placed, let log):
      do throws(EngineError) {
        try planner.claim(placed.map(\.artifact.path), of: action)
        try requireUntouched(message.others, by: action)
        summary.ran += 1
        take(placed, of: action, number)
        observer.finished(action.name, .ran, reasons: planned.reasons, log: log, span: span)
      } catch {
        fail(action.name, number, error, reasons: planned.reasons, log: log, span: span)
      }
    case .restored(let placed):
      summary.restored += 1
      take(placed, of: action, number)
      observer.finished(action.name, .restored, reasons: planned.reasons, log: [], span: span)
    case .notRestorable(let digest):
      let rerun = PlannedAction(
        action: action, decision: .run, reasons: planned.reasons + [.damaged(digest)], preserved: [])
      ready.insert((rerun, number), seconds: nil, pool: pool)
      for twin in waiting { ready.insert(twin, seconds: nil, pool: planner.graph.stages[twin.stage].pool) }
      return
    case .failed(let error, let log):
      fail(action.name, number, error, reasons: planned.reasons, log: log, span: span)
    }
    // The record is there now, or the first one has failed and the next one tries.
    for twin in waiting {
      let stage = planner.graph.stages[twin.stage]
      let again = planner.decide([twin.action.action], of: stage)[0]
      ready.insert((again.isUpToDate ? twin.action : again, twin.stage), seconds: nil, pool: stage.pool)
    }
    if case .expanded(let outstanding) = states[number] {
      if outstanding > 1 {
        states[number] = .expanded(outstanding: outstanding - 1)
      } else {
        set(number, finished(number))
      }
    }
  }

  /// Checks that a command has left alone what its patterns match and others make.
  private func requireUntouched(_ others: Set<RepoPath>, by action: Action) throws(EngineError) {
    guard case .found(let declared) = action.outputs else { return }
    for path in others.sorted() {
      let seen = planner.snapshot.look(at: path)
      let now = try? planner.project.tree.status(of: path.string)
      let isSame = now?.size == seen.status?.size && now?.modified == seen.status?.modified
      guard !isSame, let other = planner.claims.owner(of: path) ?? planner.lastOwner(of: path),
        let output = declared.first(where: { $0.covers(path) })
      else { continue }
      planner.snapshot.forget(path)
      throw .claimedTwice(path, other, Claims.Owner(action: action.name, place: output.place))
    }
  }

  private func finished(_ number: Int) -> StageState { .finished(well: !failedStages.contains(number)) }

  private func fail(
    _ action: ActionName, _ number: Int, _ error: EngineError, reasons: [Reason], log: [String], span: ActionSpan?
  ) {
    if cancellation.isRequested { return }
    failedStages.insert(number)
    if span != nil, planner.lock.effects[action] != nil { attempted.insert(action) }
    summary.failures.append((action, error))
    observer.finished(action, .failed(error), reasons: reasons, log: log, span: span)
  }

  // MARK: Artifacts

  private func take(_ placed: [ActionRunner.Placed], of action: Action, _ number: Int) {
    for item in placed {
      if let (status, seenAt) = item.seen {
        planner.snapshot.placed(item.artifact.path, item.artifact.digest, status: status, seenAt: seenAt)
      } else if item.artifact.kind == .emptyDirectory {
        planner.snapshot.forget(item.artifact.path)
      }
    }
    keep(placed.map(\.artifact), of: action, number)
  }

  private func keep(_ artifacts: [Artifact], of action: Action, _ number: Int) {
    resolved.insert(action.name)
    summary.artifacts += artifacts.count
    if artifacts.isEmpty { next.insert(effectOf: action.name, key: action.key) }
    for artifact in artifacts {
      self.artifacts[number][artifact.path] = artifact
      next.insert(
        LockEntry(
          path: artifact.path, digest: artifact.digest, kind: artifact.kind, key: action.key, action: action.name))
    }
    guard case .found(let declared) = action.outputs else { return }
    // What a command's directory held before, or got from a run that was killed, and does not hold now.
    for root in declared.compactMap(\.root) {
      for path in planner.ownership.isRoot(root) ? planner.filesBelow(root) : [] where next.entries[path] == nil {
        try? eviction.evictUnfinished(path)
      }
    }
    for path in planner.ownership.paths(of: action.name)
    where next.entries[path] == nil && planner.claims[path] == nil {
      try? evict(path)
    }
  }

  private func evict(_ path: RepoPath) throws(EngineError) {
    if try eviction.evict(path), removed.insert(path).inserted { summary.removed.append(path) }
  }

  /// Takes away what an earlier run of a command left beside what is going to be restored: a file may stand where a
  /// directory belongs.
  private func clearTheWay(for artifacts: [Artifact], _ standing: some Sequence<RepoPath>) {
    let wanted = Set(artifacts.filter { $0.kind != .emptyDirectory }.map(\.path))
    for path in standing where !wanted.contains(path) && planner.ownership.owns(path) { try? evict(path) }
  }
}
