import Glibc
import Testing

/// `outs`, `metrics` and `plots`: what a command makes, and what becomes of it.
struct OutputTests {
  // MARK: Files and directories

  @Test func aFile_isKeptByItsHash_andComesBack() throws {
    let space = try Space.built("make: { cmd: echo made > deep/er/out.txt, outs: [deep/er/out.txt] }")
    let hash = try space.hash(of: "deep/er/out.txt")
    #expect(space.exists(".hbcache/objects/\(hash.prefix(2))/\(hash.dropFirst(2))"))
    try space.remove("deep")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1 && space.text("deep/er/out.txt") == "made\n", "\(report)")
  }

  @Test func aDirectory_isKeptWithAllThatIsInIt_andComesBack() throws {
    let space = try Space.built(
      """
      make:
        cmd:
          - mkdir -p out/deep out/empty && echo 1 > out/a && echo 2 > out/deep/b
          - printf '#!/bin/sh\\necho run\\n' > out/run && chmod +x out/run
        outs: [out]
      """)
    let before = FileTree(root: space.absolute("out"))
    try space.remove("out")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1, "\(report)")
    #expect(FileTree(root: space.absolute("out")).differences(from: before) == [])
    try space.shell("test \"$(out/run)\" = run")
    try space.remove("out/deep/b")
    #expect(try space.repro().restored == 1)
    #expect(space.text("out/deep/b") == "2\n")
  }

  @Test func aDirectory_losesWhatTheNextRunDoesNotMake() throws {
    let space = try Space.built(
      "make: { cmd: mkdir out; for n in $(cat names); do echo > out/$n; done, deps: [names], outs: [out] }",
      files: ["names": "a b c"])
    #expect(space.files(below: "out") == ["a", "b", "c"])
    try space.write("names", "b")
    #expect(try space.ran() == ["make"])
    #expect(space.files(below: "out") == ["b"])
    #expect(space.lockLines.count == 1)
  }

  @Test func outputs_areClearedBeforeTheCommandRuns() throws {
    let space = try Space.built(
      "make: { cmd: test ! -e out && test ! -e dir && mkdir dir && cp in out && cp in dir/a, deps: [in], outs: [out, dir] }",
      files: ["in": "1"])
    try space.write("in", "2")
    #expect(try space.ran() == ["make"])
    #expect(space.text("out") == "2" && space.text("dir/a") == "2")
  }

  @Test func reasons_nameOnlyWhatChanged_whereThereAreSeveralOutputs() throws {
    let space = try Space.built(
      #"make: { cmd: cp in a; cp in b, deps: [in, "*.x", "*.y"], outs: [a, b] }"#, files: ["in": "1"])
    try space.write("in", "2")
    let run = try space.explainedRepro()
    #expect(run.reasons["make"]?.hasPrefix("input in changed (") == true, "\(run)")
    #expect(run.reasons["make"]?.contains(";") == false, "\(run)")
  }

  @Test func aCommandThatWritesToItsOldOutput_leavesTheCacheAlone() throws {
    let space = try Space.built("make: { cmd: cp in out, deps: [in], outs: [out] }", files: ["in": "1"])
    try space.write("in", "2")
    #expect(try space.repro().ran == 1)
    try space.write("in", "1")
    #expect(try space.repro().restored == 1)
    #expect(try space.run("verify").code == 0)
  }

  // MARK: cache: false

  private static let uncached = "make: { cmd: cp in.txt out.txt, deps: [in.txt], outs: [out.txt: {cache: false}] }"

  @Test func cacheFalse_isNotStored_andStaysAPlainFile() throws {
    let space = try Space.built(Self.uncached, files: ["in.txt": "big and private"])
    #expect(space.files(holding: "big and private", below: ".hbcache") == [])
    let status = try #require(space.status("out.txt"))
    #expect(status.st_mode & 0o777 == 0o644 && status.st_nlink == 1)
    #expect(try space.repro().didNothing)
    #expect(try space.hash(of: "out.txt").count == 64, "the lock knows it")
  }

  @Test func cacheFalse_isNotStored_whenItIsMadeAgain() throws {
    let space = try Space.built(Self.uncached, files: ["in.txt": "big and private"])
    try space.write("in.txt", "big and public")
    #expect(try space.ran() == ["make"])
    #expect(space.text("out.txt") == "big and public")
    #expect(space.files(holding: "big and", below: ".hbcache") == [])
  }

  @Test func cacheFalse_runsAgain_whenTheFileIsDeleted() throws {
    let space = try Space.built(Self.uncached, files: ["in.txt": "1"])
    try space.remove("out.txt")
    let report = try space.repro()
    #expect(report.ran == 1 && report.restored == 0 && space.text("out.txt") == "1", "\(report)")
    #expect(try space.repro().didNothing)
  }

  @Test func cacheFalse_worksForDirectories() throws {
    let space = try Space.built(
      "make: { cmd: mkdir out; cp in.txt out/a; cp in.txt out/b, deps: [in.txt], outs: [out: {cache: false}] }",
      files: ["in.txt": "big and private"])
    #expect(space.files(holding: "big and private", below: ".hbcache") == [])
    #expect(try space.repro().didNothing)
    try space.remove("out/b")
    #expect(try space.ran() == ["make"])
    #expect(space.files(below: "out") == ["a", "b"])
  }

  @Test func cacheFalse_runsWhatReadsIt() throws {
    let space = try Space.built(
      Self.uncached + "\nnext: { cmd: cp out.txt next.txt, deps: [out.txt], outs: [next.txt] }",
      files: ["in.txt": "1"])
    try space.write("in.txt", "2")
    #expect(try space.ran() == ["make", "next"])
    #expect(space.text("next.txt") == "2")
  }

  // MARK: persist

  private static let persisting = "log: { cmd: cat in >> log.txt, deps: [in], outs: [log.txt: {persist: true}] }"

  @Test func persist_keepsWhatWasThereBeforeTheRun() throws {
    let space = try Space.built(Self.persisting, files: ["in": "1"])
    #expect(try space.repro().didNothing)
    try space.write("in", "2")
    #expect(try space.ran() == ["log"])
    #expect(space.text("log.txt") == "12")
    try space.write("in", "1")
    #expect(try space.ran() == ["log"], "what was there before enters the result: nothing stands for it")
    #expect(space.text("log.txt") == "121")
  }

  @Test func persist_givesTheCommandAPrivateCopy() throws {
    let space = try Space.built(Self.persisting, files: ["in": "1"])
    let hash = try space.hash(of: "log.txt")
    try space.write("in", "2")
    #expect(try space.ran() == ["log"])
    #expect(space.text(".hbcache/objects/\(hash.prefix(2))/\(hash.dropFirst(2))") == "1")
    #expect(try space.run("verify").code == 0)
  }

  @Test func persist_keepsDirectories() throws {
    let space = try Space.built(
      "log: { cmd: mkdir -p out; cp in out/$(cat in), deps: [in], outs: [out: {persist: true}] }", files: ["in": "1"])
    try space.write("in", "2")
    #expect(try space.ran() == ["log"])
    #expect(space.files(below: "out") == ["1", "2"])
    #expect(try space.run("verify").code == 0)
    #expect(try space.repro().didNothing)
  }

  @Test(arguments: ["{persist: true}", "{persist: true, cache: false}"])
  func persist_comesBackAsItWas_whenTheCommandFails(options: String) throws {
    let space = try Space.built(
      "log: { cmd: [cat in >> log.txt, grep -q 1 in], deps: [in], outs: [log.txt: \(options)] }", files: ["in": "1"])
    try space.write("in", "2")
    #expect(try space.repro().failed == 1)
    #expect(space.text("log.txt") == "1")
    try space.write("in", "1")
    #expect(try space.repro().didNothing)
  }

  // MARK: desc and mode

  @Test func descOfAnOutput_changesNothing() throws {
    let space = try Space.built("make: { cmd: echo 1 > out, outs: [out: {desc: one}] }")
    try space.declare("make: { cmd: echo 1 > out, outs: [out: {desc: two}] }")
    #expect(try space.repro().didNothing)
    try space.declare("make: { cmd: echo 1 > out, outs: [out] }")
    #expect(try space.repro().didNothing)
  }

  @Test(arguments: ["755", "\"0755\""])
  func mode755_makesPrograms(mode: String) throws {
    let space = try Space.built(
      "make: { cmd: echo exit 0 > out; mkdir d; echo exit 0 > d/a, outs: [out: {mode: \(mode)}, d: {mode: \(mode)}] }")
    #expect(space.isExecutable("out") && space.isExecutable("d/a"))
    try space.remove("out")
    try space.remove("d")
    #expect(try space.repro().restored == 1)
    #expect(space.isExecutable("out") && space.isExecutable("d/a"))
  }

  @Test(arguments: ["644", "\"0644\""])
  func mode644_makesPlainFiles(mode: String) throws {
    let space = try Space.built("make: { cmd: echo 1 > out; chmod 755 out, outs: [out: {mode: \(mode)}] }")
    #expect(!space.isExecutable("out"))
    try space.remove("out")
    #expect(try space.repro().restored == 1)
    #expect(!space.isExecutable("out"))
  }

  @Test func mode_worksForUncachedFilesToo() throws {
    let space = try Space.built("make: { cmd: echo 1 > out, outs: [out: {mode: 755, cache: false}] }")
    #expect(space.isExecutable("out"))
    #expect(try space.repro().didNothing)
  }

  @Test func withoutMode_theCommandSaysWhatIsAProgram() throws {
    let space = try Space.built("make: { cmd: echo 1 > a; echo 2 > b; chmod +x b, outs: [a, b] }")
    #expect(!space.isExecutable("a") && space.isExecutable("b"))
  }

  @Test func anotherMode_isRefused() throws {
    let space = try Space.of("make: { cmd: echo 1 > out, outs: [out: {mode: 600}] }")
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:3:") && run.errors.contains("not `600`"), "\(run)")
  }

  // MARK: metrics and plots

  @Test(arguments: ["metrics", "plots"])
  func metricsAndPlots_areOutputsLikeOthers(key: String) throws {
    let space = try Space.built(
      """
      train:
        cmd: echo '{"loss":1}' > loss.json; cp in more.json
        deps: [in]
        \(key): [loss.json, more.json: {cache: false}]
      report: { cmd: cp loss.json report.txt, deps: [loss.json], outs: [report.txt] }
      """, files: ["in": "{}"])
    #expect(space.text("report.txt") == "{\"loss\":1}\n")
    #expect(try space.hash(of: "loss.json").count == 64)
    try space.remove("loss.json")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1, "\(report)")
    #expect(space.files(holding: "{}", below: ".hbcache/objects") == [])
  }

  @Test func howAPlotIsDrawn_changesNothing() throws {
    func stage(_ title: String) -> String {
      """
      train:
        cmd: echo a,b > loss.csv
        plots:
          - loss.csv: {cache: true, x: a, y: b, title: \(title), template: linear, x_label: A, y_label: B, header: true}
      """
    }
    let space = try Space.built(stage("One"))
    try space.declare(stage("Two"))
    #expect(try space.repro().didNothing)
  }
}
