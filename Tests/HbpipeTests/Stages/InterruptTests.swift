import Glibc
import Testing

/// Processes that outlive their time: background processes, Ctrl-C, and the end of hbpipe itself.
struct InterruptTests {
  @Test func aBackgroundProcess_endsWithItsCommand() throws {
    let space = try Space.built("make: { cmd: \"sleep 300 & echo $! > child; echo 1 > out\", outs: [out] }")
    #expect(space.text("out") == "1\n")
    #expect(try space.process(in: "child").isGone())
  }

  @Test func aBackgroundProcess_endsWithItsCommand_whenThatFails() throws {
    let space = try Space.of("make: { cmd: \"sleep 300 & echo $! > child; exit 1\", outs: [out] }")
    #expect(try space.repro().failed == 1)
    #expect(try space.process(in: "child").isGone())
  }

  /// Three commands with children: one ends when it is asked to, one only leaves its child behind, and one ignores
  /// every request.
  private static let stages = """
    plain: { cmd: "[ -e go ] || { sleep 300 & echo $! > plain.child; wait; }; echo 1 > plain.out", outs: [plain.out] }
    deaf-child:
      cmd: "[ -e go ] || { (trap '' TERM; sleep 300 & echo $! > deaf.child; wait) & wait; }; echo 1 > deaf.out"
      outs: [deaf.out]
    stubborn:
      cmd: "[ -e go ] || { trap '' TERM INT; echo half > out/a; echo $$ > self; sleep 300; sleep 300; }; echo 1 > out/a"
      outs: [out/a]
    """

  @Test func ctrlC_endsAllProcesses_andTheNextRunCompletes() throws {
    let space = try Space.of(Self.stages)
    let run = try space.start(["repro", "-j8", "--json"])
    let processes = try ["plain.child", "deaf.child", "self"].map { try space.process(in: $0) }
    let start = ContinuousClock.now
    run.signal(SIGINT)
    let ending = try run.wait()
    #expect(ending.code == 130, "\(ending)")
    #expect(ContinuousClock.now - start < .seconds(20), "a command that does not obey is killed")
    for process in processes { #expect(process.isGone(), "\(process)") }
    #expect(!space.exists("out/a") && !space.exists("plain.out"), "nothing half made is left")
    try space.write("go", "")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 3, "\(report)")
    #expect(space.text("out/a") == "1\n")
    #expect(try space.repro().didNothing)
  }

  @Test func ctrlC_bringsTheOutputsOfBeforeBack() throws {
    let space = try Space.built(
      "make: { cmd: 'cp in out; grep -q fast in || { touch started; sleep 300; }', deps: [in], outs: [out] }",
      files: ["in": "fast"])
    try space.write("in", "slow")
    let run = try space.start(["repro"])
    try space.wait(for: "started")
    run.signal(SIGINT)
    #expect(try run.wait().code == 130)
    #expect(space.text("out") == "fast")
    try space.write("in", "fast")
    #expect(try space.repro().didNothing)
  }

  @Test func ctrlC_startsNoRetryAndNoLaterLine() throws {
    let space = try Space.of(
      "make: { cmd: ['echo >> runs; touch started; sleep 300', echo >> later], retries: 5, outs: [out] }")
    let run = try space.start(["repro"])
    try space.wait(for: "started")
    run.signal(SIGINT)
    #expect(try run.wait().code == 130)
    #expect(space.text("runs") == "\n" && !space.exists("later"))
  }

  @Test func theEndOfHbpipe_isTheEndOfItsCommands() throws {
    let space = try Space.of(Self.stages)
    let run = try space.start(["repro", "-j8"])
    let processes = try ["plain.child", "deaf.child", "self"].map { try space.process(in: $0) }
    run.signal(SIGKILL)
    #expect(try run.wait().code == 137)
    for process in processes { #expect(process.isGone(), "\(process)") }
    try space.write("go", "")
    let report = try space.repro("--wait")
    #expect(report.code == 0 && report.ran == 3 && space.text("out/a") == "1\n", "\(report)")
    #expect(try space.repro().didNothing)
  }

  @Test func whatPersists_comesBack_afterHbpipeWasKilled() throws {
    let space = try Space.built(
      "log: { cmd: [cat in >> log, grep -q 1 in || test -e go || sleep 300], deps: [in], outs: [log: {persist: true}] }",
      files: ["in": "1"])
    try space.write("in", "2")
    let run = try space.start(["repro"])
    for _ in 0..<20_000 where space.text("log") != "12" { usleep(500) }
    run.signal(SIGKILL)
    _ = try run.wait()
    try space.write("go", "")
    let report = try space.repro("--wait")
    #expect(report.ran == 1 && space.text("log") == "12", "\(report)")
  }

  @Test(arguments: ["made", "\"made/*.txt\""])
  func aUsersOwnFile_isNotLost_afterHbpipeWasKilled(output: String) throws {
    let space = try Space.of(
      """
      make:
        cmd: [mkdir -p made, cp in made/a.txt, "test -e go || { touch started; sleep 300; }"]
        deps: [in]
        outs: [\(output)]
      """, files: ["in": "1"])
    let run = try space.start(["repro"])
    try space.wait(for: "started")
    run.signal(SIGKILL)
    _ = try run.wait()
    try space.write("made/own.txt", "words of my own")
    try space.write("go", "")
    _ = try space.repro("--wait")
    #expect(!space.files(holding: "words of my own").isEmpty, "it stands there, or the store has it")
  }
}
