import Testing

/// Targets and options of `repro`, and `status`.
struct OptionTests {
  @Test func repro_makesOnlyTheStageThatIsNamed_withWhatItReads() throws {
    let space = try SmallBlog.space()
    let run = try space.explainedRepro("static")
    #expect(run.ran == ["static@src/static/robots.txt", "static@src/static/css/site.css"])
    #expect(space.files(below: "public") == ["css/site.css", "robots.txt"])
    #expect(try space.repro().ran == SmallBlog.actions - 2)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_makesOnlyTheArtifactThatIsNamed() throws {
    let space = try SmallBlog.space()
    let run = try space.explainedRepro("public/blog/two/index.html")
    #expect(run.code == 0 && run.ran == ["posts@src/posts/2025-01-02-two.md"])
    #expect(try space.explainedRepro("./public/robots.txt").ran == ["static@src/static/robots.txt"])
  }

  @Test func repro_leavesTheRestOfTheLockAlone_whenATargetIsNamed() throws {
    let space = try SmallBlog.built()
    let before = space.lockLines.filter { $0.contains("posts@") }
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    try space.write("src/static/robots.txt", "User-agent: none\n")
    #expect(try space.explainedRepro("static").ran == ["static@src/static/robots.txt"])
    #expect(space.lockLines.filter { $0.contains("posts@") } == before)
    #expect(try space.explainedRepro().ran == ["posts@src/posts/2025-01-01-one.md"])
  }

  @Test func repro_endsWith1AndSuggestsTheNearest_whenATargetIsUnknown() throws {
    let space = try SmallBlog.built()
    let run = try space.run("repro", "imges")
    #expect(run.code == 1)
    #expect(run.errors.contains("`imges` is neither a stage nor an artifact"))
    #expect(run.errors.contains("did you mean `images`?"))
    #expect(try space.run("repro", "public/blog/none/index.html").code == 1)
  }

  @Test func dryRun_changesNothingAtAll() throws {
    let space = try SmallBlog.built()
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    try space.remove("src/static/robots.txt")
    let before = FileTree(root: space.root, leavingOut: [".hbcache"])
    let objects = space.files(below: ".hbcache/objects")
    let run = try space.run("repro", "-n")
    #expect(run.code == 0)
    #expect(run.output.contains("run src/posts/2025-01-01-one.md:"), "\(run.output)")
    #expect(run.output.contains("remove public/robots.txt: no action makes it any more"), "\(run.output)")
    #expect(FileTree(root: space.root, leavingOut: [".hbcache"]).differences(from: before).isEmpty)
    #expect(space.files(below: ".hbcache/objects") == objects)
    #expect(try space.repro().ran == 1)
  }

  @Test func dryRun_makesNoOutput_inAFreshProject() throws {
    let space = try SmallBlog.space()
    #expect(try space.run("repro", "--dry-run").code == 0)
    #expect(!space.exists("public") && !space.exists("pipeline.lock"))
  }

  @Test func repro_explainsEveryAction() throws {
    let space = try SmallBlog.space()
    #expect(try space.explainedRepro().reasons.values.allSatisfy { $0 == "not built yet" })
    try space.remove("public/robots.txt")
    let run = try space.explainedRepro()
    #expect(run.reasons == ["static@src/static/robots.txt": "public/robots.txt is missing"])
  }

  @Test func repro_runsEverything_whenForced() throws {
    let space = try SmallBlog.built()
    let lock = space.bytes("pipeline.lock")
    #expect(try space.repro("--force").ran == SmallBlog.actions)
    #expect(space.bytes("pipeline.lock") == lock)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_isQuiet_whenTold() throws {
    let run = try SmallBlog.space().run("repro", "-q")
    #expect(run.errors.isEmpty, "\(run.errors)")
  }

  @Test func repro_findsThePipeline_inTheDirectoryOfC() throws {
    let space = try Space()
    let run = try space.run("repro")
    #expect(run.code == 2)
    #expect(run.errors.contains("there is no pipeline.yaml in"))
    #expect(!space.exists(".hbcache"), "nothing is left in a directory that is no project")
    #expect(try space.run("repro", "-j", "0").code == 2)
    #expect(try space.run("reproduce").code == 2)
    #expect(try space.run("repro", "--no-such-option").code == 2)
  }

  @Test func status_saysUpToDateInOneLine() throws {
    let space = try SmallBlog.built()
    let status = try space.run("status", "--exit-code")
    #expect(status.code == 0)
    #expect(status.output == "up to date: 8 actions, \(space.lockLines.count) artifacts\n")
  }

  @Test func status_namesStagePathAndReason_asJSON() throws {
    struct Status: Decodable {
      struct Change: Decodable { let stage, path, reason: String }
      let upToDate: Bool
      let changes: [Change]
    }
    let space = try SmallBlog.built()
    #expect(try space.run("status", "--json").decode(Status.self).upToDate)
    try space.edit("src/static/robots.txt", replacing: "*", with: "+")
    #expect(try space.run("status").code == 0)
    let run = try space.run("status", "--json", "--exit-code")
    #expect(run.code == 1)
    let status: Status = try run.decode()
    #expect(!status.upToDate && status.changes.count == 1)
    #expect(status.changes.first?.stage == "static" && status.changes.first?.path == "src/static/robots.txt")
    #expect(status.changes.first?.reason.contains("source changed") == true)
  }
}
