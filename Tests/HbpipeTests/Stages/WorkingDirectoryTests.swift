import Testing

/// `wdir`: where a command runs, and what its paths start from.
struct WorkingDirectoryTests {
  private static let stage = """
    make:
      wdir: site/src
      cmd: cat in.txt ../../top.txt parts/*.txt > ../made/out.txt; cp in.txt here.txt
      deps: [in.txt, ../../top.txt, "parts/*.txt"]
      outs: [../made/out.txt, here.txt]
    """
  private static let files = ["site/src/in.txt": "in ", "top.txt": "top ", "site/src/parts/a.txt": "a"]

  @Test func wdir_isWhereTheCommandRuns_andWherePathsStart() throws {
    let space = try Space.built(Self.stage, files: Self.files)
    #expect(space.text("site/made/out.txt") == "in top a" && space.text("site/src/here.txt") == "in ")
    #expect(try space.repro().didNothing)
    for path in ["site/src/in.txt", "top.txt", "site/src/parts/b.txt"] {
      try space.write(path, "changed ")
      #expect(try space.ran() == ["make"], "\(path)")
    }
    #expect(space.text("site/made/out.txt") == "changed changed achanged ")
    #expect(
      Set(space.lockLines.map { String($0.prefix { $0 != "\t" }) })
        == ["site/made/out.txt", "site/src/here.txt"])
  }

  @Test func params_areLookedForInWdir() throws {
    let space = try Space.built(
      "make: { wdir: sub, cmd: cp params.yaml out, params: [a, ../conf.json: [b]], outs: [out] }",
      files: ["sub/params.yaml": "a: 1\n", "params.yaml": "a: 1\n", "conf.json": "{\"b\": 1}"])
    try space.write("params.yaml", "a: 2\n")
    #expect(try space.repro().didNothing)
    try space.write("sub/params.yaml", "a: 2\n")
    #expect(try space.ran() == ["make"])
    try space.write("conf.json", "{\"b\": 2}")
    #expect(try space.ran() == ["make"])
  }

  @Test func stages_findEachOthersFiles_whateverTheirWdir() throws {
    let space = try Space.built(
      """
      use: { wdir: b, cmd: cp ../a/made used, deps: [../a/made], outs: [used] }
      make: { wdir: a, cmd: cp in made, deps: [in], outs: [made] }
      """, files: ["a/in": "1", "b/keep": ""])
    #expect(space.text("b/used") == "1")
  }

  @Test(arguments: [".", "./"])
  func theTopItself_isAllowed(wdir: String) throws {
    let space = try Space.built("make: { wdir: \(wdir), cmd: cp in out, deps: [in], outs: [out] }", files: ["in": "1"])
    #expect(space.text("out") == "1")
  }

  @Test(arguments: [
    "wdir: .., cmd: echo", "wdir: /tmp, cmd: echo", "wdir: sub, cmd: echo, deps: [../../a]",
    "wdir: sub, cmd: echo, outs: [../../a]", "wdir: sub, cmd: echo, params: [../../a.yaml: [b]]",
  ])
  func aPathOutOfTheProject_isRefused(stage: String) throws {
    let run = try Space.of("make: { \(stage) }").run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:3:"), "\(run)")
    #expect(run.errors.contains("is not a path inside the project"), "\(run)")
  }

  @Test func aDirectoryThatIsNotThere_isTold() throws {
    let run = try Space.of("make: { wdir: none, cmd: echo > ../out, outs: [../out] }").run("repro")
    #expect(run.code == 1 && run.errors.contains("there is no directory none"), "\(run)")
    #expect(run.errors.contains("pipeline.yaml:3:"), "\(run)")
  }
}
