import Testing

/// What `repro` may be asked for, and how far it goes.
struct TargetTests {
  private static let stages = """
    first: { cmd: cp in first, deps: [in], outs: [first] }
    each:
      foreach: [x, y]
      do: { cmd: "cat first > ${item}.txt; echo ${item} >> ${item}.txt", deps: [first], outs: ["${item}.txt"] }
    files:
      foreach: { glob: "*.txt" }
      do: { cmd: "cp ${item.path} made/${item.name}", outs: ["made/${item.name}"] }
    last: { cmd: cat made/* > last, deps: [made], outs: [last] }
    alone: { cmd: mkdir -p dir && echo > dir/a, outs: [dir] }
    free: { cmd: echo > bin/1.bin; echo > bin/2.bin, outs: ["bin/*.bin"] }
    """
  private static let all: Set<String> = [
    "first", "each@x", "each@y", "files@x.txt", "files@y.txt", "last", "alone", "free",
  ]

  private func space() throws -> Space { try Space.of(Self.stages, files: ["in": "1"]) }

  @Test(arguments: [
    (["first"], ["first"]), (["./first"], ["first"]), (["each"], ["first", "each@x", "each@y"]),
    (["each@x"], ["first", "each@x"]), (["x.txt"], ["first", "each@x"]),
    (["x.txt", "alone"], ["first", "each@x", "alone"]),
    (["files@x.txt"], ["first", "each@x", "each@y", "files@x.txt"]),
    (["made/x.txt"], ["first", "each@x", "each@y", "files@x.txt"]),
    (["dir"], ["alone"]), (["dir/a"], ["alone"]), (["dir/"], ["alone"]), (["bin/1.bin"], ["free"]),
    (["last"], ["first", "each@x", "each@y", "files@x.txt", "files@y.txt", "last"]),
    (["fi*"], ["first", "each@x", "each@y", "files@x.txt", "files@y.txt"]), (["a[k-m]*"], ["alone"]),
    (["{alone,free}"], ["alone", "free"]), (["each@*"], ["first", "each@x", "each@y"]), (["*@y"], ["first", "each@y"]),
    (["[xy].txt"], ["first", "each@x", "each@y"]), (["dir/*"], ["alone"]), (["bin/*.bin"], ["free"]),
    (["bin/[1-9].*"], ["free"]),
    (["made/*"], ["first", "each@x", "each@y", "files@x.txt", "files@y.txt"]),
    (["made/*.txt"], ["first", "each@x", "each@y", "files@x.txt", "files@y.txt"]),
  ])
  func targets_areBroughtUpToDate_withAllThatTheyNeed(targets: [String], actions: [String]) throws {
    let space = try space()
    let run = ExplainedRun(try space.start(["repro", "--explain"] + targets).wait())
    #expect(run.code == 0 && run.ran == Set(actions), "\(run)")
    let again = try space.start(["repro", "--json"] + targets).wait().decode(ReproReport.self)
    #expect(again.ran == 0 && again.restored == 0, "\(again)")
    #expect(try space.ran() == Self.all.subtracting(actions), "the rest is still to do")
  }

  @Test(
    arguments: [
      ("fist", "first"), ("x.tx", "x.txt"), ("made/z.txt", "made/x.txt"), ("each@z", "each"), ("zz/*", nil),
      ("none/a", nil),
    ] as [(String, String?)])
  func anUnknownTarget_isToldWithTheNearestOne(target: String, nearest: String?) throws {
    let space = try space()
    #expect(try space.repro().code == 0)
    let run = try space.run("repro", target)
    #expect(run.code == 1 && run.errors.contains("`\(target)` is neither a stage nor an artifact"), "\(run)")
    #expect(run.errors.contains("hint: "), "\(run)")
    if let nearest { #expect(run.errors.contains("`\(nearest)"), "\(run)") }
  }

  @Test func status_takesTargetsToo() throws {
    let space = try space()
    let run = try space.run("status", "each@x")
    #expect(run.code == 0 && run.output.contains("first") && !run.output.contains("alone"), "\(run)")
  }

  // MARK: --downstream

  @Test func downstream_goesOnToAllThatComesAfter() throws {
    let space = try space()
    #expect(try space.repro().code == 0)
    try space.write("in", "2")
    try space.edit("pipeline.yaml", replacing: "echo > dir/a", with: "echo 2 > dir/a")
    #expect(
      try space.ran("--downstream", "first")
        == ["first", "each@x", "each@y", "files@x.txt", "files@y.txt", "last"])
    #expect(try space.ran() == ["alone"])
  }

  @Test func downstream_takesWhatItNeedsAsItIs() throws {
    let space = try space()
    #expect(try space.repro().code == 0)
    try space.write("in", "2")
    try space.edit("pipeline.yaml", replacing: "echo ${item} >>", with: "echo new ${item} >>")
    #expect(try space.ran("--downstream", "each@x") == ["each@x", "files@x.txt", "last"])
    #expect(space.text("first") == "1" && space.text("last") == "1new x\n1y\n")
    #expect(try space.ran() == ["first", "each@x", "each@y", "files@x.txt", "files@y.txt", "last"])
    #expect(space.text("last") == "2new x\n2new y\n")
  }

  // MARK: --single

  @Test(arguments: ["--single", "-s"])
  func single_doesNothingElse(flag: String) throws {
    let space = try space()
    #expect(try space.repro().code == 0)
    try space.write("in", "2")
    #expect(try space.repro(flag, "each").didNothing, "what it needs is taken as it is")
    #expect(try space.ran(flag, "first") == ["first"])
    #expect(space.text("x.txt") == "1x\n")
    #expect(try space.ran(flag, "each@y") == ["each@y"])
    #expect(space.text("y.txt") == "2y\n" && space.text("x.txt") == "1x\n")
    #expect(try space.ran() == ["each@x", "files@x.txt", "files@y.txt", "last"])
  }

  @Test func single_failsWithoutWhatItNeeds() throws {
    let run = try space().run("repro", "--single", "each@x")
    #expect(run.code == 1 && run.errors.contains("first does not exist"), "\(run)")
  }

  @Test func reach_needsATarget_andOnlyOneOfTheTwo() throws {
    let space = try space()
    #expect(try space.run("repro", "--downstream").code == 2)
    #expect(try space.run("repro", "--single").code == 2)
    #expect(try space.run("repro", "--single", "--downstream", "first").code == 2)
    #expect(!space.exists("first"))
  }
}
