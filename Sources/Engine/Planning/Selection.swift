import Store

/// What `repro` was asked for: stages, or single artifacts, with all that they need.
package struct Selection: Sendable {
  private enum Extent: Sendable {
    case everything
    case artifacts(Set<RepoPath>)
  }

  /// nil: the whole pipeline.
  private let extents: [StageName: Extent]?
  private let upstream: Set<StageName>
  /// The artifact paths that were named, so that one that no action makes can be reported.
  let paths: Set<RepoPath>

  package static let all = Selection(extents: nil, upstream: [], paths: [])

  private init(extents: [StageName: Extent]?, upstream: Set<StageName>, paths: Set<RepoPath>) {
    self.extents = extents
    self.upstream = upstream
    self.paths = paths
  }

  /// - Parameter targets: stage names or artifact paths; none means everything.
  /// - Throws: `EngineError.unknownTarget`.
  package init(_ targets: [String], in graph: Graph, lock: Lock) throws(EngineError) {
    guard !targets.isEmpty else {
      self = .all
      return
    }
    var extents: [StageName: Extent] = [:]
    var paths: Set<RepoPath> = []
    for target in targets {
      if let stage = StageName(target), graph[stage] != nil {
        extents[stage] = .everything
        continue
      }
      var text = target
      while text.hasPrefix("./") { text.removeFirst(2) }
      let candidates = RepoPath(text).map { path in Self.stages(thatMayMake: path, graph, lock) } ?? []
      guard let path = RepoPath(text), !candidates.isEmpty else {
        let names = graph.stages.map(\.name.string) + lock.entries.keys.map(\.string)
        throw .unknownTarget(target, nearest: nearMiss(target, among: names))
      }
      paths.insert(path)
      for stage in candidates {
        switch extents[stage] {
        case .everything: break
        case .artifacts(let others): extents[stage] = .artifacts(others.union([path]))
        case nil: extents[stage] = .artifacts([path])
        }
      }
    }
    let named = Set(extents.keys)
    self.init(extents: extents, upstream: graph.withUpstream(named).subtracting(named), paths: paths)
  }

  private static func stages(thatMayMake path: RepoPath, _ graph: Graph, _ lock: Lock) -> [StageName] {
    if let owner = lock.entries[path]?.action.stage, graph[owner] != nil { return [owner] }
    return graph.stages.filter { stage in stage.builder.writes.contains { $0.matches(path) } }.map(\.name)
  }

  package var isEverything: Bool { extents == nil }

  /// Whether any of the stage's actions are to be carried out.
  func includes(_ stage: StageName) -> Bool {
    extents.map { $0[stage] != nil || upstream.contains(stage) } ?? true
  }

  func includes(_ action: Action) -> Bool {
    guard let extents, !upstream.contains(action.name.stage) else { return true }
    switch extents[action.name.stage] {
    case .everything: return true
    case nil: return false
    case .artifacts(let wanted):
      switch action.outputs {
      case .known(let slots): return slots.contains { wanted.contains($0.path) }
      case .found(let roots):
        return wanted.contains { path in roots.contains { path == $0 || path.isInside($0) } }
      }
    }
  }

  /// Whether an action's artifacts are among those that were named.
  func names(_ action: Action) -> Set<RepoPath> {
    switch action.outputs {
    case .known(let slots): paths.intersection(slots.map(\.path))
    case .found(let roots): paths.filter { path in roots.contains { path == $0 || path.isInside($0) } }
    }
  }
}
