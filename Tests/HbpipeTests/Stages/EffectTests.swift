import Testing

/// Stages without outputs: they are run for what they do.
struct EffectTests {
  private static let deploy = "deploy: { cmd: cat site >> deployed, deps: [site] }"

  @Test func aStageWithoutOutputs_runsOnce_andAgainForOtherDependencies() throws {
    let space = try Space.built(Self.deploy, files: ["site": "A"])
    #expect(try space.repro().didNothing)
    try space.write("site", "B")
    #expect(try space.ran() == ["deploy"])
    #expect(try space.run("repro").output.contains("ran 0, restored 0, up to date 1"))
    #expect(space.text("deployed") == "AB")
  }

  @Test func goingBack_runsItAgain() throws {
    let space = try Space.built(Self.deploy, files: ["site": "A"])
    for text in ["B", "A", "B"] {
      try space.write("site", text)
      let report = try space.repro()
      #expect(report.ran == 1 && report.restored == 0, "\(report)")
    }
    #expect(space.text("deployed") == "ABAB", "a deployment of yesterday is not the deployment of today")
  }

  @Test func aFailure_isNoRun() throws {
    let space = try Space.of("deploy: { cmd: echo >> tries; test -e net, deps: [site] }", files: ["site": "A"])
    for _ in 0..<2 { #expect(try space.repro().failed == 1) }
    try space.write("net", "")
    #expect(try space.repro().ran == 1)
    #expect(try space.repro().didNothing)
    #expect(space.text("tries") == "\n\n\n")
  }

  @Test func aFailureForNewDependencies_doesNotMakeTheOldRunCount() throws {
    let space = try Space.built(
      "deploy: { cmd: cat site >> deployed; ! grep -q B site, deps: [site] }", files: ["site": "A"])
    try space.write("site", "B")
    #expect(try space.repro().failed == 1)
    try space.write("site", "A")
    #expect(try space.repro().ran == 1, "what the failed run has left undone or half done is done again")
    #expect(space.text("deployed") == "ABA")
  }

  @Test func theLock_keepsItFromRunningElsewhere() throws {
    let copy = try Space.built(Self.deploy, files: ["site": "A"]).copy(leavingOut: [".hbcache", "deployed"])
    #expect(try copy.repro().didNothing)
    #expect(!copy.exists("deployed"))
    try copy.write("site", "B")
    #expect(try copy.ran() == ["deploy"])
  }

  @Test func params_areDependenciesEnough() throws {
    let space = try Space.built(
      "deploy: { cmd: echo >> deployed, params: [target] }", files: ["params.yaml": "target: a\nother: 1\n"])
    try space.write("params.yaml", "target: a\nother: 2\n")
    #expect(try space.repro().didNothing)
    try space.write("params.yaml", "target: b\nother: 2\n")
    #expect(try space.ran() == ["deploy"])
  }

  @Test func withoutDependenciesAndOutputs_itRunsEveryTime() throws {
    let space = try Space.built("ping: { cmd: echo >> pings }")
    #expect(try space.ran() == ["ping"])
    #expect(try space.run("repro").output.hasPrefix("ran 1, "))
    #expect(try space.run("status").output.contains("it runs every time"))
    #expect(space.text("pings") == "\n\n\n")
  }

  @Test func outputsOnly_runOnce() throws {
    let space = try Space.built("make: { cmd: echo > out; echo >> runs, outs: [out] }")
    #expect(try space.repro().didNothing)
    #expect(space.text("runs") == "\n")
  }

  @Test func aStageThatIsGone_isForgotten() throws {
    let other = "make: { cmd: echo > out, outs: [out] }"
    let space = try Space.built(Self.deploy + "\n" + other, files: ["site": "A"])
    #expect(space.lockLines.count == 2)
    try space.declare(other)
    #expect(try space.repro().code == 0)
    #expect(space.lockLines.count == 1)
    try space.declare(Self.deploy + "\n" + other)
    #expect(try space.ran() == ["deploy"])
  }

  @Test func whatItDoes_isWaitedForByNobody_andItWaitsForWhatItReads() throws {
    let space = try Space.built(
      """
      deploy: { cmd: cp site deployed, deps: [site] }
      make: { cmd: cp in site, deps: [in], outs: [site] }
      """, files: ["in": "1"])
    #expect(space.text("deployed") == "1")
    try space.write("in", "2")
    #expect(try space.ran() == ["make", "deploy"])
    #expect(space.text("deployed") == "2")
  }
}
