import Engine
import Store
import Testing

/// What `repro` was asked for: which stages and actions come along.
@Suite struct SelectionTests {
  let space: Workspace

  init() throws {
    space = try Workspace()
    for name in ["src/a.txt", "src/b.txt", "src/sub/c.txt"] { try space.write(name, name) }
    try space.write(
      "pipeline.yaml",
      """
      version: 1
      stages:
        base: {cmd: x, outs: [out/base]}
        each: {foreach: {glob: 'src/**'}, do: {cmd: x, deps: [out/base], outs: ['out/each/${item.path}']}}
        words: {foreach: [red, blue], do: {cmd: x, outs: ['out/words/${item}']}}
        grid: {matrix: {n: [1, 2], w: [red]}, cmd: x, deps: ['out/words/${item.w}'], outs: ['out/grid/${key}']}
        last: {cmd: x, deps: [out/grid/1-red, out/each/src/a.txt], outs: [out/last, out/last.2]}
        alone: {cmd: x, outs: [out/alone]}

      """)
  }

  private func planner() throws -> Planner {
    try Planner(Project(root: space.root, toolVersion: "1", programs: []), builders: [EchoBuilder()])
  }

  /// Everything is built first, so that nothing has to wait for what it reads.
  private func build() throws {
    let run = Run(
      try planner(), .all, RunOptions(jobs: 1, keepGoing: false, force: false), cancellation: Cancellation(),
      observer: Silence())
    let summary = try run.execute()
    try #require(summary.failures.isEmpty && summary.ran == 10, "\(summary)")
  }

  /// The stages that take part, each with its actions unless these are all of them.
  private func selected(_ targets: [String], _ reach: Selection.Reach = .upstream) throws -> [String] {
    let planner = try planner()
    let plan = try planner.plan(try Selection(targets, reach: reach, in: planner.graph, lock: planner.lock))
    let actions = plan.stages.flatMap { $0.actions.map(\.action.name.description) }
    return actions.isEmpty ? plan.stages.map { "\($0.stage): nothing" } : actions.sorted()
  }

  private static let each = ["each@src/a.txt", "each@src/b.txt", "each@src/sub/c.txt"]
  private static let words = ["words@blue", "words@red"]

  static let selections: [([String], Selection.Reach, [String])] = [
    (["alone"], .upstream, ["alone"]), (["alone", "base"], .upstream, ["alone", "base"]),
    (["each"], .upstream, each + ["base"]), (["each"], .single, each), (["each"], .downstream, each + ["last"]),
    (["base"], .downstream, each + ["base", "last"]), (["base"], .single, ["base"]),
    // An entry stands for all that it generates; so does a generated stage for itself.
    (["words"], .single, words), (["words@red"], .single, ["words@red"]),
    (["grid"], .single, ["grid@1-red", "grid@2-red"]),
    (["grid@2-red"], .upstream, ["grid@2-red", "words@red"]),
    (["words@red"], .downstream, ["grid@1-red", "grid@2-red", "last", "words@red"]),
    (["last"], .upstream, each + ["base", "grid@1-red", "last", "words@red"]),
    // One action of a stage that fans out.
    (["each@src/a.txt"], .single, ["each@src/a.txt"]), (["each@src/a.txt"], .upstream, ["base", "each@src/a.txt"]),
    // Artifacts, and what they are written like.
    (["out/last.2"], .single, ["last"]), (["out/each/src/b.txt"], .single, ["each@src/b.txt"]),
    (["./out/alone"], .single, ["alone"]), (["././out/words/blue"], .single, ["words@blue"]),
    // Patterns of names, then of paths.
    (["word*"], .single, words), (["*@red"], .single, ["words@red"]),
    (["grid@*"], .single, ["grid@1-red", "grid@2-red"]),
    (["{alone,base}"], .single, ["alone", "base"]), (["each@*.txt"], .single, each),
    (["each@src/[ab].txt"], .single, ["each@src/a.txt", "each@src/b.txt"]),
    (["out/grid/*"], .single, ["grid@1-red", "grid@2-red"]),
    (["out/each/src/*"], .single, ["each@src/a.txt", "each@src/b.txt"]),
    (["out/**/*.2"], .single, ["last"]),
    ([], .upstream, each + words + ["alone", "base", "grid@1-red", "grid@2-red", "last"]),
  ]

  @Test func targets_areWhatTheyName_withTheirReach() throws {
    try build()
    for (targets, reach, expected) in Self.selections {
      let found = try selected(targets, reach)
      #expect(found == expected.sorted(), "\(targets) \(reach): \(found)")
    }
  }

  static let strangers: [(String, String?)] = [
    ("wrods", "words"), ("nothing at all", nil), ("out/aloen", "out/alone"), ("../out", nil), ("/out/alone", nil),
    ("", nil),
    ("none*", nil), ("each@", nil),
  ]

  @Test func strangers_areTold_withTheNearest() throws {
    try build()
    for (target, nearest) in Self.strangers {
      do {
        let found = try selected([target], .single)
        // What may be an action is only known to be none in the end.
        #expect(target == "each@" && found == ["each: nothing"], "\(target): \(found)")
      } catch EngineError.unknownTarget(let told, let near) {
        #expect(told == target && (nearest == nil || near == nearest), "\(target): \(String(describing: near))")
      } catch { Issue.record("\(target): \(error)") }
    }
  }

  @Test(arguments: ["each@src/none.txt", "out/each/src/none.txt"])
  func actionThatNobodyHas_isTold_atTheEnd(_ target: String) throws {
    let planner = try planner()
    let selection = try Selection([target], in: planner.graph, lock: planner.lock)
    let run = Run(
      planner, selection, RunOptions(jobs: 1, keepGoing: false, force: false), cancellation: Cancellation(),
      observer: Silence())
    do {
      _ = try run.execute()
      Issue.record("nobody makes \(target)")
    } catch EngineError.unknownTarget(let told, _) {
      #expect(told == target)
    } catch { Issue.record("\(error)") }
  }

  /// What a part of the pipeline needs is made, and nothing else.
  @Test func run_makesWhatWasAskedFor_andWhatThatNeeds() throws {
    let planner = try planner()
    let run = Run(
      planner, try Selection(["grid@2-red"], in: planner.graph, lock: planner.lock),
      RunOptions(jobs: 1, keepGoing: false, force: false), cancellation: Cancellation(), observer: Silence())
    #expect(try run.execute().ran == 2)
    #expect(try space.tree.status(of: "out/grid/2-red") != nil)
    #expect(try space.tree.status(of: "out/grid/1-red") == nil)
    #expect(try space.tree.status(of: "out/words/blue") == nil)
  }
}

/// Listens to nothing.
final class Silence: RunObserver {
  func queued(_ count: Int) {}
  func started(_ action: ActionName) {}
  func finished(
    _ action: ActionName, _ outcome: ActionOutcome, reasons: [Reason], log: [String], span: ActionSpan?
  ) {}
  func warned(_ message: String, about action: ActionName?) {}
  func coordinated(_ what: String, since start: ContinuousClock.Instant) {}
}
