import Engine
import Glibc
import Hashing
import Store
import Synchronization
import Testing

/// In which order actions are started, and how many of a pool at once.
@Suite struct RunOrderTests {
  /// What is under way at once, in all and by pool, and the order of the starts.
  private final class Gauge: Sendable {
    struct State {
      var order: [String] = []
      var underWay: [String: Int] = [:]
      var most: [String: Int] = [:]
    }
    let state = Mutex(State())

    func enter(_ names: [String]) {
      state.withLock { state in
        for name in names {
          state.underWay[name, default: 0] += 1
          state.most[name] = max(state.most[name] ?? 0, state.underWay[name] ?? 0)
        }
      }
    }

    func leave(_ names: [String]) {
      state.withLock { state in for name in names { state.underWay[name, default: 0] -= 1 } }
    }
  }

  /// `uses: step, name: …, version: …, lane: …`: makes one small file, and tells the gauge.
  private struct StepBuilder: Builder {
    let name = "step"
    let gauge: Gauge
    let microseconds: UInt32

    func declare(_ options: OptionReader, context: DeclarationContext) throws(EngineError) -> any StageBuilder {
      StepStage(
        stage: context.stage, version: try options.string("version") ?? "", lane: try options.string("lane") ?? "none",
        gauge: gauge, microseconds: microseconds)
    }
  }

  private struct StepStage: StageBuilder {
    let stage: StageName
    let version: String
    let lane: String
    let gauge: Gauge
    let microseconds: UInt32
    var target: RepoPath { RepoPath(trusted: "out/\(stage)") }
    var reads: [Glob] { [] }
    var writes: [Glob] { [Glob(exactly: target)] }
    var uses: [(stage: StageName, place: Place)] { [] }

    func action(_ version: String) -> Action {
      Action(
        name: ActionName(stage: stage), components: [KeyComponent(.option, "version", "\(stage) \(version)")],
        inputs: [],
        outputs: .known([("file", target)]), job: 0)
    }

    func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
      var expansion = Expansion()
      expansion.actions = [action(version)]
      return expansion
    }

    func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
      gauge.state.withLock { $0.order.append(stage.string) }
      gauge.enter(["all", lane])
      usleep(microseconds)
      gauge.leave(["all", lane])
      return [.bytes(role: "file", Array("\(stage) \(version)".utf8))]
    }
  }

  private func run(_ space: Workspace, jobs: Int, gauge: Gauge, microseconds: UInt32 = 0) throws -> RunSummary {
    let builder = StepBuilder(gauge: gauge, microseconds: microseconds)
    let planner = try Planner(Project(root: space.root, toolVersion: "1", programs: []), builders: [builder])
    let run = Run(
      planner, .all, RunOptions(jobs: jobs, keepGoing: false, force: false), cancellation: Cancellation(),
      observer: Silence())
    return try run.execute()
  }

  /// Stages in the file's order with the seconds that they took the last time; nil: they are new.
  @Test func longest_isFirst_andBeforeItWhatIsNew() throws {
    var random = SplitMix(state: 51)
    for _ in 0..<10 {
      let space = try Workspace()
      let steps: [(name: String, seconds: Double?)] = (0..<12).map { number in
        let seconds = [nil, 0.5, 0.5, 2, 30, 0].randomElement(using: &random) ?? nil
        return ("s\(number)", seconds)
      }
      let lines = steps.map { "  \($0.name): {uses: step, version: new}\n" }
      try space.write("pipeline.yaml", "version: 1\nstages:\n" + lines.joined())
      let project = try Project(root: space.root, toolVersion: "1", programs: [])
      var lock = Lock()
      let gauge = Gauge()
      for (name, seconds) in steps {
        guard let seconds else { continue }
        let stage = StepStage(
          stage: try #require(StageName(name)), version: "old", lane: "", gauge: gauge, microseconds: 0)
        let old = stage.action("old")
        let digest = try project.store.add(Array("old".utf8))
        let record = ActionRecord(
          action: name, components: old.components,
          outputs: [ActionOutput(role: "file", digest: digest, kind: .file)], log: [], seconds: seconds)
        try project.actions.write(record, for: old.key, via: project.store.temporaryPath())
        lock.insert(LockEntry(path: stage.target, digest: digest, kind: .file, key: old.key, action: old.name))
      }
      try space.write("pipeline.lock", lock.text)
      #expect(try run(space, jobs: 1, gauge: gauge).ran == steps.count)
      // The file's order where there is no other; the first of all may have started before the others were known.
      let expected = steps.enumerated().sorted {
        ($1.element.seconds ?? .infinity, $0.offset) < ($0.element.seconds ?? .infinity, $1.offset)
      }.map(\.element.name)
      #expect(gauge.state.withLock { $0.order } == expected, "\(steps)")
    }
  }

  @Test func pools_boundWhatIsUnderWay_andNothingElse() throws {
    let space = try Workspace()
    let lanes = ["none", "one", "two", "three"]
    let lines = (0..<32).map { number -> String in
      let lane = lanes[number % 4]
      return "  s\(number): {uses: step, lane: \(lane)\(lane == "none" ? "" : ", pool: \(lane)")}\n"
    }
    try space.write(
      "pipeline.yaml", "version: 1\npools: {one: 1, two: 2, three: 3}\nstages:\n" + lines.joined())
    let gauge = Gauge()
    #expect(try run(space, jobs: 8, gauge: gauge, microseconds: 15_000).ran == 32)
    let most = gauge.state.withLock { $0.most }
    #expect(most["one"] == 1)
    #expect(try #require(most["two"]) <= 2 && #require(most["three"]) <= 3)
    #expect(try #require(most["all"]) <= 8)
    #expect(gauge.state.withLock { $0.underWay.values.allSatisfy { $0 == 0 } })
  }

  /// Commands wait for disks, networks and one another: a core each is not what bounds them.
  @Test func jobs_areUnderWayAtOnce() throws {
    let space = try Workspace()
    let lines = (0..<16).map { "  s\($0): {uses: step}\n" }
    try space.write("pipeline.yaml", "version: 1\nstages:\n" + lines.joined())
    let gauge = Gauge()
    #expect(try run(space, jobs: 16, gauge: gauge, microseconds: 300_000).ran == 16)
    #expect(gauge.state.withLock { $0.most["all"] } == 16)
  }

  @Test func pool_isFree_againAfterAFailure() throws {
    let space = try Workspace()
    let lines = (0..<6).map { "  s\($0): {uses: step, lane: one, pool: one}\n" }
    try space.write("pipeline.yaml", "version: 1\npools: {one: 1}\nstages:\n" + lines.joined())
    // A directory with a file in it stands where an artifact belongs.
    try space.write("out/s2/mine", "mine")
    let gauge = Gauge()
    let builder = StepBuilder(gauge: gauge, microseconds: 0)
    let planner = try Planner(Project(root: space.root, toolVersion: "1", programs: []), builders: [builder])
    let run = Run(
      planner, .all, RunOptions(jobs: 3, keepGoing: true, force: false), cancellation: Cancellation(),
      observer: Silence())
    let summary = try run.execute()
    #expect(summary.ran == 5 && summary.failures.map(\.action.description) == ["s2"])
  }

  @Test func undeclaredPool_isTold_withTheNearest() {
    let text = "version: 1\npools: {heavy: 1}\nstages:\n  s: {uses: stub, pool: haevy}\n"
    #expect(
      complaint { _ = try PipelineFile.parse(text, builders: [StubBuilder()]) }
        == Complaint("pipeline.yaml:4:19", "no pool is called `haevy`", hint: "did you mean `heavy`?"))
  }

  @Test(arguments: ["0", "-1", "x", "1.5", "[1]", "''"]) func pool_takesAWholeNumberFromOne(_ limit: String) {
    let text = "version: 1\npools: {heavy: \(limit)}\n"
    #expect(
      complaint { _ = try PipelineFile.parse(text, builders: []) }?.message
        == "pool `heavy` has to be a whole number from 1 on: so many actions run at once")
  }
}
