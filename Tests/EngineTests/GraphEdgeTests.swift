import Engine
import Store
import Testing

/// The index of who writes what, against asking everybody; and graphs of many stages.
@Suite struct GraphEdgeTests {
  private static let parts = ["a", "b", "ab", "*", "a*", "[ab]", "**", "?"]

  private func pattern(_ random: inout SplitMix) -> String {
    let names = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      // Most patterns are one path, or all that is below one.
      (Int.random(in: 0...3, using: &random) == 0 ? Self.parts : ["a", "b", "ab"]).randomElement(using: &random) ?? "a"
    }
    return (names + (Int.random(in: 0...2, using: &random) == 0 ? ["**"] : [])).joined(separator: "/")
  }

  private func list(_ random: inout SplitMix) -> String {
    "[" + (0..<Int.random(in: 1...3, using: &random)).map { _ in "'\(pattern(&random))'" }.joined(separator: ", ") + "]"
  }

  @Test func edges_areThoseThatAskingEverybodyGives() throws {
    var random = SplitMix(state: 41)
    for _ in 0..<60 {
      // Writers that read nothing and readers that write nothing: no cycle can come up.
      let writers = (0..<Int.random(in: 1...25, using: &random)).map {
        "  w\($0): {uses: stub, writes: \(list(&random))}\n"
      }
      let readers = (0..<Int.random(in: 1...15, using: &random)).map {
        "  r\($0): {uses: stub, reads: \(list(&random))}\n"
      }
      let text = "version: 1\nstages:\n" + (writers + readers).shuffled(using: &random).joined()
      let graph = try Graph(try PipelineFile.parse(text, builders: [StubBuilder()]).stages)
      for (number, stage) in graph.stages.enumerated() {
        let feeding = graph.stages.indices.filter { other in
          stage.builder.reads.contains { read in graph.stages[other].builder.writes.contains { read.mayOverlap($0) } }
        }
        #expect(graph.dependencies[number].map(\.number).sorted() == feeding, "\(stage.name) in\n\(text)")
        #expect(graph.dependencies[number].allSatisfy { $0.edge == .artifacts && $0.number < number })
        for other in feeding { #expect(graph.dependents[other].contains(number)) }
      }
      #expect(graph.dependents.map(\.count).reduce(0, +) == graph.dependencies.map(\.count).reduce(0, +))
    }
  }

  private static let many = 20_000

  private func parse(_ lines: [String]) throws -> PipelineFile {
    try PipelineFile.parse("version: 1\nstages:\n" + lines.joined(), builders: [StubBuilder()])
  }

  /// In a file where every stage stands before the one that it reads from.
  @Test(.timeLimit(.minutes(2))) func longChain_isOrdered() throws {
    let stages = (0..<Self.many).reversed().map { "  s\($0): {uses: stub, reads: d/\($0), writes: d/\($0 + 1)}\n" }
    let graph = try Graph(try parse(stages).stages)
    #expect(graph.stages.map(\.name.string) == (0..<Self.many).map { "s\($0)" })
    #expect(graph.dependencies.dropFirst().allSatisfy { $0.count == 1 })
    let last = try #require(graph.stages.last).name
    #expect(graph.withUpstream([last]).count == Self.many)
    #expect(graph.withDownstream([graph.stages[0].name]).count == Self.many)
  }

  @Test(.timeLimit(.minutes(2))) func longCycle_isFound() throws {
    let stages = (0..<Self.many).map {
      "  s\($0): {uses: stub, reads: d/\($0), writes: d/\(($0 + 1) % Self.many)}\n"
    }
    let cycle = cycle(of: try parse(stages))
    #expect(cycle.count == Self.many + 1 && cycle.first == cycle.last)
  }

  private func cycle(of file: PipelineFile) -> [StageName] {
    do {
      _ = try Graph(file.stages)
      return []
    } catch {
      if case .cycle(let names, _) = error { return names }
      return []
    }
  }

  /// As many edges as stages, in directories below one another: no directory is looked through for every stage.
  @Test(.timeLimit(.minutes(2))) func manyStages_besideEachOther_areOrdered() throws {
    let stages = (0..<Self.many / 2).flatMap { number in
      [
        "  r\(number): {uses: stub, reads: 'd/\(number)/**'}\n",
        "  w\(number): {uses: stub, writes: 'd/\(number)/x/**'}\n",
      ]
    }
    let graph = try Graph(try parse(stages).stages)
    #expect(graph.dependencies.map(\.count).reduce(0, +) == Self.many / 2)
  }
}
