import Testing

/// `vars`, `${…}`, `foreach` and `matrix`.
struct TemplateTests {
  // MARK: vars

  @Test func vars_comeFromTheTop_fromFiles_andFromTheStage() throws {
    let space = try Space.built(
      """
      make:
        vars: [{ own: o }, own.yaml]
        cmd: echo ${top} ${json.deep} ${some} ${default} ${own} ${mine} > out
        outs: [out]
      """, top: "vars: [{ top: t }, conf.json, \"more.toml:some\"]",
      files: [
        "conf.json": #"{"json": {"deep": "j"}}"#, "more.toml": "some = \"s\"\nother = 1\n",
        "params.yaml": "default: d\n",
        "own.yaml": "mine: m\n",
      ])
    #expect(space.text("out") == "t j s d o m\n")
  }

  @Test func aVariable_runsTheStagesThatUseIt_andNoOthers() throws {
    let space = try Space.built(
      """
      one: { cmd: "echo ${a} > one", outs: [one] }
      two: { cmd: "echo ${b} > two", outs: [two] }
      """, files: ["params.yaml": "a: 1\nb: 1\nc: 1\n"])
    try space.write("params.yaml", "a: 1\nb: 1\nc: 2\n")
    #expect(try space.repro().didNothing)
    try space.write("params.yaml", "a: 1\nb: 2\nc: 2\n")
    #expect(try space.ran() == ["two"])
    #expect(space.text("two") == "2\n")
  }

  @Test func stageVars_areTheStagesOwn() throws {
    let run = try Space.of(
      """
      one: { vars: [{ mine: 1 }], cmd: "echo ${mine} > one", outs: [one] }
      two: { cmd: "echo ${mine} > two", outs: [two] }
      """
    ).run("repro")
    #expect(run.code == 2 && run.errors.contains("there is no `mine`"), "\(run)")
  }

  @Test func aVariableThatIsSetTwice_isRefused() throws {
    let run = try Space.of("one: { cmd: echo }", top: "vars: [{ a: 1 }, { a: 2 }]").run("repro")
    #expect(run.code == 2 && run.errors.contains("`a` is set already, at pipeline.yaml:2:"), "\(run)")
  }

  // MARK: ${…}

  @Test func references_standInCmdDepsAndOuts() throws {
    let space = try Space.built(
      """
      make:
        cmd: cp ${dirs.in}/${names[1]} ${dirs.out}/${names[0]}
        deps: ["${dirs.in}/${names[1]}"]
        outs: ["${dirs.out}/${names[0]}": {desc: "of ${names[1]}"}]
      """, top: "vars: [{ dirs: { in: src, out: made }, names: [a, b] }]", files: ["src/b": "1"])
    #expect(space.text("made/a") == "1")
    try space.write("src/b", "2")
    #expect(try space.ran() == ["make"])
  }

  @Test func aMapInCmd_becomesOptions() throws {
    let space = try Space.built(
      "make: { cmd: \"echo ${opt} > out\", outs: [out] }",
      top: "vars: [{ opt: { rate: 0.5, name: a b, on: true, off: false, deep: { er: 1 }, list: [1, 2] } }]")
    #expect(space.text("out") == "--rate 0.5 --name a b --on --deep.er 1 --list 1 2\n")
  }

  @Test func anEscapedReference_isTheShells() throws {
    let space = try Space.built(#"make: { cmd: 'X=1; echo "\${X}" > out', outs: [out] }"#)
    #expect(space.text("out") == "1\n")
  }

  @Test func anUnknownVariable_isToldWithTheNearestOne() throws {
    let run = try Space.of("make: { cmd: \"echo ${rat}\" }", top: "vars: [{ rate: 1 }]").run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:4:16: `${rat}`: there is no `rat`"), "\(run)")
    #expect(run.errors.contains("did you mean `rate`?"), "\(run)")
  }

  // MARK: foreach

  @Test func foreachList_makesAStageOfEachItem() throws {
    let space = try Space.built(
      """
      make:
        foreach: [us, uk]
        do: { cmd: "cp in.${item} out.${item}", deps: ["in.${item}"], outs: ["out.${item}"] }
      """, files: ["in.us": "1", "in.uk": "2"])
    #expect(space.text("out.us") == "1" && space.text("out.uk") == "2")
    try space.write("in.uk", "3")
    #expect(try space.ran() == ["make@uk"])
  }

  @Test func foreachListOfMaps_countsThem() throws {
    let space = try Space.built(
      """
      make:
        foreach: [{ name: a, value: 1 }, { name: b, value: 2 }]
        do: { cmd: "echo ${item.value} > ${item.name}", outs: ["${item.name}"] }
      """)
    #expect(space.text("a") == "1\n" && space.text("b") == "2\n")
    #expect(try space.ran("-f") == ["make@0", "make@1"])
  }

  @Test func foreachMap_givesKeyAndItem() throws {
    let space = try Space.built(
      """
      make:
        foreach: { us: { n: 1 }, uk: { n: 2 } }
        do: { cmd: "echo ${key} ${item.n} > out.${key}", outs: ["out.${key}"] }
      """)
    #expect(space.text("out.us") == "us 1\n" && space.text("out.uk") == "uk 2\n")
    #expect(try space.ran("-f") == ["make@us", "make@uk"])
  }

  @Test func foreachOfAVariable_followsIt() throws {
    let space = try Space.built(
      """
      make:
        foreach: ${regions}
        do: { cmd: "echo ${item} > out.${item}", outs: ["out.${item}"] }
      """, files: ["params.yaml": "regions: [us, uk]\n"])
    #expect(space.exists("out.us") && space.exists("out.uk"))
    try space.write("params.yaml", "regions: [us, de]\n")
    let report = try space.repro()
    #expect(report.ran == 1 && report.upToDate == 1 && report.removed == ["out.uk"], "\(report)")
    #expect(space.exists("out.us") && space.exists("out.de") && !space.exists("out.uk"))
  }

  @Test func anItemThatIsRemoved_takesItsArtifactAlong() throws {
    let stage = """
      make:
        foreach: [us, uk]
        do: { cmd: "mkdir ${item}; echo 1 > ${item}/a", outs: ["${item}"] }
      """
    let space = try Space.built(stage)
    try space.declare(stage.replacing("[us, uk]", with: "[uk]"))
    let report = try space.repro()
    #expect(report.ran == 0 && report.upToDate == 1 && report.removed == ["us/a"], "\(report)")
    #expect(!space.exists("us") && space.exists("uk/a"))
    try space.declare(stage)
    #expect(try space.repro().restored == 1)
    #expect(space.exists("us/a"))
  }

  @Test func foreach_passesOnWhatStandsBelowDo() throws {
    let space = try Space.built(
      """
      make:
        foreach: [a, b]
        do:
          wdir: ${item}
          params: ["${item}"]
          cmd: cp in out
          deps: [in]
          outs: [out]
      use: { cmd: "cat a/out b/out > both", deps: [a/out, b/out], outs: [both] }
      """, files: ["a/in": "1", "b/in": "2", "a/params.yaml": "a: 1\n", "b/params.yaml": "b: 1\n"])
    #expect(space.text("both") == "12")
    try space.write("b/params.yaml", "b: 2\n")
    #expect(try space.ran() == ["make@b"])
  }

  // MARK: matrix

  private static let matrix = """
    make:
      matrix:
        size: [s, l]
        colour: [red, blue]
      cmd: echo ${item.size} ${item.colour} ${key} > ${key}.txt
      outs: ["${key}.txt"]
    """

  @Test func matrix_makesAStageOfEachCombination() throws {
    let space = try Space.built(Self.matrix)
    #expect(try space.ran("-f") == ["make@s-red", "make@s-blue", "make@l-red", "make@l-blue"])
    #expect(space.text("s-blue.txt") == "s blue s-blue\n" && space.text("l-red.txt") == "l red l-red\n")
  }

  @Test func matrix_losesTheArtifactsOfARemovedValue() throws {
    let space = try Space.built(Self.matrix)
    try space.declare(Self.matrix.replacing("[s, l]", with: "[s]"))
    let report = try space.repro()
    #expect(report.ran == 0 && report.upToDate == 2, "\(report)")
    #expect(report.removed.sorted() == ["l-blue.txt", "l-red.txt"] && !space.exists("l-red.txt"))
  }

  @Test func matrix_takesListsFromVariables() throws {
    let space = try Space.built(
      """
      make:
        matrix: { n: "${numbers}", kind: [{ name: x }, { name: y }] }
        cmd: echo ${item.n} ${item.kind.name} > ${key}.txt
        outs: ["${key}.txt"]
      """, files: ["params.yaml": "numbers: [1, 2]\n"])
    #expect(try space.ran("-f") == ["make@1-kind0", "make@1-kind1", "make@2-kind0", "make@2-kind1"])
    #expect(space.text("2-kind1.txt") == "2 y\n")
  }
}
