import Testing

/// `params`: values of files that enter keys one by one.
struct ParameterTests {
  private static let values = """
    rate: 0.1
    seed: 7
    train: { epochs: 3, layers: [8, 16], deep: { er: x } }
    """

  /// Two stages, each with parameters of its own.
  private func space() throws -> Space {
    try Space.built(
      """
      one: { cmd: grep rate params.yaml > one.txt, params: [rate], outs: [one.txt] }
      two: { cmd: grep train params.yaml > two.txt, params: [train.epochs, train.layers.1], outs: [two.txt] }
      """, files: ["params.yaml": Self.values])
  }

  @Test(arguments: [
    ("rate: 0.1", "rate: 0.2", ["one"]), ("epochs: 3", "epochs: 4", ["two"]), ("16]", "32]", ["two"]),
  ])
  func aNamedValue_runsItsStageAlone(old: String, new: String, stages: [String]) throws {
    let space = try space()
    try space.edit("params.yaml", replacing: old, with: new)
    #expect(try space.ran() == Set(stages))
    try space.edit("params.yaml", replacing: new, with: old)
    let back = try space.repro()
    #expect(back.ran == 0 && back.restored == 1, "\(back)")
  }

  @Test(arguments: [
    ("seed: 7", "seed: 8"), ("[8,", "[9,"), ("er: x", "er: y"), ("rate: 0.1", "# of learning\nrate:   0.10"),
    ("rate: 0.1\nseed: 7", "new: 1\nseed: 7\nrate: 0.1"),
  ])
  func whatIsNotNamed_runsNothing(old: String, new: String) throws {
    let space = try space()
    try space.edit("params.yaml", replacing: old, with: new)
    #expect(try space.repro().didNothing)
  }

  @Test func aNamedMap_runsItsStage_whenAnythingInItChanges() throws {
    let space = try Space.built(
      "one: { cmd: echo >> runs, params: [train], outs: [runs: {persist: true}] }",
      files: ["params.yaml": Self.values])
    try space.edit("params.yaml", replacing: "er: x", with: "er: y")
    #expect(try space.ran() == ["one"])
    try space.edit("params.yaml", replacing: "seed: 7", with: "seed: 8")
    #expect(try space.repro().didNothing)
  }

  @Test(arguments: [
    ("conf.json", #"{"a": {"b": 1, "c": 2}, "l": [1, 2]}"#, "\"b\": 1", "\"b\": 3", "\"c\": 2", "\"c\": 3"),
    ("conf.toml", "l = [1, 2]\n[a]\nb = 1\nc = 2\n", "b = 1", "b = 3", "c = 2", "c = 3"),
    ("conf.yaml", "a:\n  b: 1\n  c: 2\n", "b: 1", "b: 3", "c: 2", "c: 3"),
  ])
  func otherFiles_areReadAsWhatTheirNamesSay(
    file: String, text: String, named: String, change: String, unnamed: String, other: String
  ) throws {
    let space = try Space.built(
      "one: { cmd: cp \(file) out, params: [\(file): [a.b]], outs: [out] }", files: [file: text])
    try space.edit(file, replacing: unnamed, with: other)
    #expect(try space.repro().didNothing)
    try space.edit(file, replacing: named, with: change)
    #expect(try space.ran() == ["one"])
  }

  @Test(arguments: ["conf.yaml:", "conf.yaml: []"])
  func aFileAlone_standsForAllItsValues(entry: String) throws {
    let space = try Space.built(
      "one:\n  cmd: cp conf.yaml out\n  params:\n    - \(entry)\n  outs: [out]",
      files: ["conf.yaml": "a: { b: 1 }\nc: 2\n"])
    try space.edit("conf.yaml", replacing: "b: 1", with: "b: 2")
    #expect(try space.ran() == ["one"])
    try space.edit("conf.yaml", replacing: "c: 2", with: "c: 2\nd: 3")
    #expect(try space.ran() == ["one"])
    try space.edit("conf.yaml", replacing: "c: 2", with: "# words\nc:    2")
    #expect(try space.repro().didNothing)
  }

  @Test func severalFiles_workTogether() throws {
    let space = try Space.built(
      "one: { cmd: echo > out, params: [rate, other.yaml: [a], conf.json: [b]], outs: [out] }",
      files: ["params.yaml": "rate: 1\n", "other.yaml": "a: 1\n", "conf.json": #"{"b": 1}"#])
    for (file, text) in [("params.yaml", "rate: 2\n"), ("other.yaml", "a: 2\n"), ("conf.json", #"{"b": 2}"#)] {
      try space.write(file, text)
      #expect(try space.ran() == ["one"], "\(file)")
    }
  }

  @Test func aFileThatAStageMakes_isWaitedFor() throws {
    let space = try Space.built(
      """
      use: { cmd: cp made.yaml out, params: [made.yaml: [a]], outs: [out] }
      make: { cmd: cp in made.yaml, deps: [in], outs: [made.yaml] }
      """, files: ["in": "a: 1\nb: 1\n"])
    try space.write("in", "a: 1\nb: 2\n")
    #expect(try space.ran() == ["make"])
    try space.write("in", "a: 2\nb: 2\n")
    #expect(try space.ran() == ["make", "use"])
  }

  @Test func aNameThatIsNotThere_isToldWithTheNearestOne() throws {
    let space = try Space.of(
      "one: { cmd: echo > out, params: [rat], outs: [out] }", files: ["params.yaml": Self.values])
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("params.yaml has no parameter `rat`"), "\(run)")
    #expect(run.errors.contains("pipeline.yaml:3:36") && run.errors.contains("`rate`"), "\(run)")
    #expect(!space.exists("out"))
  }

  @Test func aFileThatIsNotThere_isTold() throws {
    let space = try Space.of("one: { cmd: echo > out, params: [none.json: [a]], outs: [out] }")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("none.json does not exist, and stage `one` reads"), "\(run)")
  }

  @Test func aChangedValue_isTheReason() throws {
    let space = try space()
    try space.edit("params.yaml", replacing: "rate: 0.1", with: "rate: 0.2")
    let status = try space.run("status")
    #expect(status.output.contains("params.yaml:rate changed (0.1 → 0.2)"), "\(status)")
  }
}
