import Testing

/// `frozen`, `always_changed`, `desc` and `meta`.
struct StageFlagTests {
  // MARK: frozen

  private static let stages = """
    make: { cmd: cp in made, deps: [in], outs: [made] }
    use: { cmd: cp made used, deps: [made], outs: [used] }
    """

  private func frozenSpace() throws -> Space {
    let space = try Space.built(Self.stages, files: ["in": "1"])
    try space.declare(Self.stages.replacing("make: {", with: "make: { frozen: true,"))
    return space
  }

  @Test func aFrozenStage_isNotRun_whateverChanges() throws {
    let space = try frozenSpace()
    #expect(try space.repro().didNothing)
    try space.write("in", "2")
    #expect(try space.repro().didNothing)
    #expect(space.text("made") == "1" && space.text("used") == "1")
    try space.remove("in")
    #expect(try space.repro().didNothing, "it needs no dependency any more")
  }

  @Test func aFrozenStagesArtifact_comesBack() throws {
    let space = try frozenSpace()
    try space.write("in", "2")
    try space.remove("made")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 0 && report.restored == 1 && space.text("made") == "1", "\(report)")
  }

  @Test func aFrozenStage_runsAgain_whenItIsNotFrozenAnyMore() throws {
    let space = try frozenSpace()
    try space.write("in", "2")
    #expect(try space.repro().didNothing)
    try space.declare(Self.stages)
    #expect(try space.ran() == ["make", "use"])
    #expect(space.text("used") == "2")
  }

  @Test func whatDependsOnAFrozenStage_goesOnFromItsArtifacts() throws {
    let space = try frozenSpace()
    try space.write("in", "2")
    try space.edit("pipeline.yaml", replacing: "cp made used", with: "cat made made > used")
    #expect(try space.ran() == ["use"])
    #expect(space.text("used") == "11")
  }

  @Test func aFrozenStageThatNeverRan_isAFailure() throws {
    let space = try Space.of("make: { frozen: true, cmd: echo > out, outs: [out] }")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("stage `make` is frozen, and the lock has nothing"), "\(run)")
    #expect(run.errors.contains("hbpipe unfreeze make") && !space.exists("out"), "\(run)")
  }

  @Test func aFrozenFanOut_takesNoNewFile_andKeepsTheArtifactsOfOldOnes() throws {
    let stage = """
      copy:
        foreach: { glob: "*.src" }
        do: { cmd: "cp ${item.path} ${item.stem}.made", outs: ["${item.stem}.made"] }
      """
    let space = try Space.built(stage, files: ["a.src": "1", "b.src": "2"])
    try space.declare(stage.replacing("do: {", with: "do: { frozen: true,"))
    try space.write("a.src", "3")
    try space.write("c.src", "4")
    try space.remove("b.src")
    #expect(try space.repro().didNothing)
    #expect(space.text("a.made") == "1" && space.text("b.made") == "2" && !space.exists("c.made"))
    try space.declare(stage)
    #expect(try space.ran() == ["copy@a.src", "copy@c.src"])
    #expect(!space.exists("b.made"))
  }

  // MARK: always_changed

  @Test func anAlwaysChangedStage_isRunEveryTime_andWhatFollowsOnlyForOtherBytes() throws {
    let space = try Space.built(
      """
      fetch: { cmd: cp in made; echo >> runs, outs: [made], always_changed: true }
      use: { cmd: cp made used, deps: [made], outs: [used] }
      """, files: ["in": "1"])
    #expect(try space.ran() == ["fetch"])
    #expect(try space.run("repro").output.contains("ran 1, restored 0, up to date 1"))
    try space.write("in", "2")
    #expect(try space.ran() == ["fetch", "use"])
    #expect(space.text("used") == "2" && space.text("runs") == "\n\n\n\n")
  }

  @Test func status_saysThatAnAlwaysChangedStageRuns() throws {
    let space = try Space.built("fetch: { cmd: echo > made, outs: [made], always_changed: true }")
    let status = try space.run("status", "--exit-code")
    #expect(status.code == 1 && status.output.contains("it runs every time"), "\(status)")
  }

  // MARK: desc and meta

  @Test func descAndMeta_changeNothing() throws {
    let plain = "make: { cmd: echo > out, outs: [out] }"
    let space = try Space.built(plain)
    for words in ["desc: makes it", "desc: makes it well", "meta: {owner: ann, list: [1, {a: b}]}", "meta: free text"] {
      try space.declare(plain.replacing("outs:", with: words + ", outs:"))
      let report = try space.repro()
      #expect(report.didNothing && report.upToDate == 1, "\(words): \(report)")
    }
  }
}
