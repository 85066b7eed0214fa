import Testing

/// Commands that fail: what is said, what is left, and what goes on.
struct CommandFailureTests {
  // MARK: What is said

  @Test func aFailure_isToldOnce_withItsWholeOutput() throws {
    let space = try Space.of(
      """
      bad:
        cmd: sh fail.sh
        deps: [fail.sh]
        outs: [out]
      """, files: ["fail.sh": "echo first line >&2\necho second line\necho third line >&2\nexit 3\n"])
    let run = try space.run("repro")
    #expect(run.code == 1)
    #expect(
      run.errors.contains(
        """
        hbpipe: bad failed
          | first line
          | second line
          | third line
          `sh fail.sh` ended with exit status 3
        """), "\(run.errors)")
    for words in ["first line", "second line", "exit status 3", "bad failed"] {
      #expect((run.errors + run.output).split(separator: words).count == 2, "\(words): \(run.errors)")
    }
  }

  @Test func aFailuresOutput_isWhole_howeverLongItIs() throws {
    let space = try Space.of("bad: { cmd: seq 1 20000; exit 1, outs: [out] }")
    let run = try space.run("repro", "-q")
    let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("  | ") }.map { $0.dropFirst(4) }
    #expect(lines == (1...20000).map { Substring("\($0)") })
  }

  @Test func aCommandThatIsKilled_isTold() throws {
    let run = try Space.of("bad: { cmd: kill -11 $$, outs: [out] }").run("repro")
    #expect(run.code == 1 && run.errors.contains("`kill -11 $$` was ended by signal 11"), "\(run)")
  }

  @Test func aCommandThatIsNotThere_isAFailureOfTheShell() throws {
    let run = try Space.of("bad: { cmd: no-such-program, outs: [out] }").run("repro")
    #expect(run.code == 1 && run.errors.contains("exit status 127") && run.errors.contains("not found"), "\(run)")
  }

  @Test func aFailure_isTriedAgainByTheNextRun() throws {
    let space = try Space.of("bad: { cmd: echo >> runs; test -e go && echo 1 > out, outs: [out] }")
    for _ in 0..<2 { #expect(try space.repro().failed == 1) }
    try space.write("go", "")
    #expect(try space.repro().ran == 1)
    #expect(space.text("runs") == "\n\n\n" && space.lockLines.count == 1)
  }

  // MARK: What is left

  @Test func nothingHalfMadeStays() throws {
    let space = try Space.of(
      "bad: { cmd: mkdir -p dir/deep; echo > dir/deep/a; echo > one; echo > x.txt; exit 1, outs: [dir, one, \"*.txt\"] }"
    )
    #expect(try space.repro().failed == 1)
    #expect(!space.exists("dir") && !space.exists("one") && !space.exists("x.txt") && space.lockLines.isEmpty)
  }

  @Test(arguments: ["file", "dir", "file: {cache: false}", "dir: {cache: false}", "file: {mode: 755}"])
  func theOutputsOfBefore_comeBack(output: String) throws {
    let isFile = output.hasPrefix("file")
    let command = isFile ? "cp in file" : "mkdir -p dir/deep; cp in dir/deep/a; cp in dir/b"
    let space = try Space.built(
      "make: { cmd: \(command); grep -q good in, deps: [in], outs: [\(output)] }", files: ["in": "good"])
    let before = FileTree(root: space.root, leavingOut: [".hbcache"])
    try space.write("in", "wicked")
    #expect(try space.repro().failed == 1)
    try space.write("in", "good")
    let after = FileTree(root: space.root, leavingOut: [".hbcache"])
    #expect(after.differences(from: before) == [])
    #expect(try space.repro().didNothing, "all is as it was")
  }

  @Test func outputsByPattern_comeBack() throws {
    let space = try Space.built(
      "make: { cmd: cp in a.txt; cp in b.txt; grep -q good in, deps: [in], outs: [\"*.txt\"] }", files: ["in": "good"])
    try space.write("in", "wicked")
    #expect(try space.repro().failed == 1)
    #expect(space.text("a.txt") == "good" && space.text("b.txt") == "good")
    try space.write("in", "good")
    #expect(try space.repro().didNothing)
  }

  @Test func aDeclaredOutputThatIsNotMade_isAFailure() throws {
    let space = try Space.of("make: { cmd: echo > one, outs: [one, two] }")
    let run = try space.run("repro")
    #expect(run.code == 1, "\(run)")
    #expect(run.errors.contains("pipeline.yaml:3:40: the command ended well, but made no two"), "\(run)")
    #expect(!space.exists("one") && space.lockLines.isEmpty)
  }

  @Test func aDependencyThatChangesMeanwhile_isAFailure_andNothingIsCached() throws {
    let space = try Space.of(
      "make: { cmd: 'cp in out; test -e once || { echo 2 > in; touch once; }', deps: [in], outs: [out] }",
      files: ["in": "1\n"])
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("in changed while it was being used"), "\(run)")
    #expect(!space.exists("out") && space.files(below: ".hbcache/actions").isEmpty)
    try space.write("in", "1\n")
    let report = try space.repro()
    #expect(report.ran == 1 && report.restored == 0 && space.text("out") == "1\n", "\(report)")
  }

  @Test func aFileThatComesBelowADirectoryMeanwhile_isAFailure_orRunsAgain() throws {
    let space = try Space.of(
      "make: { cmd: 'ls in > out; test -e once || { touch in/b; touch once; }', deps: [in], outs: [out] }",
      files: ["in/a": ""])
    let first = try space.repro()
    #expect(first.failed == 1 || first.ran == 1)
    let second = try space.repro()
    #expect(second.ran == 1 && space.text("out") == "a\nb\n", "what came meanwhile is not missed: \(second)")
    #expect(try space.repro().didNothing)
  }

  // MARK: What is refused before anything runs

  @Test func anOutputOfTwoStages_isRefused_withBothPlaces() throws {
    let space = try Space.of(
      """
      one: { cmd: echo > out, outs: [out] }
      two:
        cmd: echo > out
        outs:
          - out
      """)
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("two actions would make out"), "\(run)")
    #expect(run.errors.contains("one, pipeline.yaml:3:34") && run.errors.contains("two, pipeline.yaml:7:9"), "\(run)")
    #expect(!space.exists("out"))
  }

  @Test func anOutputDeclaredTwice_isRefused_withBothPlaces() throws {
    let space = try Space.of("one:\n  cmd: echo > out\n  outs:\n    - out\n  metrics:\n    - out")
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:8:9: "), "\(run)")
    #expect(run.errors.contains("out overlaps with out, at pipeline.yaml:6:9"), "\(run)")
  }

  @Test func anOutputInsideAnothers_isRefused_withBothPlaces() throws {
    let space = try Space.of(
      """
      one: { cmd: mkdir -p out, outs: [out] }
      two: { cmd: echo > out/deep/a, outs: [out/deep/a] }
      """)
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:3:36"), "\(run)")
    #expect(run.errors.contains("pipeline.yaml:4:41") && !space.exists("out"), "\(run)")
  }

  @Test func aStageThatReadsItsOwnOutput_isRefused() throws {
    for deps in ["[out]", "[out/a]"] {
      let run = try Space.of("make: { cmd: echo, deps: \(deps), outs: [out] }").run("repro")
      #expect(run.code == 2 && run.errors.contains("pipeline.yaml:3:29"), "\(run)")
      #expect(run.errors.contains("stages wait for each other: make → make"), "\(run)")
    }
  }

  @Test func stagesThatWaitForEachOther_areRefused() throws {
    let run = try Space.of(
      """
      one: { cmd: cp b a, deps: [b], outs: [a] }
      two: { cmd: cp a b, deps: [a], outs: [b] }
      """
    ).run("repro")
    #expect(run.code == 2 && run.errors.contains("one → two → one"), "\(run)")
  }

  @Test func aDependencyThatIsNotThere_isToldWithItsPlace() throws {
    let space = try Space.of("make: { cmd: echo > out, deps: [none.txt], outs: [out] }")
    let run = try space.run("repro")
    #expect(run.code == 1, "\(run)")
    #expect(
      run.errors.contains("pipeline.yaml:3:35: none.txt does not exist, and stage `make` depends on it"), "\(run)")
    #expect(!space.exists("out"))
  }

  // MARK: What goes on

  private static let four = """
    bad: { cmd: "exit 1", outs: [bad] }
    after: { cmd: cp bad after, deps: [bad], outs: [after] }
    later: { cmd: cp after later, deps: [after], outs: [later] }
    good: { cmd: echo 1 > good, outs: [good] }
    better: { cmd: cp good better, deps: [good], outs: [better] }
    """

  @Test func keepGoing_doesAllThatDoesNotDependOnTheFailure() throws {
    let space = try Space.of(Self.four)
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.ran == 2 && report.failed == 1, "\(report)")
    #expect(report.blocked.sorted() == ["after", "later"] && report.failures.map(\.action) == ["bad"])
    #expect(space.exists("better") && !space.exists("after"))
    try space.edit("pipeline.yaml", replacing: "\"exit 1\"", with: "echo 1 > bad")
    let next = try space.repro()
    #expect(next.code == 0 && next.ran == 3 && next.upToDate == 2, "\(next)")
  }

  @Test func withoutKeepGoing_nothingNewIsBegun() throws {
    let space = try Space.of(Self.four)
    let report = try space.repro("-j1")
    #expect(report.code == 1 && report.ran == 0 && report.failed == 1, "\(report)")
    #expect(!space.exists("good"))
  }

  @Test func keepGoing_doesTheOtherItemsOfAForeach() throws {
    let space = try Space.of(
      """
      make:
        foreach: [a, b, c]
        do: { cmd: "test ${item} != b && echo > ${item}", outs: ["${item}"] }
      """)
    let report = try space.repro("-k")
    #expect(report.ran == 2 && report.failures.map(\.action) == ["make@b"], "\(report)")
    #expect(space.exists("a") && space.exists("c"))
  }
}
