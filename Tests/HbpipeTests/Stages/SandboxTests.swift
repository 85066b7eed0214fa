import Testing

/// `sandbox: true`: a command that finds what it declares, and nothing else of the project.
struct SandboxTests {
  @Test func whatIsNotDeclared_isNotThere() throws {
    let space = try Space.of(
      "make: { cmd: cat in secret > out, deps: [in], outs: [out], sandbox: true }", files: ["in": "1", "secret": "2"])
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("secret") && run.errors.contains("No such file"), "\(run)")
    #expect(!space.exists("out"))
    try space.edit("pipeline.yaml", replacing: "deps: [in]", with: "deps: [in, secret]")
    #expect(try space.repro().ran == 1)
    #expect(space.text("out") == "12")
  }

  @Test func allThatIsDeclared_isThere() throws {
    let stage = """
      make:
        sandbox: true
        cmd:
          - test -d empty
          - ./tool.sh dir/a dir/deep/b glob/1.txt params.yaml > out
          - find . -type f ! -name list | LC_ALL=C sort > list
        deps: [tool.sh, dir, "glob/*.txt", empty]
        params: [rate]
        outs: [out, list]
      """
    let space = try Space.of(
      stage,
      files: [
        "tool.sh": "#!/bin/sh\ncat \"$@\"\n", "dir/a": "a ", "dir/deep/b": "b ", "glob/1.txt": "1 ", "glob/2.md": "2 ",
        "params.yaml": "rate: 1", "other": "",
      ])
    try space.setMode("tool.sh", 0o755)
    try space.shell("mkdir empty")
    #expect(try space.repro().ran == 1)
    #expect(space.text("out") == "a b 1 rate: 1")
    #expect(space.text("list") == "./dir/a\n./dir/deep/b\n./glob/1.txt\n./out\n./params.yaml\n./tool.sh\n")
  }

  @Test func itRunsInWdir() throws {
    let space = try Space.built(
      "make: { wdir: sub/deep, cmd: cat in ../../top > ../out; pwd > here, deps: [in, ../../top], outs: [../out, here], sandbox: true }",
      files: ["sub/deep/in": "1", "top": "2"])
    #expect(space.text("sub/out") == "12")
    #expect(space.text("sub/deep/here")?.hasSuffix("/sub/deep\n") == true)
    #expect(space.text("sub/deep/here") != space.absolute("sub/deep") + "\n")
  }

  @Test func allKindsOfOutputs_arrive() throws {
    let space = try Space.built(
      """
      make:
        sandbox: true
        cmd:
          - mkdir -p tree/deep && echo 1 > tree/deep/a && echo 2 > made/file && echo 3 > made/x.txt && echo 4 > made/y.txt
          - echo 5 > uncached && echo 6 > program && chmod +x program
        outs: [tree, made/file, "made/*.txt", uncached: {cache: false}, program]
      """)
    let expected = ["tree/deep/a", "made/file", "made/x.txt", "made/y.txt", "uncached", "program"]
    #expect(expected.map { space.text($0) } == (1...6).map { "\($0)\n" })
    #expect(space.isExecutable("program") && space.lockLines.count == 6)
    #expect(try space.repro().didNothing)
    for path in expected { try space.remove(path) }
    #expect(try space.repro().ran == 1, "what the cache does not keep is made again")
    #expect(expected.map { space.text($0) } == (1...6).map { "\($0)\n" })
  }

  @Test func whatElseTheCommandWrites_doesNotReachTheProject() throws {
    let space = try Space.built(
      "make: { cmd: echo 2 > in; echo 3 > stray; echo 4 > out, deps: [in], outs: [out], sandbox: true }",
      files: ["in": "1"])
    #expect(space.text("in") == "1" && space.text("out") == "4\n" && !space.exists("stray"))
    #expect(try space.repro().didNothing)
    #expect(try space.run("verify").code == 0)
  }

  @Test func anArtifactAsInput_keepsItsBytesInTheCache() throws {
    let space = try Space.built(
      """
      make: { cmd: echo 1 > made, outs: [made] }
      use: { cmd: chmod u+w made; echo 2 >> made; cp made used, deps: [made], outs: [used], sandbox: true }
      """)
    #expect(space.text("made") == "1\n" && space.text("used") == "1\n2\n")
    #expect(try space.run("verify").code == 0)
  }

  @Test func aFailure_leavesTheOutputsOfBefore_andNothingElse() throws {
    let space = try Space.built(
      "make: { cmd: cp in out; echo > stray; grep -q good in, deps: [in], outs: [out], sandbox: true }",
      files: ["in": "good"])
    try space.write("in", "wicked")
    #expect(try space.repro().failed == 1)
    #expect(space.text("out") == "good" && !space.exists("stray"))
    try space.write("in", "good")
    #expect(try space.repro().didNothing)
  }

  @Test func everyAttempt_hasASandboxOfItsOwn() throws {
    let space = try Space.of(
      """
      make:
        sandbox: true
        retries: 1
        cmd: test ! -e half && touch half && echo 1 > out && ! mkdir "$HBTEST_TOP/first"
        outs: [out]
      """)
    #expect(try space.repro(environment: ["HBTEST_TOP": space.root]).ran == 1)
    #expect(space.text("out") == "1\n" && space.exists("first"), "the second attempt finds nothing of the first")
  }

  @Test func itIsAnotherKey() throws {
    let stage = "make: { cmd: cp in out, deps: [in], outs: [out] }"
    let space = try Space.built(stage, files: ["in": "1"])
    try space.declare(stage.replacing("outs:", with: "sandbox: true, outs:"))
    #expect(try space.ran() == ["make"])
  }

  @Test func whatPersists_isRefused() throws {
    let run = try Space.of("make: { cmd: echo, outs: [out: {persist: true}], sandbox: true }").run("repro")
    #expect(run.code == 2 && run.errors.contains("a sandbox cannot persist"), "\(run)")
  }
}
