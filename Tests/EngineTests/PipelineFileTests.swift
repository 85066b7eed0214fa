import Engine
import Store
import Testing

@Suite struct PipelineFileTests {
  private func parse(_ text: String) throws -> PipelineFile {
    try PipelineFile.parse(text, builders: [StubBuilder()])
  }

  @Test func outline_isRead() throws {
    let file = try parse(
      """
      version: 1
      site: { title: Heartbeat, url: "https://example.org", n: 3 }
      remote: { url: "file:///var/cache/x" }
      root: out/site
      stages:
        b: { uses: stub, reads: "in/*", writes: [mid] }
        a: { uses: stub, reads: [mid], needs: b }
      """)
    #expect(
      file.site == .map(["title": .string("Heartbeat"), "url": .string("https://example.org"), "n": .int(3)]))
    #expect(file.remote?.url == "file:///var/cache/x")
    #expect(file.siteRoot.string == "out/site")
    #expect(file.stages.map(\.name.string) == ["b", "a"])
    #expect(file.stages.map(\.place.description) == ["pipeline.yaml:6:3", "pipeline.yaml:7:3"])
  }

  @Test func pipeline_mayBeAsShortAsItsVersion() throws {
    let file = try parse("version: 1\n")
    #expect(file.stages.isEmpty)
    #expect(file.siteRoot.string == "public")
    #expect(file.site == .map([:]))
    #expect(file.remote == nil)
  }

  static let mistakes: [(String, Complaint)] = [
    ("", Complaint("pipeline.yaml:1:1", "pipeline.yaml has to be a map of keys and values, not nothing")),
    (
      "stages: {}\n",
      Complaint("pipeline.yaml:1:1", "pipeline.yaml has no `version`", hint: "for example: version: 1")
    ),
    ("version: 2\n", Complaint("pipeline.yaml:1:10", "`version` has to be 1: this hbpipe knows no other")),
    ("version: '1'\n", Complaint("pipeline.yaml:1:10", "`version` has to be 1: this hbpipe knows no other")),
    (
      "version: 1\nstagse: {}\n",
      Complaint("pipeline.yaml:2:1", "pipeline.yaml knows no `stagse`", hint: "did you mean `stages`?")
    ),
    (
      "version: 1\nsite: [a]\n",
      Complaint("pipeline.yaml:2:7", "`site` has to be a map of keys and values, not a list")
    ),
    (
      "version: 1\nremote: {url: ftp://x}\n",
      Complaint(
        "pipeline.yaml:2:10", "`ftp://x` is no remote", hint: "write s3://bucket/prefix or file:///directory")
    ),
    (
      "version: 1\nremote: {ulr: s3://x}\n",
      Complaint("pipeline.yaml:2:9", "`remote` has no `url`", hint: "for example: url: s3://bucket/prefix")
    ),
    (
      "version: 1\nroot: /srv\n",
      Complaint(
        "pipeline.yaml:2:7", "`root`: `/srv` is not a path inside the project",
        hint: "write it from the directory of pipeline.yaml; it may not lead out of the project")
    ),
    (
      "version: 1\nstages: [a]\n",
      Complaint("pipeline.yaml:2:9", "`stages` has to be a map of keys and values, not a list")
    ),
    (
      "version: 1\nstages:\n  a@b: {uses: stub}\n",
      Complaint(
        "pipeline.yaml:3:3", "`a@b` is no stage name",
        hint: "a name may not hold an @, or begin or end with a space")
    ),
    (
      "version: 1\nstages:\n  a: {uses: stbu}\n",
      Complaint("pipeline.yaml:3:7", "no builder is called `stbu`", hint: "did you mean `stub`?")
    ),
    (
      "version: 1\nstages:\n  a: {uses: something}\n",
      Complaint("pipeline.yaml:3:7", "no builder is called `something`", hint: "there are stub")
    ),
    (
      "version: 1\nstages:\n  a: {}\n",
      Complaint("pipeline.yaml:3:6", "stage `a` has no `uses`", hint: "for example: uses: image")
    ),
    (
      "version: 1\nstages:\n  a: {uses: stub, cmd: x}\n",
      Complaint("pipeline.yaml:3:7", "stage `a` has both `uses` and `cmd`")
    ),
    (
      "version: 1\nstages:\n  a: {uses: stub, readz: x}\n",
      Complaint("pipeline.yaml:3:19", "stage `a` knows no `readz`", hint: "did you mean `reads`?")
    ),
    (
      "version: 1\nstages:\n  a: {uses: stub, reads: ['x', '../y']}\n",
      Complaint(
        "pipeline.yaml:3:32", "`reads`: `../y` is not a path inside the project",
        hint: "write it from the directory of pipeline.yaml; it may not lead out of the project")
    ),
    (
      "version: 1\nstages:\n  a: {uses: stub}\n  b: {uses: stub}\n  a: {uses: stub}\n",
      Complaint("pipeline.yaml:5:3", "a key stands twice: `a`")
    ),
  ]

  @Test(arguments: 0..<mistakes.count) func mistake_isTold_withItsPlaceAndAHint(_ number: Int) {
    let (text, expected) = Self.mistakes[number]
    #expect(complaint { _ = try parse(text) } == expected)
  }

  private func read(_ space: Workspace) throws(EngineError) -> PipelineFile {
    try PipelineFile.read(space.tree, through: Snapshot(tree: space.tree, index: .empty), builders: [])
  }

  @Test func pipelineFile_isReadFromTheProject() throws {
    let space = try Workspace()
    do {
      _ = try read(space)
      Issue.record("there is none")
    } catch EngineError.noPipeline(let directory) {
      #expect(directory == space.tree.root)
    }
    try space.write("pipeline.yaml", "version: 1\n")
    #expect(try read(space).stages.isEmpty)
    try space.write("pipeline.yaml", [0x61, 0xFF, 0x0A])
    #expect(
      complaint { _ = try read(space) }
        == Complaint("pipeline.yaml:1:1", "not UTF-8"))
    try space.write("pipeline.yaml", String(repeating: "# a comment\n", count: 400_000))
    #expect(
      complaint { _ = try read(space) }
        == Complaint("pipeline.yaml:1:1", "larger than 4 MiB: that is no pipeline"))
  }
}
