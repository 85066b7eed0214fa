import Testing

/// `cmd`: what is run, line by line, and with what around it.
struct ShellLineTests {
  @Test func cmd_isALineForTheShell() throws {
    let space = try Space.built(#"sum: { cmd: "echo $((1 + 2)) | tr 3 5 > out.txt && true", outs: [out.txt] }"#)
    #expect(space.text("out.txt") == "5\n")
  }

  @Test func cmdList_runsOneAfterTheOther() throws {
    let space = try Space.built(
      """
      list:
        cmd:
          - echo one > out.txt
          - echo two >> out.txt
          - echo three >> out.txt
        outs: [out.txt]
      """)
    #expect(space.text("out.txt") == "one\ntwo\nthree\n")
  }

  @Test func cmdList_stopsAtTheFirstFailure() throws {
    let space = try Space.of(
      """
      list: { cmd: [echo one >> log, sh -c 'exit 7', echo three >> log], outs: [out.txt] }
      """)
    let report = try space.repro()
    #expect(report.code == 1 && report.failures.map(\.action) == ["list"], "\(report)")
    #expect(report.failures.first?.message == "`sh -c 'exit 7'` ended with exit status 7")
    #expect(space.text("log") == "one\n")
  }

  @Test func cmdList_givesEachItemAShellOfItsOwn() throws {
    let space = try Space.built(
      """
      list:
        cmd: ["cd below; X=1", 'echo "[$X]" > out.txt']
        outs: [out.txt]
      """, files: ["below/a": ""])
    #expect(space.text("out.txt") == "[]\n", "neither the directory nor the variable is carried over")
  }

  @Test func multilineCmd_givesEachLineAShellOfItsOwn() throws {
    let space = try Space.built(
      """
      lines:
        cmd: |
          cd below; X=1

          echo "[$X]" > out.txt
        outs: [out.txt]
      """, files: ["below/a": ""])
    #expect(space.text("out.txt") == "[]\n")
  }

  @Test func multilineCmd_stopsAtTheFirstFailingLine() throws {
    let space = try Space.of(
      """
      lines:
        cmd: |
          echo one >> log
          sh -c 'exit 4'
          echo three >> log
        outs: [out.txt]
      """)
    let report = try space.repro()
    #expect(report.failures.first?.message == "`sh -c 'exit 4'` ended with exit status 4", "\(report)")
    #expect(space.text("log") == "one\n")
  }

  @Test func foldedCmd_isOneLine() throws {
    let space = try Space.built(
      """
      folded:
        cmd: >-
          X=1;
          echo "[$X]"
          > out.txt
        outs: [out.txt]
      """)
    #expect(space.text("out.txt") == "[1]\n")
  }

  @Test func changedCmd_runsItsStageAlone_andEditingBackRunsNothing() throws {
    let stages = """
      one: { cmd: echo one > one.txt, outs: [one.txt] }
      two: { cmd: echo two > two.txt, outs: [two.txt] }
      """
    let space = try Space.built(stages)
    try space.declare(stages.replacing("echo two", with: "echo zwei"))
    #expect(try space.ran() == ["two"])
    #expect(space.text("two.txt") == "zwei\n")
    try space.declare(stages)
    let back = try space.repro()
    #expect(back.ran == 0 && back.restored == 1 && space.text("two.txt") == "two\n", "\(back)")
  }

  @Test func cmd_knowsItsStageAndTheProject() throws {
    let space = try Space.built(
      #"make: { cmd: 'cd below; echo "$HBPIPE_STAGE" | cat - "$HBPIPE_ROOT/in" > ../out', deps: [in], outs: [out] }"#,
      files: ["in": "1", "below/a": ""])
    #expect(space.text("out") == "make\n1")
  }

  @Test func cmd_readsNothingFromStandardInput() throws {
    let space = try Space.built("read: { cmd: cat > out.txt, outs: [out.txt] }")
    #expect(space.text("out.txt")?.isEmpty == true)
  }

  @Test func cmd_runsOnce_whenNothingChanges() throws {
    let space = try Space.built(
      "make: { cmd: cp in.txt out.txt; echo run >> runs, deps: [in.txt], outs: [out.txt] }", files: ["in.txt": "1"])
    for _ in 0..<2 { #expect(try space.repro().didNothing) }
    try space.shell("touch in.txt")
    #expect(try space.repro().didNothing, "another time is no other content")
    #expect(space.text("runs") == "run\n")
  }
}
