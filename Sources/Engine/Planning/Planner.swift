import Hashing
import Posix
import Store

/// Expands stages and decides, action by action, what has to be done. It reads; it writes only the
/// facts cache.
///
/// It belongs to the coordinator, which calls `expand` for a stage once everything that the stage
/// reads is in place or known.
package final class Planner {
  package let project: Project
  package let pipeline: PipelineFile
  package let graph: Graph
  package let snapshot: Snapshot
  /// The lock as the last run left it.
  package let lock: Lock
  package let damagedLockLines: [Place]
  let facts: FactsCache
  let walk: SourceWalk
  let force: Bool
  let allowsMissing: Bool

  private(set) var claims = Claims()
  private(set) var exports: [StageName: any Sendable] = [:]
  /// Files outside the project whose versions entered keys.
  private(set) var tools: Set<String> = []
  /// Environment variables whose values entered keys; nil: one that is not set.
  private(set) var variables: [String: Digest?] = [:]
  /// Files of parameters, by the digests of their bytes.
  var documents: [Digest: YAMLNode] = [:]
  let ownership: Ownership
  /// Whether the last run was killed, or left something undone.
  let journal: [Journal.Entry]

  /// - Parameters:
  ///   - force: every action is to be run.
  ///   - allowsMissing: what the lock has is up to date even where its bytes are nowhere on this machine.
  /// - Throws: `EngineError` for a `pipeline.yaml` that is wrong.
  package init(
    _ project: Project, builders: [any Builder], force: Bool = false, allowsMissing: Bool = false
  ) throws(EngineError) {
    self.project = project
    self.force = force
    self.allowsMissing = allowsMissing
    let index = Index.read(project.tree)
    snapshot = Snapshot(tree: project.tree, index: index)
    let pipelinePath = RepoPath(trusted: PipelineFile.fileName)
    _ = snapshot.lookHashing(at: pipelinePath)
    pipeline = try PipelineFile.read(project.tree, through: snapshot, builders: builders)
    graph = try Graph(pipeline.stages)
    var (lock, damagedLockLines) = try Lock.read(project.tree)
    facts = FactsCache(tree: project.tree)
    walk = SourceWalk(snapshot: snapshot)
    let journal = project.journal.read()
    self.journal = journal
    // Nobody knows how far an action came that did not end well.
    for action in journal.filter({ $0.kind == .effect }).compactMap({ ActionName($0.action) }) {
      lock.remove(effectOf: action)
    }
    self.lock = lock
    self.damagedLockLines = damagedLockLines
    ownership = Ownership(lock: lock, journal: journal, index: index, graph: graph)
    for stage in graph.stages {
      for output in stage.builder.owns { try claims.claim(output, for: ActionName(stage: stage.name)) }
    }
    // Sources that stages name one by one are hashed together, so that every core takes part.
    let named = Set(graph.stages.flatMap { $0.builder.reads.compactMap(\.onlyPath) })
    _ = snapshot.lookHashing(at: named.filter { !claims.covers($0) })
  }

  // MARK: Expansion

  /// - Parameter upstream: the artifacts of the stages whose artifacts it reads.
  /// - Throws: `EngineError.claimedTwice`: no plan can be right then.
  package func expand(_ stage: Stage, upstream: [RepoPath: Artifact]) throws(EngineError) -> StagePlan {
    if stage.isFrozen { return try frozenPlan(stage) }
    let context = ExpansionContext(planner: self, stage: stage.name, upstream: upstream)
    var plan = StagePlan(stage: stage.name)
    let expansion: Expansion
    do throws(EngineError) {
      expansion = try stage.builder.expand(context)
    } catch {
      plan.isExpanded = false
      plan.failures = [(ActionName(stage: stage.name), error)]
      return plan
    }
    exports[stage.name] = expansion.export
    tools.formUnion(context.tools)
    variables.merge(context.variables) { first, _ in first }
    for action in expansion.actions { try claim(action, of: stage) }

    plan.failures = expansion.failures
    plan.failures += context.obstacles.map { obstacle in
      (
        ActionName(stage: stage.name, item: obstacle.path),
        EngineError.input(RepoPath(trusted: obstacle.path), obstacle.message)
      )
    }
    plan.actions = decide(expansion.actions, of: stage)
    // Where files may be hidden, or an input failed, nobody can say that an artifact is nobody's.
    if !context.obstacles.contains(where: \.hidesFiles) {
      let failed = Set(plan.failures.map(\.action))
      let names = Set(expansion.actions.map(\.name))
      plan.stale = ownership.paths(of: stage.name).filter { path in
        guard let action = ownership.action(of: path), !failed.contains(action), claims[path] == nil else {
          return false
        }
        // What stands below another action's directory is stale when its own action is gone.
        return !names.contains(action) || !claims.covers(path)
      }.sorted()
    }
    return plan
  }

  /// Artifacts of stages that no longer exist.
  package var orphaned: [RepoPath] { ownership.orphans }

  /// Artifacts that another branch's run has left, once every stage is expanded.
  var strays: [RepoPath] { ownership.strays.filter { claims[$0] == nil }.sorted() }

  /// The artifact path nearest to a word that fits none.
  package func nearestArtifact(to word: String) -> String? { nearMiss(word, among: claims.paths.map(\.string)) }

  /// Whether a walk found an artifact that is no input of the stage: its own, or one that nobody makes any more.
  func isStale(_ path: RepoPath, for stage: StageName) -> Bool {
    guard ownership.owns(path) else { return false }
    return ownership.action(of: path).flatMap(graph.stage(of:))?.name == stage || !claims.covers(path)
  }

  private func claim(_ action: Action, of stage: Stage) throws(EngineError) {
    switch action.outputs {
    case .known(let slots):
      for slot in slots { try claims.claim(slot.path, for: action.name, at: stage.place) }
    case .found(let declared):
      for output in declared { try claims.claim(output, for: action.name) }
    }
  }

  /// Files that match one of an action's patterns, and are another action's: not this one's to take or remove.
  func filesOfOthers(matching output: DeclaredOutput, of action: ActionName) -> Set<RepoPath> {
    guard output.root == nil else { return [] }
    return Set(
      files(of: output).filter { path in
        if let owner = claims.owner(of: path)?.action { return owner != action }
        guard let last = ownership.action(of: path), last != action else { return false }
        return graph.stage(of: last) != nil
      })
  }

  /// Whose a path was in the last run.
  func lastOwner(of path: RepoPath) -> Claims.Owner? {
    guard let action = ownership.action(of: path), let stage = graph.stage(of: action) else { return nil }
    return Claims.Owner(action: action, place: stage.place)
  }

  /// Claims what a command's patterns have turned out to match.
  /// - Throws: `EngineError.claimedTwice` where another action makes it.
  func claim(_ found: [RepoPath], of action: Action) throws(EngineError) {
    guard case .found(let declared) = action.outputs else { return }
    for path in found where claims[path] != action.name {
      guard let output = declared.first(where: { $0.root == nil && $0.covers(path) }) else { continue }
      try claims.claim(found: path, for: action.name, at: output.place)
    }
  }

  /// What the lock has of a stage that is to stay as it is.
  private func frozenPlan(_ stage: Stage) throws(EngineError) -> StagePlan {
    var plan = StagePlan(stage: stage.name)
    let own = ActionName(stage: stage.name)
    var names = Set(ownership.paths(of: stage.name).compactMap { lock.entries[$0]?.action })
    if lock.effects[own] != nil { names.insert(own) }
    if names.isEmpty,
      stage.builder.owns.allSatisfy({ output in
        output.root.map { snapshot.lookHashing(at: $0).status != nil } ?? true
      })
    {
      // Somebody else made its outputs: they are sources like others.
      return plan
    }
    guard !names.isEmpty else {
      let error = EngineError.unmet(
        stage.place, "stage `\(stage.name)` is frozen, and the lock has nothing that it made",
        hint: "`hbpipe unfreeze \(stage.entry)` lets it run")
      plan.failures = [(own, error)]
      return plan
    }
    var actions: [Action] = []
    for name in names.sorted() {
      guard let key = lock.key(of: name) else { continue }
      let action = Action(frozen: name, key: key, artifacts: lock.entries(of: name).map(\.artifact))
      for path in lock.entries(of: name).map(\.path) where claims[path] != name {
        try claims.claim(path, for: name, at: stage.place)
      }
      actions.append(action)
    }
    plan.actions = decide(actions, of: stage)
    return plan
  }
}
