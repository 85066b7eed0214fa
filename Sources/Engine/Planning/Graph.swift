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

  package struct Dependency: Sendable {
    /// The other stage's place in `stages`.
    package let number: Int
    package let edge: Edge
  }

  /// In dependency order; where that leaves a choice, in the file's.
  package let stages: [Stage]
  /// What each stage depends on; frozen stages depend on nothing.
  package let dependencies: [[Dependency]]
  /// The stages that depend on each.
  package let dependents: [[Int]]
  private let numbers: [StageName: Int]

  /// - Throws: `EngineError.invalid` for a stage that does not exist, `.cycle`.
  package init(_ declared: [Stage]) throws(EngineError) {
    var numbers: [StageName: Int] = [:]
    for (number, stage) in declared.enumerated() { numbers[stage.name] = number }
    var edges = try Self.edges(declared, numbers)
    _ = try Self.order(declared, edges)
    Self.orderAskers(declared, &edges)
    let order = try Self.order(declared, edges)

    var places = Array(repeating: 0, count: declared.count)
    for (place, number) in order.enumerated() { places[number] = place }
    stages = order.map { declared[$0] }
    dependencies = order.map { number in
      edges[number].map { Dependency(number: places[$0.number], edge: $0.edge) }
    }
    var dependents = Array(repeating: [Int](), count: declared.count)
    for (number, others) in dependencies.enumerated() {
      for other in others { dependents[other.number].append(number) }
    }
    self.dependents = dependents
    self.numbers = numbers.mapValues { places[$0] }
  }

  // MARK: Edges

  private static func edges(
    _ declared: [Stage], _ numbers: [StageName: Int]
  ) throws(EngineError) -> [[Dependency]] {
    let writers = Writers(declared)
    var edges: [[Dependency]] = []
    for (number, stage) in declared.enumerated() {
      guard !stage.isFrozen else {
        edges.append([])
        continue
      }
      var others: Set<Int> = []
      for read in stage.builder.reads { writers.collect(whatFeeds: read, into: &others) }
      others.remove(number)
      var own = others.sorted().map { Dependency(number: $0, edge: .artifacts) }
      for (used, place) in stage.builder.uses {
        guard let other = numbers[used] else {
          let near = nearMiss(used.string, among: declared.map(\.name.string))
          throw .invalid(
            place, "stage `\(stage.name)` uses `\(used)`, which is no stage",
            hint: near.map { "did you mean `\($0)`?" })
        }
        guard other != number else { throw .cycle([used, used], place) }
        if !others.contains(other) { own.append(Dependency(number: other, edge: .expansion)) }
      }
      edges.append(own)
    }
    return edges
  }

  /// Puts a stage that asks what is served after every stage that does not depend on it.
  private static func orderAskers(_ declared: [Stage], _ edges: inout [[Dependency]]) {
    let askers = declared.indices.filter { declared[$0].builder.asksWhatIsServed && !declared[$0].isFrozen }
    guard !askers.isEmpty else { return }
    var dependents = Array(repeating: [Int](), count: declared.count)
    for (number, others) in edges.enumerated() { for other in others { dependents[other.number].append(number) } }
    for asker in askers {
      var after: Set<Int> = [asker]
      var rest = [asker]
      while let number = rest.popLast() {
        for dependent in dependents[number] where after.insert(dependent).inserted { rest.append(dependent) }
      }
      let known = Set(edges[asker].map(\.number))
      for (other, stage) in declared.enumerated()
      where !stage.builder.asksWhatIsServed && !after.contains(other) && !known.contains(other) {
        edges[asker].append(Dependency(number: other, edge: .order))
        dependents[other].append(asker)
      }
    }
  }

  /// Takes, again and again, the first stage whose dependencies are all taken.
  private static func order(_ declared: [Stage], _ edges: [[Dependency]]) throws(EngineError) -> [Int] {
    var missing = edges.map(\.count)
    var dependents = Array(repeating: [Int](), count: declared.count)
    for (number, others) in edges.enumerated() { for other in others { dependents[other.number].append(number) } }
    /// Descending, so that the first stands last.
    var ready = Array(missing.indices.filter { missing[$0] == 0 }.reversed())
    var order: [Int] = []
    order.reserveCapacity(declared.count)
    while let number = ready.popLast() {
      order.append(number)
      for dependent in dependents[number] {
        missing[dependent] -= 1
        if missing[dependent] == 0 { ready.insert(dependent, at: place(of: dependent, in: ready)) }
      }
    }
    guard order.count == declared.count else {
      let cycle = findCycle(edges, among: Set(missing.indices.filter { missing[$0] > 0 })).map { declared[$0] }
      throw .cycle(cycle.map(\.name), cycle[0].place)
    }
    return order
  }

  /// Where a number belongs in a descending list.
  private static func place(of number: Int, in list: [Int]) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle] > number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Follows dependencies that wait until a stage comes up twice: a → b → a.
  private static func findCycle(_ edges: [[Dependency]], among waiting: Set<Int>) -> [Int] {
    var path = [waiting.min() ?? 0]
    var places = [path[0]: 0]
    while let last = path.last, let next = edges[last].first(where: { waiting.contains($0.number) })?.number {
      if let first = places[next] { return Array(path[first...]) + [next] }
      places[next] = path.count
      path.append(next)
    }
    return path
  }

  // MARK: Questions

  package subscript(name: StageName) -> Stage? { numbers[name].map { stages[$0] } }

  /// A stage's place in `stages`.
  package func number(of name: StageName) -> Int? { numbers[name] }

  /// The stage whose action it is: one that an entry generates, or one that fans out; nil where there is none any
  /// more.
  package func stage(of action: ActionName) -> Stage? {
    if let generated = numbers[StageName(of: action)] { return stages[generated] }
    guard action.item != nil, let entry = StageName(action.entryText) else { return nil }
    return self[entry]
  }

  /// The stages and all whose artifacts they read, directly or not.
  package func withUpstream(_ names: Set<StageName>) -> Set<StageName> {
    var all = names
    for number in stages.indices.reversed() where all.contains(stages[number].name) {
      for dependency in dependencies[number] where dependency.edge == .artifacts {
        all.insert(stages[dependency.number].name)
      }
    }
    return all
  }

  /// The stages and all that come after them: that read their artifacts, or what is said of these.
  package func withDownstream(_ names: Set<StageName>) -> Set<StageName> {
    var all = names
    for number in stages.indices {
      let isAfter = dependencies[number].contains { dependency in
        dependency.edge != .order && all.contains(stages[dependency.number].name)
      }
      if isAfter { all.insert(stages[number].name) }
    }
    return all
  }
}

/// Who writes what, so that a reader's sources are found without asking every stage: most patterns are one path,
/// or all that is below one.
private struct Writers {
  private var exact: [RepoPath: [Int]] = [:]
  private var below: [RepoPath: [Int]] = [:]
  /// The keys of both, in byte order.
  private let paths: [RepoPath]
  private var patterns: [(glob: Glob, number: Int)] = []

  init(_ stages: [Stage]) {
    for (number, stage) in stages.enumerated() {
      for glob in stage.builder.writes {
        if let path = glob.onlyPath {
          exact[path, default: []].append(number)
        } else if let directory = glob.wholeDirectory {
          below[directory, default: []].append(number)
        } else {
          patterns.append((glob, number))
        }
      }
    }
    paths = Set(exact.keys).union(below.keys).sorted()
  }

  /// Adds the stages that may write what a pattern reads.
  func collect(whatFeeds read: Glob, into numbers: inout Set<Int>) {
    for (glob, number) in patterns where glob.mayOverlap(read) { numbers.insert(number) }
    if let path = read.onlyPath {
      numbers.formUnion(exact[path] ?? [])
      collect(directoriesAround: path, into: &numbers)
    } else if let directory = read.wholeDirectory {
      numbers.formUnion(below[directory] ?? [])
      collect(directoriesAround: directory, into: &numbers)
      var place = firstPath(after: directory)
      while place < paths.count, paths[place].isInside(directory) {
        numbers.formUnion(exact[paths[place]] ?? [])
        numbers.formUnion(below[paths[place]] ?? [])
        place += 1
      }
    } else {
      for (path, writers) in exact where read.matches(path) { numbers.formUnion(writers) }
      for (directory, writers) in below where read.mayOverlap(Glob(below: directory)) { numbers.formUnion(writers) }
    }
  }

  private func collect(directoriesAround path: RepoPath, into numbers: inout Set<Int>) {
    guard !below.isEmpty else { return }
    var directory = path.parent
    while let current = directory {
      numbers.formUnion(below[current] ?? [])
      directory = current.parent
    }
  }

  /// The place of the first path that can be below a directory.
  private func firstPath(after directory: RepoPath) -> Int {
    let first = RepoPath(trusted: directory.string + "/")
    var low = 0
    var high = paths.count
    while low < high {
      let middle = (low + high) / 2
      if paths[middle] < first { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
