import Store

/// What `repro` was asked for: stages, actions or artifacts, with all that they need or all that needs them.
package struct Selection: Sendable {
  /// How far it goes beyond what was named.
  package enum Reach: Sendable {
    /// What they need comes first.
    case upstream
    /// What comes after them comes, too; what they need is taken as it is.
    case downstream
    /// Nothing else.
    case single
  }

  /// What was named of one stage.
  private struct Extent: Sendable {
    var isEverything = false
    var paths: Set<RepoPath> = []
    var globs: [Glob] = []
    var actions: Set<ActionName> = []
    var actionPatterns: [NamePattern] = []

    func includes(_ action: Action) -> Bool {
      if isEverything || actions.contains(action.name) || paths.contains(where: action.mayMake) { return true }
      if actionPatterns.contains(where: { $0.matches(action.name.description) }) { return true }
      guard !globs.isEmpty else { return false }
      switch action.outputs {
      case .known(let slots): return slots.contains { slot in globs.contains { $0.matches(slot.path) } }
      case .found(let declared):
        return declared.contains { output in output.globs.contains { own in globs.contains(where: own.mayOverlap) } }
      }
    }
  }

  /// nil: the whole pipeline.
  private let extents: [StageName: Extent]?
  /// Stages that come along whole.
  private let company: Set<StageName>
  /// The artifact paths and actions that were named, so that one that is nowhere can be reported.
  private let named: Set<String>

  package static let all = Selection(extents: nil, company: [], named: [])

  private init(extents: [StageName: Extent]?, company: Set<StageName>, named: Set<String>) {
    self.extents = extents
    self.company = company
    self.named = named
  }

  /// - Parameter targets: stages, `stage@item`, artifact paths, or globs of any of them; none means everything.
  /// - Throws: `EngineError.unknownTarget`.
  package init(
    _ targets: [String], reach: Reach = .upstream, in graph: Graph, lock: Lock
  ) throws(EngineError) {
    guard !targets.isEmpty else {
      self = .all
      return
    }
    var extents: [StageName: Extent] = [:]
    var named: Set<String> = []
    for target in targets where !Self.add(target, to: &extents, &named, graph, lock) {
      let names = graph.stages.flatMap { [$0.name.string, $0.entry.string] } + lock.entries.keys.map(\.string)
      throw .unknownTarget(target, nearest: nearMiss(target, among: names))
    }
    let stages = Set(extents.keys)
    let company: Set<StageName> =
      switch reach {
      case .upstream: graph.withUpstream(stages).subtracting(stages)
      case .downstream: graph.withDownstream(stages).subtracting(stages)
      case .single: []
      }
    self.init(extents: extents, company: company, named: named)
  }

  /// Whether the target may mean anything.
  private static func add(
    _ target: String, to extents: inout [StageName: Extent], _ named: inout Set<String>, _ graph: Graph, _ lock: Lock
  ) -> Bool {
    let ofEntry = graph.stages.filter { $0.name.string == target || $0.entry.string == target }
    if !ofEntry.isEmpty {
      for stage in ofEntry { extents[stage.name, default: Extent()].isEverything = true }
      return true
    }
    var text = target
    while text.hasPrefix("./") { text.removeFirst(2) }
    while text.hasSuffix("/"), text.count > 1 { text.removeLast() }
    let path = RepoPath(text)
    // A pattern is taken for one only where nothing has just this name.
    let isKnown =
      ActionName(target).map { lock.key(of: $0) != nil } ?? false || path.map { lock.entries[$0] != nil } ?? false
    if Glob.isPattern(text), !isKnown { return add(pattern: text, to: &extents, graph) }

    if let action = ActionName(target), action.item != nil, let stage = graph.stage(of: action),
      stage.name.string != target
    {
      extents[stage.name, default: Extent()].actions.insert(action)
      named.insert(target)
      return true
    }
    guard let path else { return false }
    let makers = stages(thatMayMake: path, graph, lock)
    for stage in makers { extents[stage, default: Extent()].paths.insert(path) }
    if !makers.isEmpty { named.insert(path.string) }
    return !makers.isEmpty
  }

  private static func add(
    pattern text: String, to extents: inout [StageName: Extent], _ graph: Graph
  ) -> Bool {
    let place = Place(file: text, line: 1, column: 1)
    let count = extents.count
    for alternative in (try? BraceExpansion.expand(text, at: place)) ?? [] {
      guard let pattern = NamePattern(alternative) else { continue }
      for stage in graph.stages {
        if pattern.matches(stage.name.string) || pattern.matches(stage.entry.string) {
          extents[stage.name, default: Extent()].isEverything = true
        } else if alternative.utf8.starts(with: "\(stage.name)@".utf8) {
          extents[stage.name, default: Extent()].actionPatterns.append(pattern)
        }
      }
    }
    if extents.count > count { return true }
    guard let globs = try? Glob.parse(text, at: place, key: "target") else { return false }
    for stage in graph.stages {
      let mayMake = stage.builder.writes.contains { write in globs.contains { $0.mayOverlap(write) } }
      if mayMake { extents[stage.name, default: Extent()].globs += globs }
    }
    return extents.count > count
  }

  private static func stages(thatMayMake path: RepoPath, _ graph: Graph, _ lock: Lock) -> [StageName] {
    if let owner = lock.entries[path].flatMap({ graph.stage(of: $0.action) }) { return [owner.name] }
    return graph.stages.filter { stage in stage.builder.writes.contains { $0.matches(path) } }.map(\.name)
  }

  package var isEverything: Bool { extents == nil }

  /// Whether any of the stage's actions are to be carried out.
  func includes(_ stage: StageName) -> Bool {
    extents.map { $0[stage] != nil || company.contains(stage) } ?? true
  }

  func includes(_ action: Action, of stage: StageName) -> Bool {
    guard let extents, !company.contains(stage) else { return true }
    return extents[stage]?.includes(action) ?? false
  }

  /// What was named and none of these actions is or makes.
  func unmet(by actions: some Sequence<Action>) -> [String] {
    guard !named.isEmpty else { return [] }
    var rest = named
    for action in actions {
      rest.remove(action.name.description)
      rest = rest.filter { text in RepoPath(text).map { !action.mayMake($0) } ?? true }
    }
    return rest.sorted()
  }
}
