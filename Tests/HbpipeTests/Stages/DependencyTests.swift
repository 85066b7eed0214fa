import Testing

/// `deps`: what a command reads, and what makes it run again.
struct DependencyTests {
  @Test func aFile_runsItsStageAgain_andNoOther() throws {
    let space = try Space.built(
      """
      one: { cmd: cp a.txt one.txt, deps: [a.txt], outs: [one.txt] }
      two: { cmd: cp b.txt two.txt, deps: [b.txt], outs: [two.txt] }
      """, files: ["a.txt": "1", "b.txt": "1"])
    try space.write("b.txt", "2")
    #expect(try space.ran() == ["two"])
    #expect(space.text("two.txt") == "2")
  }

  @Test func editingBack_restoresInsteadOfRunning() throws {
    let space = try Space.built("one: { cmd: cp a out, deps: [a], outs: [out] }", files: ["a": "1"])
    try space.write("a", "2")
    #expect(try space.repro().ran == 1)
    try space.write("a", "1")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1 && space.text("out") == "1", "\(report)")
  }

  @Test func aModeThatMakesAFileAProgram_runsItsStageAgain() throws {
    let space = try Space.built("one: { cmd: sh run > out, deps: [run], outs: [out] }", files: ["run": "echo 1"])
    try space.setMode("run", 0o755)
    #expect(try space.ran() == ["one"])
  }

  private static let listing = "find in -type f | LC_ALL=C sort > out.txt"

  @Test func aDirectory_runsItsStageAgain_whenAFileBelowItIsAddedChangedOrRemoved() throws {
    let space = try Space.built(
      "list: { cmd: \(Self.listing), deps: [in], outs: [out.txt] }",
      files: ["in/a.txt": "1", "in/deep/b.txt": "1", "other/c.txt": "1"])
    try space.write("in/deep/er/new.txt", "1")
    #expect(try space.ran() == ["list"])
    #expect(space.text("out.txt") == "in/a.txt\nin/deep/b.txt\nin/deep/er/new.txt\n")
    try space.write("in/a.txt", "2")
    #expect(try space.ran() == ["list"])
    try space.remove("in/deep/b.txt")
    #expect(try space.ran() == ["list"])
    #expect(space.text("out.txt") == "in/a.txt\nin/deep/er/new.txt\n")
    try space.write("other/d.txt", "1")
    #expect(try space.repro().didNothing)
  }

  @Test func aDirectoryWithASlashAtItsEnd_isADirectory() throws {
    let space = try Space.built(
      "list: { cmd: \(Self.listing), deps: [in/], outs: [out.txt] }", files: ["in/a.txt": "1"])
    try space.write("in/b.txt", "1")
    #expect(try space.ran() == ["list"])
  }

  @Test func aRenamedFile_runsItsStageAgain_thoughItsBytesAreTheSame() throws {
    let space = try Space.built(
      "list: { cmd: \(Self.listing), deps: [in], outs: [out.txt] }", files: ["in/a.txt": "1"])
    try space.move("in/a.txt", to: "in/b.txt")
    #expect(try space.ran() == ["list"])
    #expect(space.text("out.txt") == "in/b.txt\n")
  }

  @Test func aGlob_runsItsStageAgain_whenAMatchingFileIsAddedChangedOrRemoved() throws {
    let space = try Space.built(
      #"join: { cmd: cat in/*.txt > out, deps: ["in/*.txt"], outs: [out] }"#,
      files: ["in/a.txt": "a", "in/b.txt": "b", "in/c.md": "c"])
    #expect(space.text("out") == "ab")
    try space.write("in/c.txt", "c")
    #expect(try space.ran() == ["join"])
    try space.write("in/b.txt", "B")
    #expect(try space.ran() == ["join"])
    try space.remove("in/a.txt")
    #expect(try space.ran() == ["join"])
    #expect(space.text("out") == "Bc")
    try space.write("in/d.md", "d")
    try space.write("in/deep/e.txt", "e")
    #expect(try space.repro().didNothing, "what does not match is no dependency")
  }

  @Test func anotherStagesOutput_isWaitedFor_whereverItIsDeclared() throws {
    let space = try Space.built(
      """
      last: { cmd: cat made/*.txt middle > last, deps: ["made/*.txt", middle], outs: [last] }
      middle: { cmd: cat made/b.txt > middle, deps: [made], outs: [middle] }
      first: { cmd: mkdir -p made; cp a made/a.txt; cp a made/b.txt, deps: [a], outs: [made] }
      """, files: ["a": "1"])
    #expect(space.text("last") == "111")
    try space.write("a", "2")
    #expect(try space.ran() == ["first", "middle", "last"])
    #expect(space.text("last") == "222")
  }

  @Test func anOutputWithTheSameBytesAsBefore_runsNothingAfterIt() throws {
    let space = try Space.built(
      """
      head: { cmd: head -c 1 a > first, deps: [a], outs: [first] }
      copy: { cmd: cp first copy, deps: [first], outs: [copy] }
      """, files: ["a": "1 and more"])
    try space.write("a", "1 and other")
    #expect(try space.ran() == ["head"])
  }

  @Test func aBuildersArtifacts_canBeDependencies() throws {
    let space = try Space.built(
      """
      static: { uses: copy, from: "src/*.txt", to: public }
      list: { cmd: ls public > list.txt, deps: [public], outs: [list.txt] }
      """, files: ["src/a.txt": "1"])
    #expect(space.text("list.txt") == "a.txt\n")
    try space.write("src/b.txt", "2")
    #expect(try space.ran() == ["static@src/b.txt", "list"])
    try space.remove("src/a.txt")
    #expect(try space.ran() == ["list"])
    #expect(space.text("list.txt") == "b.txt\n")
  }
}
