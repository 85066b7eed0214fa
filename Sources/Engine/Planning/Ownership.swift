import Store

/// Which files of the work tree hbpipe has put there, as far as the lock, the journal and the index tell.
struct Ownership: Sendable {
  /// Of the lock and of the journal.
  private let actions: [RepoPath: ActionName]
  private let byStage: [StageName: [RepoPath]]
  private let byAction: [ActionName: [RepoPath]]
  /// What belongs to actions of no stage.
  let orphans: [RepoPath]
  /// What commands of a killed run were making: everything inside is theirs.
  private let roots: Set<RepoPath>
  private let unfinished: Set<ActionName>
  /// Patterns of what they were making.
  private let patterns: [Glob]
  /// Artifacts that the index knows and the lock does not: of another branch's lock.
  let strays: Set<RepoPath>

  init(lock: Lock, journal: [Journal.Entry], index: Index, graph: Graph) {
    var actions = lock.entries.mapValues(\.action)
    for entry in journal where [.artifact, .root].contains(entry.kind) && actions[entry.path] == nil {
      actions[entry.path] = ActionName(entry.action)
    }
    var byStage: [StageName: [RepoPath]] = [:]
    var byAction: [ActionName: [RepoPath]] = [:]
    var orphans: [RepoPath] = []
    for (path, action) in actions {
      byAction[action, default: []].append(path)
      if let stage = graph.stage(of: action) {
        byStage[stage.name, default: []].append(path)
      } else {
        orphans.append(path)
      }
    }
    self.actions = actions
    self.byStage = byStage
    self.byAction = byAction
    self.orphans = orphans.sorted()
    roots = Set(journal.filter { $0.kind == .root }.map(\.path))
    unfinished = Set(journal.filter { $0.kind != .artifact }.compactMap { ActionName($0.action) })
    patterns = journal.filter { $0.kind == .pattern }.compactMap { Glob(names: nameParts($0.path.string)) }
    strays = Set(index.paths(of: .artifact).filter { actions[$0] == nil })
  }

  func owns(_ path: RepoPath) -> Bool {
    actions[path] != nil || strays.contains(path) || path.nearestParent(in: roots) != nil
      || patterns.contains { $0.matches(path) }
  }

  /// The action that the path was last made by; nil where that is not known.
  func action(of path: RepoPath) -> ActionName? {
    actions[path] ?? path.nearestParent(in: roots).flatMap { actions[$0] }
  }

  /// Whether all that stands below the path was being made when a run was killed.
  func isRoot(_ path: RepoPath) -> Bool { roots.contains(path) }

  /// Whether a command was under way when a run was killed.
  func isUnfinished(_ action: ActionName) -> Bool { unfinished.contains(action) }

  func paths(of stage: StageName) -> [RepoPath] { byStage[stage] ?? [] }

  func paths(of action: ActionName) -> [RepoPath] { byAction[action] ?? [] }
}
