import Store

/// Which files of the work tree hbpipe has put there, as far as the lock, the journal and the index tell.
struct Ownership: Sendable {
  /// Of the lock and of the journal.
  private let actions: [RepoPath: ActionName]
  private let byStage: [StageName: [RepoPath]]
  /// What commands of a killed run were making: everything inside is theirs.
  private let roots: Set<RepoPath>
  /// Artifacts that the index knows and the lock does not: of another branch's lock.
  let strays: Set<RepoPath>

  init(lock: Lock, journal: [Journal.Entry], index: Index) {
    var actions = lock.entries.mapValues(\.action)
    for entry in journal where actions[entry.path] == nil { actions[entry.path] = ActionName(entry.action) }
    var byStage: [StageName: [RepoPath]] = [:]
    for (path, action) in actions { byStage[action.stage, default: []].append(path) }
    self.actions = actions
    self.byStage = byStage
    roots = Set(journal.filter(\.isRoot).map(\.path))
    strays = Set(index.paths(of: .artifact).filter { actions[$0] == nil })
  }

  func owns(_ path: RepoPath) -> Bool {
    actions[path] != nil || strays.contains(path) || path.nearestParent(in: roots) != nil
  }

  /// The action that the path was last made by; nil where that is not known.
  func action(of path: RepoPath) -> ActionName? {
    actions[path] ?? path.nearestParent(in: roots).flatMap { actions[$0] }
  }

  /// Whether all that stands below the path was being made when a run was killed.
  func isRoot(_ path: RepoPath) -> Bool { roots.contains(path) }

  func paths(of stage: StageName) -> [RepoPath] { byStage[stage] ?? [] }

  /// The paths of all stages but these.
  func paths(exceptOf stages: Set<StageName>) -> [RepoPath] {
    byStage.filter { !stages.contains($0.key) }.flatMap(\.value)
  }
}
