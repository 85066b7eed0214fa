import Builders
import Engine
import Testing

@Suite struct CommandBuilderTests {
  private func complaint(_ stage: String) -> String? {
    do {
      _ = try PipelineFile.parse(
        "version: 1\nstages:\n  s: \(stage)\n", builders: [CommandBuilder(environment: [:])])
      return nil
    } catch EngineError.invalid(let place, let message, _) {
      return "\(place): \(message)"
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("{cmd: '', outs: [a]}", "pipeline.yaml:3:7: `cmd` of stage `s` is empty"),
    ("{cmd: x, outs: [a, a]}", "pipeline.yaml:3:25: `outs` of stage `s`: a overlaps with a, at pipeline.yaml:3:22"),
    ("{cmd: x, outs: [a/b, a]}", "pipeline.yaml:3:27: `outs` of stage `s`: a overlaps with a/b, at pipeline.yaml:3:22"),
    ("{cmd: x, outs: [../a]}", "pipeline.yaml:3:22: `outs`: `../a` is not a path inside the project"),
    ("{cmd: x, deps: [/etc]}", "pipeline.yaml:3:22: `deps`: `/etc` is not a path inside the project"),
    ("{cmd: x, out: [a]}", "pipeline.yaml:3:15: stage `s` knows no `out`"),
  ])
  func mistake_isTold(_ stage: String, _ expected: String) { #expect(complaint(stage) == expected) }

  @Test func outputs_areFilesAndTrees_withTheirModes() throws {
    let command = "mkdir -p out/t/empty && echo 1 > out/t/a && echo '#!' > out/run && chmod +x out/run"
    let site = try Site("s: {cmd: \"\(command)\", deps: [in.txt], outs: [out/t, out/run]}")
    try site.write("in.txt", "1")
    #expect(try site.run().failures.values.sorted() == [])
    #expect(try site.text("out/t/a") == "1\n")
    #expect(site.exists("out/t/empty"))
    #expect(try site.run().summary.upToDate == 1)

    try site.remove("out")
    let again = try site.run().summary
    #expect(again.ran == 0 && again.restored == 1)
    #expect(site.exists("out/t/empty"))
    #expect(try site.text("pipeline.lock").contains("\texecutable\t"))
  }

  @Test func command_isRunAgain_whenAFileBelowADependencyChanges() throws {
    let site = try Site("s: {cmd: 'cat d/* > out', deps: [d], outs: [out]}")
    try site.write("d/a", "1")
    #expect(try site.run().failures.values.sorted() == [])
    try site.write("d/b", "2")
    #expect(try site.run().failures.values.sorted() == [])
    #expect(try site.text("out") == "12")
    try site.remove("d/b")
    #expect(try site.run().summary.restored == 1)
    #expect(try site.text("out") == "1")
  }

  @Test(arguments: [
    ("exit 3", "`exit 3` ended with exit status 3"), ("kill -9 $$", "`kill -9 $$` was ended by signal 9"),
    ("true", "the command ended well, but made no out"),
    ("ln -s in.txt out", "the command made out as a symbolic link"),
    ("mkfifo out", "the command made out, which is neither a file nor a directory"),
  ])
  func failure_isToldInWords(_ command: String, _ words: String) throws {
    let site = try Site("s: {cmd: '\(command)', outs: [out]}")
    let failure = try #require(try site.run().failures["s"])
    #expect(failure.contains(words), "\(failure)")
  }

  @Test func whatAFailedCommandHalfMade_doesNotStay() throws {
    let site = try Site("s: {cmd: ['echo half > out', 'exit 1'], outs: [out]}")
    #expect(try site.run().failures.count == 1)
    #expect(!site.exists("out"))
  }

  @Test func missingDependency_isAFailure() throws {
    let site = try Site("s: {cmd: 'touch out', deps: [nothing], outs: [out]}")
    let failure = try #require(try site.run().failures["s"])
    #expect(failure.contains("nothing does not exist, and stage `s` depends on it"))
    #expect(!site.exists("out"))
  }
}
