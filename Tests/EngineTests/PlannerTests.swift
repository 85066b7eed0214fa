import Engine
import Hashing
import Store
import Testing

/// What is decided for one action, and why.
@Suite struct PlannerTests {
  let space: Workspace

  init() throws {
    space = try Workspace()
    try space.write("pipeline.yaml", "version: 1\nstages:\n  s: {uses: stub, writes: 'out/**'}\n")
  }

  private func action(_ components: [KeyComponent], at target: String = "out/a") throws -> Action {
    Action(
      name: ActionName(stage: try #require(StageName("s")), item: "a"), components: components, inputs: [],
      outputs: .known([("copy", try path(target))]), job: 0)
  }

  private func project() throws -> Project { try Project(root: space.root, toolVersion: "1", programs: []) }

  private func decide(_ action: Action, force: Bool = false) throws -> PlannedAction {
    let planner = try Planner(try project(), builders: [StubBuilder()], force: force)
    let stage = try #require(planner.graph.stages.first)
    return try #require(planner.decide([action], of: stage).first)
  }

  /// As if a run had made the action's artifact: record, object, lock, and the file in its place.
  private func finish(_ action: Action, _ content: String = "made") throws {
    let project = try project()
    let digest = try project.store.add(Array(content.utf8))
    let record = ActionRecord(
      action: action.name.description, components: action.components,
      outputs: [ActionOutput(role: "copy", digest: digest, kind: .file)], log: [], seconds: 0)
    try project.actions.write(record, for: action.key, via: project.store.temporaryPath())
    var lock = Lock()
    lock.insert(
      LockEntry(path: try path("out/a"), digest: digest, kind: .file, key: action.key, action: action.name))
    try space.write("pipeline.lock", lock.text)
    try space.write("out/a", content)
  }

  private let old = [KeyComponent(.option, "n", "1"), KeyComponent(.input, "source", "x")]

  @Test func action_isNew_whenTheLockDoesNotKnowIt() throws {
    #expect(try decide(try action(old)).reasons == [.new])
  }

  @Test func action_isUpToDate_whenLockAndFileAreItsOwn() throws {
    try finish(try action(old))
    let planned = try decide(try action(old))
    #expect(planned.isUpToDate)
    #expect(planned.reasons.isEmpty)
  }

  @Test func action_isRestored_whenItsArtifactIsMissing() throws {
    try finish(try action(old))
    try space.tree.remove("out/a")
    let planned = try decide(try action(old))
    #expect(planned.reasons == [.missing(try path("out/a"))])
    guard case .restore = planned.decision else {
      Issue.record("\(planned.decision)")
      return
    }
  }

  @Test func artifactChangedByHand_isModified() throws {
    try finish(try action(old))
    try space.write("out/a", "mine")
    #expect(try decide(try action(old)).reasons == [.modified(try path("out/a"))])
  }

  @Test func action_isForced() throws {
    try finish(try action(old))
    #expect(try decide(try action(old), force: true).reasons == [.forced])
  }

  @Test func artifactWithoutBytes_isLost() throws {
    try finish(try action(old))
    try space.tree.remove("out/a")
    try project().store.remove(Digest(of: "made").hash)
    let planned = try decide(try action(old))
    #expect(planned.reasons == [.missing(try path("out/a")), .lost(try path("out/a"))])
    guard case .run = planned.decision else {
      Issue.record("\(planned.decision)")
      return
    }
  }

  @Test func changedKey_isExplainedByItsComponents() throws {
    try finish(try action(old))
    let planned = try decide(
      try action([KeyComponent(.option, "n", "2"), KeyComponent(.builder, "stub", "1")]))
    #expect(
      planned.reasons == [
        .changed(.option, name: "n", from: "1", to: "2"), .added(.builder, name: "stub"),
        .dropped(.input, name: "source"),
      ])
  }

  @Test func changedKey_isToldByItself_whenTheOldRecordIsGone() throws {
    let before = try action(old)
    try finish(before)
    try project().actions.remove(before.key)
    let after = try action([])
    #expect(try decide(after).reasons == [.keyChanged(from: before.key, to: after.key)])
  }

  @Test func otherPath_isAMove() throws {
    try finish(try action(old))
    #expect(try decide(try action(old, at: "out/b")).reasons == [.moved])
  }

  /// Names, and values, that differ in their bytes only: Swift's `String` takes them for equal.
  @Test func changeBetweenComposedAndDecomposed_isAReasonToo() throws {
    try finish(try action([KeyComponent(.input, "caf\u{E9}.png", "x")]))
    #expect(try !decide(try action([KeyComponent(.input, "cafe\u{301}.png", "x")])).reasons.isEmpty)
    try finish(try action([KeyComponent(.option, "title", "caf\u{E9}")]))
    #expect(try !decide(try action([KeyComponent(.option, "title", "cafe\u{301}")])).reasons.isEmpty)
  }

  @Test func foreignFile_isNotReplaced() throws {
    try space.write("out/a", "precious")
    guard case .fail(EngineError.foreignFile(let found)) = try decide(try action(old)).decision else {
      Issue.record("a foreign file may be replaced")
      return
    }
    #expect(found.string == "out/a")
  }
}
