import Store

extension Planner {
  /// What `repro` would do now. A stage that reads what another is going to make cannot be planned
  /// before that is made: it is said to wait.
  package func plan(_ selection: Selection = .all) throws(EngineError) -> Plan {
    var plan = Plan()
    var artifacts: [StageName: [RepoPath: Artifact]] = [:]
    var unsettled: Set<StageName> = []
    var unexpanded: Set<StageName> = []
    for (number, stage) in graph.stages.enumerated() {
      let dependencies = graph.dependencies[number].map { (stage: graph.stages[$0.number].name, edge: $0.edge) }
      let inputs = dependencies.filter { $0.edge == .artifacts }.map(\.stage)
      let missing =
        inputs.first(where: unsettled.contains)
        ?? dependencies.first { $0.edge != .order && unexpanded.contains($0.stage) }?.stage
      if let first = missing {
        unsettled.insert(stage.name)
        unexpanded.insert(stage.name)
        if selection.includes(stage.name) { plan.stages.append(StagePlan(stage: stage.name, waitsFor: first)) }
        continue
      }
      var upstream: [RepoPath: Artifact] = [:]
      for input in inputs { upstream.merge(artifacts[input] ?? [:]) { first, _ in first } }
      var stagePlan = try expand(stage, upstream: upstream)
      if !stagePlan.isExpanded { unexpanded.insert(stage.name) }
      stagePlan.actions = stagePlan.actions.filter { selection.includes($0.action, of: stage.name) }

      let known = stagePlan.actions.compactMap(\.artifacts)
      if known.count < stagePlan.actions.count || !stagePlan.failures.isEmpty { unsettled.insert(stage.name) }
      artifacts[stage.name] = Dictionary(
        known.joined().map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      if selection.includes(stage.name) { plan.stages.append(stagePlan) }
    }
    if selection.isEverything {
      let expected = Set(artifacts.values.flatMap(\.keys))
      plan.orphaned = orphaned + strays.filter { !expected.contains($0) }
      plan.damagedLockLines = damagedLockLines
    }
    return plan
  }
}
