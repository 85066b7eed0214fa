import Testing

/// Outputs by pattern: what a command makes is found after the run, and other people's files may stand beside it.
struct PatternOutputTests {
  private static let stage =
    "make: { cmd: for n in $(cat names); do cp names made/$n.txt; done, deps: [names], outs: [\"made/*.txt\"] }"

  private func space(_ names: String = "a b") throws -> Space {
    try Space.built(Self.stage, files: ["names": names, "made/readme.md": "mine"])
  }

  @Test func whatMatches_isAnArtifact() throws {
    let space = try space()
    #expect(space.lockLines.count == 2 && space.text("made/b.txt") == "a b")
    #expect(try space.repro().didNothing)
    try space.remove("made/a.txt")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1 && space.exists("made/a.txt"), "\(report)")
  }

  @Test func fewerFiles_letTheOldOnesGo_andNothingElse() throws {
    let space = try space("a b c")
    try space.write("names", "b")
    #expect(try space.ran() == ["make"])
    #expect(space.files(below: "made") == ["b.txt", "readme.md"] && space.lockLines.count == 1)
    try space.write("names", "a b c")
    #expect(try space.repro().restored == 1)
    #expect(space.files(below: "made") == ["a.txt", "b.txt", "c.txt", "readme.md"])
  }

  @Test func noFileAtAll_isAResultToo() throws {
    let space = try space("")
    #expect(space.files(below: "made") == ["readme.md"])
    #expect(try space.repro().didNothing)
    try space.write("names", "a")
    #expect(try space.ran() == ["make"])
    try space.write("names", "")
    #expect(try space.repro().code == 0)
    #expect(space.files(below: "made") == ["readme.md"])
    #expect(try space.repro().didNothing)
  }

  @Test func aUsersOwnFileThatMatches_isNeitherOverwrittenNorTaken() throws {
    let space = try Space.of(Self.stage, files: ["names": "a b", "made/a.txt": "mine"])
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("made/a.txt is in the way: hbpipe did not make it"), "\(run)")
    #expect(space.files(below: "made") == ["a.txt"] && space.text("made/a.txt") == "mine")
    #expect(space.lockLines.isEmpty)
  }

  @Test func aUsersOwnFileThatComesLater_isNotDeleted() throws {
    let space = try space()
    try space.write("made/own.txt", "mine")
    #expect(try space.repro().code == 0)
    try space.write("names", "b")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("made/own.txt is in the way"), "\(run)")
    #expect(space.text("made/own.txt") == "mine" && space.text("made/a.txt") == "a b")
  }

  @Test func twoStagesThatMakeOneFile_areAnError_withBothNames() throws {
    let space = try Space.of(
      """
      one: { cmd: echo 1 > made/a.txt, outs: ["made/a*"] }
      two:
        cmd: echo 2 > made/a.txt
        deps: [in]
        outs: ["made/*.txt"]
      """, files: ["in": ""])
    let run = try space.run("repro", "-j1")
    #expect(run.code == 2, "\(run)")
    #expect(run.errors.contains("two actions would make made/a.txt"), "\(run)")
    #expect(run.errors.contains("one, pipeline.yaml:3:") && run.errors.contains("two, pipeline.yaml:7:"), "\(run)")
    #expect(space.lockLines.count <= 1, "the lock names one maker of a file")
    try space.edit("pipeline.yaml", replacing: "echo 2 > made/a.txt", with: "echo 2 > made/b.txt")
    try space.edit("pipeline.yaml", replacing: "made/*.txt", with: "made/b*")
    #expect(try space.repro().code == 0)
    #expect(space.text("made/a.txt") == "1\n" && space.text("made/b.txt") == "2\n")
    #expect(try space.repro().didNothing)
  }

  /// Whether that is an error or not: nobody's file may go, and the answer may not depend on the order.
  @Test(arguments: ["{ uses: copy, from: \"src/*\", to: made }", "{ cmd: cp src/a.txt made, outs: [\"made/*.txt\"] }"])
  func anothersFileThatMatches_isNeverTakenAway(other: String) throws {
    let stages = ["one: \(other)", "two: { cmd: cp in made/b.txt, deps: [in], outs: [\"made/*.txt\"] }"]
    var codes: Set<Int32> = []
    for order in [stages, stages.reversed()] {
      let space = try Space.of(order.joined(separator: "\n"), files: ["in": "1", "src/a.txt": "a"])
      for text in ["1", "2"] {
        try space.write("in", text)
        let run = try space.run("repro", "-j1", "--keep-going")
        codes.insert(run.code)
        if run.code == 0 {
          #expect(space.text("made/a.txt") == "a" && space.text("made/b.txt") == text, "\(run)")
          #expect(try space.repro().didNothing)
        } else {
          #expect(run.errors.contains("two actions would make made/"), "\(run)")
          #expect(run.errors.contains("one") && run.errors.contains("two, "), "\(run)")
        }
      }
    }
    #expect(codes.count == 1, "the same answer every time: \(codes)")
  }

  @Test func aFixedOutputInsideAnothersPattern_isAnError_withBothNames() throws {
    let space = try Space.of(
      """
      one: { cmd: echo 1 > made/a.txt, outs: [made/a.txt] }
      two: { cmd: echo 2 > made/a.txt, outs: ["made/*.txt"] }
      """)
    let run = try space.run("repro", "-j1")
    #expect(run.code == 2 && run.errors.contains("two actions would make made/a.txt"), "\(run)")
    #expect(run.errors.contains("one, ") && run.errors.contains("two, "), "\(run)")
  }

  @Test func whatReadsThem_comesAfterwards() throws {
    let space = try Space.built(
      """
      join: { cmd: cat made/*.txt > all, deps: ["made/*.txt"], outs: [all] }
      \(Self.stage)
      """, files: ["names": "a b"])
    #expect(space.text("all") == "a ba b")
    try space.write("names", "a")
    #expect(try space.ran() == ["make", "join"])
    #expect(space.text("all") == "a")
  }

  @Test func patternsInSeveralDirectories_findAllFiles() throws {
    let space = try Space.built(
      #"make: { cmd: mkdir -p x/y/z; echo 1 > x/a.css; echo 2 > x/y/z/b.css; echo 3 > x/y/c.js, outs: ["x/**/*.{css,js}"] }"#
    )
    #expect(space.lockLines.count == 3)
    try space.remove("x")
    #expect(try space.repro().restored == 1)
    #expect(space.files(below: "x") == ["a.css", "y/c.js", "y/z/b.css"])
  }

  @Test func optionsOfAnOutput_holdForEveryFile() throws {
    let space = try Space.built(
      #"make: { cmd: echo private > a.bin; echo private > b.bin, outs: ["*.bin": {cache: false, mode: 755}] }"#)
    #expect(space.isExecutable("a.bin") && space.isExecutable("b.bin"))
    #expect(space.files(holding: "private", below: ".hbcache/objects") == [])
    #expect(try space.repro().didNothing)
    try space.remove("b.bin")
    #expect(try space.ran() == ["make"])
  }
}
