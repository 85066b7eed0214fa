import Engine
import Foundation
import Store
import Testing

/// `foreach: {glob: …}`: which patterns stand for all its files, and what becomes of each file.
@Suite struct FanOutTests {
  private func stage(_ foreach: String, _ body: String) throws -> Stage {
    try #require(try templates("stages:\n  s: {foreach: {\(foreach)}, do: {cmd: x, \(body)}}\n").stages.first)
  }

  /// The glob, `deps`, `outs`, and the patterns that the stage is said to read beside its files, and to write.
  static let samples: [(String, String, String, [String], [String])] = [
    ("src/*.txt", "['${item.path}']", "['out/${item.stem}.up']", ["src/*.txt"], ["out/?*.up"]),
    ("src/*.txt", "[lib.sh]", "['out/${item.name}.up']", ["lib.sh"], ["out/?*.up"]),
    (
      "src/**/*.md", "['${item.dir}/meta.json']", "['out/${item.path}.html']", ["**/meta.json"],
      ["out/src/**/*.md.html"]
    ),
    ("src/**", "[]", "['out/${item.dir}/${item.name}']", [], ["out/**/?*"]),
    ("src/**", "[]", "['out/${item.dir}-x/${item.stem}.${item.ext}']", [], ["out/**/?*.?*", "out/**/?*."]),
    ("**", "[]", "['out-${item.dir}/a']", [], ["**/a"]),
    ("a.txt", "[]", "['out/${item.path}', 'out/${key}.2']", [], ["out/a.txt", "out/a.txt.2"]),
  ]

  @Test(arguments: samples.indices) func patterns_standForAllFiles(_ number: Int) throws {
    let (pattern, deps, outs, reads, writes) = Self.samples[number]
    let builder = try stage("glob: '\(pattern)'", "deps: \(deps), outs: \(outs)").builder
    #expect(builder.reads.map(\.text) == [try glob(pattern)[0].text] + reads, "\(pattern) \(deps)")
    #expect(builder.writes.map(\.text) == writes, "\(pattern) \(outs)")
  }

  /// What a pattern stands for may be more than what is read and written, never less.
  @Test func patterns_coverWhatEveryFileReadsAndWrites() throws {
    var random = SplitMix(state: 31)
    let parts = [
      "${item.path}", "${item.dir}", "${item.name}", "${item.stem}", "${item.ext}", "${key}", "a", "x.y", "a b",
    ]
    func text() -> String {
      var text = ["out/", "o", "./"].randomElement(using: &random) ?? ""
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        text += parts.randomElement(using: &random) ?? ""
        text += ["", "/", "-", "."].randomElement(using: &random) ?? ""
      }
      return text + "z"
    }
    let names = ["a.txt", "src/b.tar.gz", "src/deep/c", "src/.dot", "src/d.", "x y/e.md"]
    let globs = ["**", "src/**", "**/*.*", "*.txt", "src/*", "{src,x y}/**"]
    for _ in 0..<200 {
      let space = try Workspace()
      for name in names { try space.write(name, "x") }
      let (pattern, deps, outs) = (globs.randomElement(using: &random) ?? "**", text(), text())
      let recorder = EchoBuilder.Recorder()
      let declaration =
        "s: {foreach: {glob: '\(pattern)', exclude: pipeline.yaml}, do: {cmd: x, deps: ['\(deps)'], outs: ['\(outs)']}}"
      try space.write("pipeline.yaml", "version: 1\nstages:\n  \(declaration)\n")
      let planner = try Planner(
        Project(root: space.root, toolVersion: "1", programs: []), builders: [EchoBuilder(recorder)])
      let stage = try #require(planner.graph.stages.first)
      // What was declared before there were files is not a file's.
      let before = recorder.stages.count
      _ = try? planner.expand(stage, upstream: [:])
      let made = recorder.stages.dropFirst(before)
      for one in made {
        for path in one.reads.compactMap(\.onlyPath) {
          #expect(stage.builder.reads.contains { $0.matches(path) }, "\(declaration) reads \(path)")
        }
        for path in one.writes.compactMap(\.onlyPath) {
          #expect(stage.builder.writes.contains { $0.matches(path) }, "\(declaration) writes \(path)")
        }
      }
    }
  }

  // MARK: Files

  private func plan(_ space: Workspace, _ stages: String) throws -> StagePlan {
    try space.write("pipeline.yaml", "version: 1\nstages:\n  \(stages)\n")
    let planner = try Planner(Project(root: space.root, toolVersion: "1", programs: []), builders: [EchoBuilder()])
    return try planner.expand(try #require(planner.graph.stages.first), upstream: [:])
  }

  /// A path, and what `item` has of it: path, dir, name, stem, ext.
  static let files = [
    ("src/a.txt", "src/a.txt|src|a.txt|a|txt"), ("src/b.tar.gz", "src/b.tar.gz|src|b.tar.gz|b.tar|gz"),
    ("src/.dot", "src/.dot|src|.dot|.dot|"), ("src/none", "src/none|src|none|none|"),
    ("src/d.", "src/d.|src|d.|d|"), ("top.md", "top.md|.|top.md|top|md"),
    ("src/é\u{301}.x", "src/é\u{301}.x|src|é\u{301}.x|é\u{301}|x"),
    ("src/it's a.b", "src/it's a.b|src|it's a.b|it's a|b"),
  ]

  @Test(arguments: files.indices) func item_hasThePartsOfAPath(_ number: Int) throws {
    let (path, expected) = Self.files[number]
    let space = try Workspace()
    try space.write(path, "x")
    let cmd = "${item.path}|${item.dir}|${item.name}|${item.stem}|${item.ext}"
    let plan = try plan(space, "s: {foreach: {glob: ['**', '!pipeline.yaml']}, do: {cmd: '\(cmd)', outs: [out/x]}}")
    #expect(plan.actions.map(\.action.name.description) == ["s@" + path])
    #expect((plan.actions.first?.action.job as? [String]) == nil, "the job is the fan-out's own")
    #expect(plan.actions.first?.action.components.first?.value == expected)
  }

  @Test func everyFile_entersTheKeyOfItsActionAlone() throws {
    let space = try Workspace()
    for name in ["src/a", "src/b"] { try space.write(name, "1") }
    let stages = "s: {foreach: {glob: src/*}, do: {cmd: 'x ${item.path}', outs: ['out/${item.name}']}}"
    let before = try plan(space, stages).actions.map(\.action)
    #expect(before.map(\.name.description) == ["s@src/a", "s@src/b"])
    #expect(before.map(\.inputs) == [[try path("src/a")], [try path("src/b")]])
    try space.write("src/b", "22")
    let after = try plan(space, stages).actions.map(\.action)
    #expect(after[0].key == before[0].key && after[1].key != before[1].key)
  }

  @Test func exclusions_areHeeded() throws {
    let space = try Workspace()
    for name in ["src/a", "src/b", "src/c/d"] { try space.write(name, "1") }
    for foreach in ["glob: ['src/**', '!src/b']", "glob: 'src/**', exclude: src/b"] {
      let plan = try plan(space, "s: {foreach: {\(foreach)}, do: {cmd: x, outs: ['out/${item.path}']}}")
      #expect(plan.actions.map(\.action.name.description) == ["s@src/a", "s@src/c/d"])
    }
  }

  @Test func fanOut_isSaid_withItsPatterns() throws {
    let details = try stage("glob: ['src/*.txt', '!src/a.txt'], exclude: src/b.txt", "outs: ['out/${item.name}']")
      .builder.details
    #expect(details.items == ["src/*.txt", "!src/a.txt", "!src/b.txt"])
  }
}
