import Engine
import Store
import Testing

@Suite struct GraphTests {
  private func order(_ file: PipelineFile) throws -> [String] {
    try Graph(file.stages).stages.map(\.name.string)
  }

  /// The cycle that an error names.
  private func cycle(_ file: PipelineFile) -> [String]? {
    do {
      _ = try Graph(file.stages)
      return nil
    } catch EngineError.cycle(let names, _) {
      return names.map(\.string)
    } catch { return ["\(error)"] }
  }

  @Test func order_isTheFiles_whereNothingDepends() throws {
    let file = try pipeline("c: {uses: stub}", "a: {uses: stub}", "b: {uses: stub}")
    #expect(try order(file) == ["c", "a", "b"])
  }

  @Test func stage_comesAfterAllThatItReads() throws {
    let file = try pipeline(
      "last: {uses: stub, reads: [x/**, y/*.txt], writes: z}", "free: {uses: stub, writes: other}",
      "second: {uses: stub, reads: y/*.txt, writes: x/made}", "first: {uses: stub, writes: y/a.txt}")
    #expect(try order(file) == ["free", "first", "second", "last"])
    for _ in 0..<20 { #expect(try order(file) == ["free", "first", "second", "last"]) }
  }

  @Test func stageThatReadsWhatItWrites_dependsOnItselfNot() throws {
    #expect(try order(pipeline("a: {uses: stub, reads: x/**, writes: x/**}")) == ["a"])
  }

  @Test func use_isAnEdge_thatWaitsForNoArtifact() throws {
    let file = try pipeline("a: {uses: stub, needs: b}", "b: {uses: stub, writes: x}")
    let graph = try Graph(file.stages)
    #expect(graph.stages.map(\.name.string) == ["b", "a"])
    let a = graph.stages[1].name
    #expect(graph.dependencies[1].map(\.edge) == [.expansion])
    #expect(graph.dependents[0] == [1])
    #expect(graph.withUpstream([a]) == [a])
  }

  @Test func readingAndUsing_isOneEdge_thatWaitsForArtifacts() throws {
    let file = try pipeline("a: {uses: stub, needs: b, reads: x}", "b: {uses: stub, writes: x}")
    let graph = try Graph(file.stages)
    let a = try #require(graph.stages.last).name
    #expect(graph.dependencies[1].map(\.edge) == [.artifacts])
    #expect(graph.withUpstream([a]).count == 2)
  }

  @Test func withUpstream_reachesAllThatIsRead() throws {
    let graph = try Graph(
      pipeline(
        "d: {uses: stub, reads: c}", "c: {uses: stub, reads: b, writes: c}", "b: {uses: stub, writes: b}",
        "x: {uses: stub, writes: x}"
      ).stages)
    let d = try #require(StageName("d"))
    #expect(graph.withUpstream([d]).map(\.string).sorted() == ["b", "c", "d"])
    #expect(graph[d]?.name == d)
    #expect(graph[try #require(StageName("nobody"))] == nil)
  }

  @Test func cycle_isShownFromAToA() throws {
    #expect(
      cycle(try pipeline("a: {uses: stub, reads: y, writes: x}", "b: {uses: stub, reads: x, writes: y}"))
        == ["a", "b", "a"])
  }

  @Test func cycle_isShownWithoutTheStagesThatOnlyWaitForIt() throws {
    let file = try pipeline(
      "waits: {uses: stub, reads: x}", "a: {uses: stub, reads: z, writes: x}",
      "b: {uses: stub, reads: x, writes: y}", "c: {uses: stub, reads: y, writes: z}")
    #expect(cycle(file) == ["a", "c", "b", "a"])
  }

  @Test func cycle_isFound_throughUses() throws {
    #expect(
      cycle(try pipeline("a: {uses: stub, needs: b}", "b: {uses: stub, needs: [a]}")) == ["a", "b", "a"])
    #expect(cycle(try pipeline("a: {uses: stub, needs: a}")) == ["a", "a"])
  }

  @Test func unknownStage_isToldWithTheNearest() throws {
    let file = try pipeline("images: {uses: stub}", "posts: {uses: stub, needs: [imagse]}")
    #expect(
      complaint { _ = try Graph(file.stages) }
        == Complaint(
          "pipeline.yaml:4:31", "stage `posts` uses `imagse`, which is no stage",
          hint: "did you mean `images`?"))
  }

  /// Random graphs without a cycle: every stage stands after all that it depends on.
  @Test func everyOrder_keepsEveryDependency() throws {
    var random = SplitMix(state: 3)
    for _ in 0..<40 {
      let count = Int.random(in: 1...12, using: &random)
      let ranks = (0..<count).shuffled(using: &random)
      var lines: [String] = []
      for stage in 0..<count {
        let reads = (0..<count).filter {
          ranks[$0] < ranks[stage] && Int.random(in: 0...2, using: &random) == 0
        }
        let list = reads.map { "d\($0)/**" }.joined(separator: ", ")
        lines.append("s\(stage): {uses: stub, reads: ['none', \(list)], writes: d\(stage)/x}")
      }
      let text =
        "version: 1\nstages:\n" + lines.map { "  \($0.replacing("'none', ]", with: "'none']"))\n" }.joined()
      let graph = try Graph(try PipelineFile.parse(text, builders: [StubBuilder()]).stages)
      #expect(graph.stages.count == count)
      for (number, dependencies) in graph.dependencies.enumerated() {
        #expect(dependencies.allSatisfy { $0.number < number })
      }
      // Whoever reads what another writes depends on it, and on nobody else.
      for (number, stage) in graph.stages.enumerated() {
        let feeding = graph.stages.indices.filter { other in
          other != number
            && stage.builder.reads.contains { read in
              graph.stages[other].builder.writes.contains { read.mayOverlap($0) }
            }
        }
        #expect(graph.dependencies[number].map(\.number).sorted() == feeding)
      }
    }
  }
}
