import Testing

/// Every mistake in `pipeline.yaml` has a line, a column, what was expected, and exit code 2; nothing runs.
struct BadPipelineTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let yaml: String
    let says: [String]
    var testDescription: String { name }

    init(_ name: String, _ yaml: String, says: String...) {
      self.name = name
      self.yaml = yaml
      self.says = says
    }
  }

  private static let copy = "version: 1\nstages:\n  all: "
  static let mistakes = [
    Mistake("an empty file", "", says: "pipeline.yaml:1:1: "),
    Mistake("a list", "- a\n- b\n", says: "pipeline.yaml:1:1: ", "has to be a map of keys and values, not a list"),
    Mistake("a word", "hello\n", says: "pipeline.yaml:1:1: ", "has to be a map"),
    Mistake("no version", "stages: {}\n", says: "pipeline.yaml:1:1: ", "has no `version`"),
    Mistake("another version", "version: 2\n", says: "pipeline.yaml:1:10: ", "`version` has to be 1"),
    Mistake("a tab", "version: 1\nstages:\n\ta: b\n", says: "pipeline.yaml:3:1: ", "not YAML"),
    Mistake("an open bracket", "version: 1\nstages: {\n", says: "pipeline.yaml:", "not YAML"),
    Mistake(
      "a doubled stage", copy + "{ uses: copy, from: a, to: b }\n  all: { uses: copy }\n", says: "pipeline.yaml:",
      "twice", "`all`"),
    Mistake(
      "an unknown key at the top", "version: 1\nstage: {}\n", says: "pipeline.yaml:2:1: ", "knows no `stage`",
      "did you mean `stages`?"),
    Mistake(
      "stages as a list", "version: 1\nstages:\n  - a\n", says: "pipeline.yaml:3:3: ", "`stages` has to be a map"),
    Mistake("a stage as a word", copy + "copy\n", says: "pipeline.yaml:3:8: ", "stage `all` has to be a map"),
    Mistake(
      "an unknown builder", copy + "{ uses: imge, from: a, to: b }\n", says: "pipeline.yaml:3:",
      "no builder is called `imge`", "did you mean `image`?"),
    Mistake(
      "an unknown option", copy + "{ uses: copy, form: a, from: a, to: b }\n", says: "pipeline.yaml:3:22: ",
      "knows no `form`", "did you mean `from`?"),
    Mistake("neither uses nor cmd", copy + "{ from: a }\n", says: "pipeline.yaml:3:", "has no `uses`"),
    Mistake(
      "both uses and cmd", copy + "{ uses: copy, cmd: ls, from: a, to: b }\n", says: "pipeline.yaml:3:",
      "both `uses` and `cmd`"),
    Mistake("no from", copy + "{ uses: copy, to: b }\n", says: "pipeline.yaml:3:", "has no `from`", "for example"),
    Mistake("no to", copy + "{ uses: copy, from: a }\n", says: "pipeline.yaml:3:", "has no `to`"),
    Mistake(
      ".. in a glob", copy + "{ uses: copy, from: \"../*\", to: b }\n", says: "pipeline.yaml:3:",
      "`../*` is not a path inside the project"),
    Mistake(
      ".. within a glob", copy + "{ uses: copy, from: \"a/../../b/*\", to: b }\n",
      says: "is not a path inside the project"),
    Mistake(
      ".. in braces", copy + "{ uses: copy, from: \"{a,..}/x\", to: b }\n", says: "pipeline.yaml:3:",
      "is not a path inside the project"),
    Mistake(
      ".. in an output", copy + "{ uses: copy, from: a, to: ../b }\n", says: "pipeline.yaml:3:",
      "`../b` is not a path inside the project"),
    Mistake(
      "an absolute output", copy + "{ uses: copy, from: a, to: /tmp }\n",
      says: "`/tmp` is not a path inside the project"),
    Mistake(
      ".. in outs", copy + "{ cmd: ls, outs: [a/../../b] }\n", says: "pipeline.yaml:3:",
      "is not a path inside the project"),
    Mistake(".. in deps", copy + "{ cmd: ls, deps: [../b], outs: [c] }\n", says: "is not a path inside the project"),
    Mistake("the cache as an output", copy + "{ cmd: ls, outs: [.hbcache/objects] }\n", says: "hbpipe's own directory"),
    Mistake("the project as an output", copy + "{ cmd: ls, outs: [.] }\n", says: "pipeline.yaml:3:"),
    Mistake("pipeline.lock as an output", copy + "{ cmd: ls, outs: [pipeline.lock] }\n", says: "pipeline.yaml:3:"),
    Mistake("pipeline.yaml as an output", copy + "{ cmd: ls, outs: [pipeline.yaml] }\n", says: "pipeline.yaml:3:"),
    Mistake(
      "outputs in each other", copy + "{ cmd: ls, outs: [a, a/b] }\n", says: "a/b overlaps with a, at pipeline.yaml:"),
    Mistake("a broken glob", copy + "{ uses: copy, from: \"a/[b\", to: b }\n", says: "without its `]`"),
    Mistake(
      "a bomb of braces", copy + "{ uses: copy, from: \"\(String(repeating: "{a,b}", count: 40))\", to: b }\n",
      says: "more than 1000 patterns"),
    Mistake("** within a name", copy + "{ uses: copy, from: \"a**b\", to: b }\n", says: "`**` has to stand alone"),
    Mistake(
      "widths that are words", copy + "{ uses: image, from: a, to: b, widths: [wide] }\n", says: "pipeline.yaml:3:",
      "`widths` has to be a whole number from 1 to 16383, not `wide`"),
    Mistake("a width of zero", copy + "{ uses: image, from: a, to: b, widths: [0] }\n", says: "not `0`"),
    Mistake(
      "an unknown format", copy + "{ uses: image, from: a, to: b, formats: [wepb] }\n",
      says: "`formats` knows no `wepb`", "did you mean `webp`?"),
    Mistake("an unknown placeholder", copy + "{ uses: page, from: a, to: \"{slag}\", template: t }\n", says: "{slug}"),
    Mistake(
      "an unknown image stage", copy + "{ uses: page, from: a, to: \"{slug}\", template: t, images: pics }\n",
      says: "uses `pics`, which is no stage"),
    Mistake("a wrong remote", "version: 1\nremote: { url: ftp://x }\n", says: "pipeline.yaml:2:", "is no remote"),
    Mistake("an empty command", copy + "{ cmd: '', outs: [a] }\n", says: "pipeline.yaml:3:", "empty"),
    Mistake("a NUL", copy + "{ uses: copy, from: \"a\\0b\", to: b }\n", says: "pipeline.yaml:3:"),
    Mistake(
      "deep nesting", "version: 1\nsite: " + String(repeating: "[", count: 50_000), says: "pipeline.yaml:2:",
      "nested too deep"),
    Mistake(
      "deep maps", "version: 1\nsite:\n" + (1...3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      says: "pipeline.yaml:"),
    Mistake("a bomb of aliases", bomb, says: "pipeline.yaml:", "too many values"),
    Mistake(
      "a cycle of two",
      "version: 1\nstages:\n  a: { cmd: x, deps: [b.txt], outs: [a.txt] }\n  b: { cmd: x, deps: [a.txt], outs: [b.txt] }\n",
      says: "pipeline.yaml:3:3: ", "a → b → a"),
    Mistake(
      "a cycle with itself", "version: 1\nstages:\n  a: { cmd: x, deps: [d], outs: [d] }\n", says: "pipeline.yaml:3:",
      "a → a"),
  ]

  private static let bomb =
    "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    + (1...12).map { level in
      "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }.joined()

  @Test(arguments: mistakes)
  func aMistake_isNamedWithItsPlace(_ mistake: Mistake) throws {
    let space = try Space()
    try space.write("pipeline.yaml", mistake.yaml)
    try space.write("a", "a")
    for command in ["repro", "status"] {
      let run = try space.run(command)
      #expect(run.code == 2, "\(command): \(run)")
      for words in mistake.says { #expect(run.errors.contains(words), "\(run.errors)") }
      #expect(run.output.isEmpty)
      #expect(run.errors.utf8.count < 2000, "a message is for people")
    }
    #expect(!space.exists("b") && !space.exists("pipeline.lock"))
  }

  @Test func aWrongPipeline_leavesWhatWasBuiltAlone() throws {
    let space = try SmallBlog.built()
    let before = FileTree(root: space.root, leavingOut: [".hbcache", "pipeline.yaml"])
    try space.write("pipeline.yaml", SmallBlog.pipeline.replacing("uses: copy", with: "uses: cpoy"))
    #expect(try space.run("repro").code == 2)
    let after = FileTree(root: space.root, leavingOut: [".hbcache", "pipeline.yaml"])
    #expect(after.differences(from: before).isEmpty)
    try space.write("pipeline.yaml", SmallBlog.pipeline)
    #expect(try space.repro().didNothing)
  }

  @Test func bytesThatAreNotUTF8_areRefused() throws {
    let space = try Space()
    try space.write("pipeline.yaml", Array("version: 1\n# ".utf8) + [0xE9, 0x0A])
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:"), "\(run)")
    #expect(run.errors.contains("not UTF-8"))
  }

  @Test func aDirectoryNamedPipelineYaml_isRefused() throws {
    let space = try Space()
    try space.write("pipeline.yaml/x", "")
    let run = try space.run("repro")
    #expect(run.code == 2 || run.code == 1, "\(run)")
    #expect(run.errors.contains("pipeline.yaml"))
  }
}
