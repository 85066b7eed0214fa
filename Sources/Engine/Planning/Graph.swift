import Store

/// The stages in an order in which each comes after all that it depends on.
package struct Graph: Sendable {
  /// Why one stage comes after another.
  package enum Edge: Sendable, Equatable {
    /// It reads the other's artifacts, so it waits until they are made.
    case artifacts
    /// It needs only to know what the other will make.
    case expansion
    /// It asks which paths the other makes, and can do without an answer.
    case order
  }

  /// In dependency order; among equals, the file's order.
  package let stages: [Stage]
  package let dependencies: [StageName: [(stage: StageName, edge: Edge)]]

  /// - Throws: `EngineError.invalid` for a stage that does not exist, `.cycle`.
  package init(_ declared: [Stage]) throws(EngineError) {
    let names = Set(declared.map(\.name))
    var dependencies: [StageName: [(stage: StageName, edge: Edge)]] = [:]
    for stage in declared {
      var edges: [(stage: StageName, edge: Edge)] = []
      for other in declared where other.name != stage.name {
        let feeds = stage.builder.reads.contains { read in other.builder.writes.contains { read.mayOverlap($0) } }
        if feeds { edges.append((other.name, .artifacts)) }
      }
      for (used, place) in stage.builder.uses {
        guard names.contains(used) else {
          let near = nearMiss(used.string, among: names.map(\.string))
          throw .invalid(
            place, "stage `\(stage.name)` uses `\(used)`, which is no stage",
            hint: near.map { "did you mean `\($0)`?" })
        }
        guard used != stage.name else { throw .cycle([used, used], place) }
        if !edges.contains(where: { $0.stage == used }) { edges.append((used, .expansion)) }
      }
      dependencies[stage.name] = edges
    }
    _ = try Self.sort(declared, dependencies)
    Self.orderAskers(declared, &dependencies)
    self.dependencies = dependencies
    stages = try Self.sort(declared, dependencies)
  }

  /// Puts a stage that asks what is served after every stage that does not depend on it.
  private static func orderAskers(
    _ declared: [Stage], _ dependencies: inout [StageName: [(stage: StageName, edge: Edge)]]
  ) {
    func depends(_ stage: StageName, on other: StageName) -> Bool {
      stage == other || (dependencies[stage] ?? []).contains { depends($0.stage, on: other) }
    }
    for asker in declared where asker.builder.asksWhatIsServed {
      for other in declared where !other.builder.asksWhatIsServed && !depends(other.name, on: asker.name) {
        if (dependencies[asker.name] ?? []).contains(where: { $0.stage == other.name }) { continue }
        dependencies[asker.name, default: []].append((other.name, .order))
      }
    }
  }

  private static func sort(
    _ declared: [Stage], _ dependencies: [StageName: [(stage: StageName, edge: Edge)]]
  ) throws(EngineError) -> [Stage] {
    var sorted: [Stage] = []
    var waiting = declared
    var done: Set<StageName> = []
    while !waiting.isEmpty {
      let ready = waiting.firstIndex { stage in
        (dependencies[stage.name] ?? []).allSatisfy { done.contains($0.stage) }
      }
      guard let ready else {
        let cycle = findCycle(from: waiting[0].name, dependencies, among: Set(waiting.map(\.name)))
        throw .cycle(cycle, declared.first { $0.name == cycle.first }?.place ?? waiting[0].place)
      }
      let stage = waiting.remove(at: ready)
      done.insert(stage.name)
      sorted.append(stage)
    }
    return sorted
  }

  /// Follows dependencies that wait until a stage comes up twice: a → b → a.
  private static func findCycle(
    from start: StageName, _ dependencies: [StageName: [(stage: StageName, edge: Edge)]],
    among waiting: Set<StageName>
  ) -> [StageName] {
    var path = [start]
    while let last = path.last, let next = dependencies[last]?.first(where: { waiting.contains($0.stage) })?.stage {
      if let first = path.firstIndex(of: next) { return Array(path[first...]) + [next] }
      path.append(next)
    }
    return path
  }

  package subscript(name: StageName) -> Stage? { stages.first { $0.name == name } }

  /// The stages and all whose artifacts they read, directly or not.
  package func withUpstream(_ names: Set<StageName>) -> Set<StageName> {
    var all = names
    for stage in stages.reversed() where all.contains(stage.name) {
      for dependency in dependencies[stage.name] ?? [] where dependency.edge == .artifacts {
        all.insert(dependency.stage)
      }
    }
    return all
  }
}
