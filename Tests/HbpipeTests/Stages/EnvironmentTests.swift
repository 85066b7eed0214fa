import Testing

/// `env`: the variables that enter a command's key.
struct EnvironmentTests {
  private static let stage = #"show: { cmd: 'echo "$HBTEST_A" > out', env: [HBTEST_A], outs: [out] }"#

  private func space(_ stages: String, _ value: String) throws -> Space {
    let space = try Space.of(stages)
    #expect(try space.repro(environment: ["HBTEST_A": value]).ran == 1)
    #expect(space.text("out") == value + "\n")
    return space
  }

  @Test func aNamedVariable_runsTheStageAgain_whenNothingElseChanges() throws {
    let space = try space(Self.stage, "one")
    let same = try space.run("repro", environment: ["HBTEST_A": "one"])
    #expect(same.output.contains("ran 0, restored 0, up to date 1"), "\(same)")
    let changed = try space.run("repro", environment: ["HBTEST_A": "two"])
    #expect(changed.output.contains("ran 1, "), "\(changed)")
    #expect(space.text("out") == "two\n")
    let back = try space.run("repro", environment: ["HBTEST_A": "one"])
    #expect(back.output.contains("ran 0, restored 1, "), "\(back)")
    #expect(space.text("out") == "one\n")
  }

  @Test func aNamedVariable_runsTheStageAgain_whenItIsNoLongerSet() throws {
    let space = try space(Self.stage, "one")
    #expect(try space.run("repro").output.contains("ran 1, "))
    #expect(space.text("out") == "\n")
    #expect(try space.run("repro").output.contains("up to date 1"))
    #expect(try space.run("repro", environment: ["HBTEST_A": "one"]).output.contains("restored 1"))
  }

  @Test func status_noticesANamedVariable() throws {
    let space = try space(Self.stage, "one")
    let same = try space.run("status", environment: ["HBTEST_A": "one"])
    #expect(same.output.hasPrefix("up to date"), "\(same)")
    let changed = try space.run("status", environment: ["HBTEST_A": "two"])
    #expect(changed.output.contains("variable HBTEST_A changed"), "\(changed)")
  }

  @Test func anUnnamedVariable_runsNothing() throws {
    let space = try Space.of(#"show: { cmd: 'echo "$HBTEST_B" > out', env: [HBTEST_A], outs: [out] }"#)
    #expect(try space.repro(environment: ["HBTEST_B": "one"]).ran == 1)
    #expect(space.text("out") == "one\n", "the command has it nevertheless")
    #expect(try space.repro(environment: ["HBTEST_B": "two"]).didNothing)
    #expect(try space.repro().didNothing)
  }

  @Test func aVariable_runsOnlyTheStagesThatNameIt() throws {
    let space = try Space.of(
      """
      one: { cmd: echo > one.txt, env: [HBTEST_A], outs: [one.txt] }
      two: { cmd: echo > two.txt, env: [HBTEST_B], outs: [two.txt] }
      """)
    #expect(try space.repro(environment: ["HBTEST_A": "1"]).ran == 2)
    let report = try space.repro(environment: ["HBTEST_A": "2"])
    #expect(report.ran == 1 && report.upToDate == 1, "\(report)")
  }

  @Test func aMap_setsVariables_andAChangedValueRunsTheStageAgain() throws {
    let stage = #"show: { cmd: 'echo "$HBTEST_A $HBTEST_N" > out', env: {HBTEST_A: mine, HBTEST_N: 7}, outs: [out] }"#
    let space = try Space.of(stage)
    #expect(try space.repro(environment: ["HBTEST_A": "another"]).ran == 1)
    #expect(space.text("out") == "mine 7\n")
    #expect(try space.repro(environment: ["HBTEST_A": "a third"]).didNothing)
    try space.declare(stage.replacing("N: 7", with: "N: 8"))
    #expect(try space.ran() == ["show"])
    #expect(space.text("out") == "mine 8\n")
  }

  @Test func aMapsNameWithoutAValue_isHbpipesOwn() throws {
    let space = try space(#"show: { cmd: 'echo "$HBTEST_A" > out', env: {HBTEST_A: }, outs: [out] }"#, "one")
    let report = try space.repro(environment: ["HBTEST_A": "two"])
    #expect(report.ran == 1 && space.text("out") == "two\n", "\(report)")
  }

  @Test(arguments: ["[HBTEST_A]", "HBTEST_A", "{HBTEST_A: }"])
  func aSecret_isWrittenDownNowhere(env: String) throws {
    let secret = "xyzzy-3f9c"
    let space = try Space.of("use: { cmd: 'test -n \"$HBTEST_A\" && echo 1 > out', env: \(env), outs: [out] }")
    #expect(try space.repro(environment: ["HBTEST_A": secret]).ran == 1)
    #expect(space.files(holding: "HBTEST_A", below: ".hbcache/actions").count == 1, "it is the key's part")
    #expect(space.files(holding: secret) == [])
    for command in [["show", "out"], ["why", "out"], ["show", "out", "--json"]] {
      let ending = try space.start(command, environment: ["HBTEST_A": secret + "2"]).wait()
      #expect(ending.code == 0 && !ending.output.contains(secret), "\(ending)")
    }
  }

  @Test func aNameThatIsNone_isRefused() throws {
    for env in ["[A=B]", "[1A]", "{A: [1]}"] {
      let run = try Space.of("show: { cmd: echo > out, env: \(env), outs: [out] }").run("repro")
      #expect(run.code == 2 && run.errors.contains("pipeline.yaml:3:") && run.errors.contains("`env`"), "\(run)")
    }
  }
}
