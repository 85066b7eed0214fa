import Testing

/// `stage list`, and `freeze` and `unfreeze`, which edit `pipeline.yaml`.
struct StageListTests {
  private static let pipeline = """
    version: 1
    pools: { few: 2 }
    stages:
      # The first.
      make:   # its comment
        # inside
        desc: makes it
        meta: { owner: ann, n: [1, two] }
        wdir: sub
        cmd: |
          echo 1 > a
          echo 2 >> a
        deps: [in, "*.txt"]
        params: [rate, ../conf.json: [deep.b]]
        outs: [a, b: {cache: false}, "*.o"]
        pool: few
        always_changed: true

      flow: { cmd: echo > c, outs: [c: {persist: true}] } # in braces
      each:
        foreach: [x, y]
        do:
          cmd: echo > ${item}
          outs: ["${item}"]
      files:
        foreach: { glob: "*.src" }
        do: { cmd: "cp ${item.path} ${item.stem}.made", outs: ["${item.stem}.made"] }
      effect: { cmd: echo, deps: [c] }
      pictures: { uses: image, from: "*.png", to: public }

    """

  private func space() throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", Self.pipeline)
    for (path, text) in ["sub/params.yaml": "rate: 0.5\n", "conf.json": #"{"deep": {"b": [1]}}"#, "sub/in": "1"] {
      try space.write(path, text)
    }
    return space
  }

  // MARK: stage list

  @Test(arguments: [["stage"], ["stage", "list"]])
  func stageList_namesEveryStage_andWhatItIs(command: [String]) throws {
    let space = try space()
    let run = try space.start(command).wait()
    #expect(run.code == 0, "\(run)")
    #expect(
      run.output == """
        make      makes it
        flow      Outputs c
        each@x    Outputs x
        each@y    Outputs y
        files     Outputs ${item.stem}.made
        effect    No outputs
        pictures  image

        """)
  }

  private struct Listed: Decodable {
    struct Output: Decodable, Equatable {
      let path: String
      let cache: Bool
      let persist: Bool
    }
    struct Meta: Decodable { let owner: String }
    struct Params: Decodable {
      let rate: Double?
      let deep: [Int]?
      enum CodingKeys: String, CodingKey { case rate, deep = "deep.b" }
    }

    let name: String
    let entry: String
    let uses: String
    let desc: String?
    let meta: Meta?
    let frozen: Bool
    let alwaysChanged: Bool
    let pool: String?
    let foreach: [String]?
    let cmd: [String]
    let wdir: String
    let deps: [String]
    let outs: [Output]
    let params: [String: Params]
    let line: Int
  }

  @Test func stageListAsJSON_hasAllThatIsDeclared() throws {
    let run = try space().run("stage", "list", "--json")
    #expect(run.code == 0, "\(run)")
    let stages = try run.decode([Listed].self)
    #expect(stages.map(\.name) == ["make", "flow", "each@x", "each@y", "files", "effect", "pictures"])
    #expect(stages.map(\.entry) == ["make", "flow", "each", "each", "files", "effect", "pictures"])
    #expect(stages.map(\.uses) == Array(repeating: "command", count: 6) + ["image"])
    #expect(stages.map(\.line) == [5, 19, 20, 20, 25, 28, 29])

    let make = stages[0]
    #expect(make.desc == "makes it" && make.meta?.owner == "ann" && make.pool == "few")
    #expect(make.alwaysChanged && !make.frozen && make.wdir == "sub")
    #expect(make.cmd == ["echo 1 > a", "echo 2 >> a"])
    #expect(make.deps == ["sub/in", "sub/*.txt"])
    #expect(
      make.outs == [
        .init(path: "sub/a", cache: true, persist: false), .init(path: "sub/b", cache: false, persist: false),
        .init(path: "sub/*.o", cache: true, persist: false),
      ])
    #expect(make.params["sub/params.yaml"]?.rate == 0.5 && make.params["conf.json"]?.deep == [1])
    #expect(stages[1].outs == [.init(path: "c", cache: true, persist: true)] && stages[1].wdir == ".")
    #expect(stages[2].cmd == ["echo > x"] && stages[4].foreach == ["*.src"] && stages[5].outs.isEmpty)
  }

  // MARK: freeze

  /// The lines that differ, the old ones first.
  private func changes(_ space: Space) throws -> [String] {
    let now = try #require(space.text("pipeline.yaml")).split(separator: "\n", omittingEmptySubsequences: false)
    let before = Self.pipeline.split(separator: "\n", omittingEmptySubsequences: false)
    return now.difference(from: before).map { change in
      switch change {
      case .insert(_, let line, _): "+\(line)"
      case .remove(_, let line, _): "-\(line)"
      }
    }
  }

  @Test(arguments: [
    ("make", ["+    frozen: true"]),
    (
      "flow",
      [
        "-  flow: { cmd: echo > c, outs: [c: {persist: true}] } # in braces",
        "+  flow: { frozen: true, cmd: echo > c, outs: [c: {persist: true}] } # in braces",
      ]
    ), ("each", ["+      frozen: true"]),
    (
      "files",
      [
        "-    do: { cmd: \"cp ${item.path} ${item.stem}.made\", outs: [\"${item.stem}.made\"] }",
        "+    do: { frozen: true, cmd: \"cp ${item.path} ${item.stem}.made\", outs: [\"${item.stem}.made\"] }",
      ]
    ),
  ])
  func freeze_changesOneLine_andKeepsComments(stage: String, lines: [String]) throws {
    let space = try space()
    let run = try space.run("freeze", stage)
    #expect(run.code == 0 && run.output == "froze \(stage)\n", "\(run)")
    #expect(try changes(space) == lines)
    let listed = try space.run("stage", "list", "--json").decode([Listed].self)
    #expect(listed.allSatisfy { $0.frozen == ($0.entry == stage) })
    #expect(try space.run("stage").output.contains("(frozen) "))
  }

  @Test func freezeAgain_changesNothing() throws {
    let space = try space()
    #expect(try space.run("freeze", "make").code == 0)
    let text = space.text("pipeline.yaml")
    let run = try space.run("freeze", "make")
    #expect(run.code == 0 && run.output.contains("nothing to do") && space.text("pipeline.yaml") == text, "\(run)")
  }

  @Test func unfreeze_leavesNoTrace_whereALineCanGo() throws {
    let space = try space()
    #expect(try space.run("freeze", "make", "each", "flow").code == 0)
    let run = try space.run("unfreeze", "make", "each")
    #expect(run.code == 0 && run.output == "unfroze make, each\n", "\(run)")
    #expect(try changes(space).allSatisfy { $0.contains("flow:") })
    #expect(try space.run("unfreeze", "flow").code == 0)
    #expect(try space.run("stage").output.contains("frozen") == false)
    #expect(try space.run("unfreeze", "effect").output.contains("nothing to do"))
  }

  @Test func unfreeze_undoesAFlagWrittenByHand() throws {
    let space = try Space.of("make:\n  frozen: true   # until the summer\n  cmd: echo > out\n  outs: [out]")
    #expect(try space.run("unfreeze", "make").code == 0)
    let listed = try space.run("stage", "list", "--json").decode([Listed].self)
    #expect(listed.first?.frozen == false)
    #expect(try space.repro().ran == 1)
  }

  @Test func freezeAndRepro_workTogether() throws {
    let space = try Space.built("make: { cmd: cp in out, deps: [in], outs: [out] }", files: ["in": "1"])
    #expect(try space.run("freeze", "make").code == 0)
    try space.write("in", "2")
    #expect(try space.repro().didNothing)
    #expect(try space.run("unfreeze", "make").code == 0)
    #expect(try space.ran() == ["make"])
  }

  @Test func anUnknownStage_isToldWithTheNearestOne_andNothingIsWritten() throws {
    let space = try space()
    for command in ["freeze", "unfreeze"] {
      let run = try space.run(command, "make", "flo")
      #expect(run.code == 1 && run.errors.contains("`flo`") && run.errors.contains("did you mean `flow`?"), "\(run)")
    }
    #expect(try changes(space) == [])
  }

  @Test func aStageThatIsNoCommand_isRefused_andNothingIsWritten() throws {
    let space = try space()
    let run = try space.run("freeze", "pictures")
    #expect(run.code == 2 && run.errors.contains("a stage of kind `image` cannot be frozen"), "\(run)")
    #expect(try changes(space) == [])
  }
}
