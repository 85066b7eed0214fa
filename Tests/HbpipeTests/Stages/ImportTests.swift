import Testing

/// `import`: a `dvc.yaml` becomes an equal `pipeline.yaml`, and what has no equal is told.
struct ImportTests {
  private static let dvc = """
    # The pipeline of the model.
    vars:
      - conf.yaml   # the values
    stages:
      # Prepares the data.
      prepare:
        cmd: cat raw.csv > data; echo ${rate} >> data   # in one go
        deps: [raw.csv]
        params: [seed]
        outs: [data: {push: false, persist: false}]

      outside:
        cmd: cat /etc/hostname > host
        deps:
          - /etc/hostname
        outs: [host]
      # Every model.
      train:
        foreach: [a, b]
        do:
          cmd: "cat data > ${item}.bin; echo '{}' > ${item}.json"
          deps: [data]
          outs:
            - ${item}.bin:
                desc: the model
                remote: big
          metrics:
            - ${item}.json:
                cache: false
    metrics:
      - all.json
    artifacts:
      model:
        path: a.bin
        type: model

    """
  private static let files = ["dvc.yaml": dvc, "conf.yaml": "rate: 1\n", "params.yaml": "seed: 7\n", "raw.csv": "1\n"]

  private func space(_ files: [String: String] = files) throws -> Space {
    let space = try Space()
    for (path, text) in files { try space.write(path, text) }
    return space
  }

  @Test func import_keepsTheTextAsItWas_butForWhatHasNoEqual() throws {
    let space = try space()
    let run = try space.run("import")
    #expect(run.code == 0 && run.output.hasPrefix("wrote pipeline.yaml: 3 stages, "), "\(run)")
    let expected = """
      # The pipeline of the model.
      version: 1
      vars:
        - conf.yaml   # the values
      stages:
        # Prepares the data.
        prepare:
          cmd: cat raw.csv > data; echo ${rate} >> data   # in one go
          deps: [raw.csv]
          params: [seed]
          outs: [data: {persist: false}]

      #   outside:
      #     cmd: cat /etc/hostname > host
      #     deps:
      #       - /etc/hostname
      #     outs: [host]
        # Every model.
        train:
          foreach: [a, b]
          do:
            cmd: "cat data > ${item}.bin; echo '{}' > ${item}.json"
            deps: [data]
            outs:
              - ${item}.bin:
                  desc: the model
      #             remote: big
            metrics:
              - ${item}.json:
                  cache: false
      # metrics:
      #   - all.json
      # artifacts:
      #   model:
      #     path: a.bin
      #     type: model

      """
    #expect(space.text("pipeline.yaml") == expected)
    #expect(space.text("dvc.yaml") == Self.dvc)
  }

  @Test func import_tellsLineByLineWhatHasNoEqual() throws {
    let run = try space().run("import")
    for (place, words) in [
      ("dvc.yaml:10:19", "`push` of an output"), ("dvc.yaml:15:9", "stage `outside` is left out: `deps`"),
      ("dvc.yaml:26:13", "`remote` of an output"), ("dvc.yaml:27:7", "`metrics`"),
      ("dvc.yaml:30:1", "`dvc metrics` has no equal"), ("dvc.yaml:32:1", "model registry has no equal"),
    ] {
      #expect(
        run.errors.split(separator: "\n").contains { $0.hasPrefix("\(place): ") && $0.contains(words) },
        "\(place) \(words): \(run.errors)")
    }
    #expect(run.errors.split(separator: "\n").count == 6)
    #expect(run.output.contains("6 notes"))
  }

  @Test func whatWasImported_runs() throws {
    let space = try space()
    #expect(try space.run("import").code == 0)
    #expect(try space.ran() == ["prepare", "train@a", "train@b"])
    #expect(space.text("b.bin") == "1\n1\n" && !space.exists("host"))
    #expect(try space.repro().didNothing)
    try space.write("params.yaml", "seed: 8\n")
    #expect(try space.ran() == ["prepare"])
  }

  @Test func import_overwritesNothing_unlessTold() throws {
    let space = try space()
    try space.write("pipeline.yaml", "version: 1\n# mine\n")
    let run = try space.run("import")
    #expect(run.code == 1 && run.errors.contains("there is a pipeline.yaml already"), "\(run)")
    #expect(run.errors.contains("--force") && run.errors.contains("--stdout"))
    #expect(space.text("pipeline.yaml") == "version: 1\n# mine\n")
    #expect(try space.run("import", "--force").code == 0)
    #expect(space.text("pipeline.yaml")?.contains("prepare:") == true)
  }

  @Test func stdout_printsAndWritesNothing() throws {
    let space = try space()
    let run = try space.run("import", "--stdout")
    #expect(run.code == 0 && run.output.hasPrefix("# The pipeline of the model.\nversion: 1\n"), "\(run)")
    #expect(!space.exists("pipeline.yaml"))
    #expect(try space.run("import").code == 0)
    #expect(space.text("pipeline.yaml").map { $0 + "\n" == run.output || $0 == run.output } == true)
  }

  @Test func anotherFile_canBeNamed() throws {
    let space = try space(["old.yaml": "stages:\n  make: {cmd: echo > out, outs: [out]}\n"])
    #expect(try space.run("import", "old.yaml").output.contains("1 stage, 0 notes"))
    #expect(try space.repro().ran == 1)
    let missing = try space.run("import", "none.yaml", "--force")
    #expect(missing.code == 1 && missing.errors.contains("there is no none.yaml"), "\(missing)")
  }

  @Test func anOutputWithNothingButPushAndRemote_isStillAnOutput() throws {
    let space = try space([
      "dvc.yaml": """
      stages:
        make:
          cmd: echo > out
          outs:
            - out:
                push: false
                remote: big

      """
    ])
    let run = try space.run("import")
    #expect(run.code == 0 && run.output.contains("1 stage, 2 notes"), "\(run)")
    #expect(try space.repro().ran == 1)
    #expect(space.exists("out") && space.lockLines.count == 1)
  }

  @Test(arguments: [
    ["remote: big", "push: false"], ["push: false", "remote: big"], ["desc: x", "push: false", "type: a"],
  ])
  func theOrderOfAnOutputsFields_doesNotMatter(fields: [String]) throws {
    let lines = ["desc: words"].filter { _ in !fields.contains("desc: x") } + fields
    let space = try space([
      "dvc.yaml": "stages:\n  make:\n    cmd: echo > out\n    outs:\n      - out:\n"
        + lines.map { "          \($0)\n" }.joined()
    ])
    let run = try space.run("import")
    #expect(run.code == 0 && run.output.contains("1 stage, "), "\(run)")
    #expect(try space.repro().ran == 1)
  }

  @Test func whereEveryStageIsLeftOut_thatIsTold_andTheFileCanBeRead() throws {
    let space = try space(["dvc.yaml": "stages:\n  make:\n    cmd: echo > /elsewhere/out\n    outs: [/elsewhere/out]\n"]
    )
    let run = try space.run("import")
    #expect(run.code == 0 && run.output.contains("0 stages, 1 note"), "\(run)")
    #expect(run.errors.contains("stage `make` is left out"), "\(run)")
    #expect(try space.repro().didNothing)
  }

  @Test func whatMeansSomethingElseHere_isTold() throws {
    let space = try space([
      "dvc.yaml": """
      stages:
        make:
          cmd: cat in*.txt > out
          deps: ["in*.txt"]
          params: [train.py: [rate]]
          outs: [out]
          plots:
            - loss.csv: {x: a, y: b}
      params:
        - other.yaml
      plots:
        - all.csv: {x: a}
      datasets:
        - { name: d, url: "x", type: dc }

      """
    ])
    let run = try space.run("import")
    #expect(run.code == 0, "\(run)")
    for note in [
      "dvc.yaml:4:12: `in*.txt` is a pattern here", "dvc.yaml:5:14: train.py: parameters in Python have no equal",
      "dvc.yaml:7:5: `plots` are outputs like others", "dvc.yaml:9:1: ", "dvc.yaml:11:1: ", "dvc.yaml:13:1: ",
    ] { #expect(run.errors.contains(note), "\(note) \(run.errors)") }
    #expect(try space.run("stage", "list").code == 0)
  }

  @Test func whatIsNoDVCFile_isRefused() throws {
    for text in ["- a\n", "stages: [\n", "words\n"] {
      let space = try space(["dvc.yaml": text])
      let run = try space.run("import")
      #expect(run.code != 0 && run.errors.contains("dvc.yaml:") && !space.exists("pipeline.yaml"), "\(run)")
    }
  }
}
