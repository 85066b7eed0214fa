import Testing

/// What happens to artifacts that nobody makes any more, and to files that hbpipe never made.
struct RemovalTests {
  @Test func repro_removesThePageAndItsDirectory_whenThePostIsDeleted() throws {
    let space = try SmallBlog.built()
    try space.remove("src/posts/2025-01-01-one.md")
    let report = try space.repro()
    #expect(report.code == 0 && report.removed == ["public/blog/one/index.html"], "\(report)")
    #expect(!space.exists("public/blog/one") && space.exists("public/blog/two/index.html"))
    #expect(!space.lockLines.contains { $0.contains("one") })
    #expect(space.text("public/index.html")?.contains("One") == false)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_movesThePage_whenThePostIsRenamed() throws {
    let space = try SmallBlog.built()
    try space.move("src/posts/2025-01-03-three.md", to: "src/posts/2025-01-03-drei.md")
    #expect(try space.repro().code == 0)
    #expect(space.exists("public/blog/drei/index.html") && !space.exists("public/blog/three"))
  }

  @Test func repro_removesEverythingOfAStage_whenTheStageIsDeleted() throws {
    let space = try SmallBlog.built()
    let lines = SmallBlog.pipeline.split(separator: "\n").filter { !$0.contains("static:") }
    try space.write("pipeline.yaml", lines.joined(separator: "\n") + "\n")
    #expect(try space.run("status").output.contains("2 to remove"))
    #expect(try space.repro().removed == ["public/css/site.css", "public/robots.txt"])
    #expect(!space.exists("public/css"))
    #expect(try space.repro().didNothing)
  }

  @Test func repro_keepsNoArtifactOfARenamedStage_butItsFiles() throws {
    let space = try SmallBlog.built()
    let before = FileTree(root: space.absolute("public"))
    try space.edit("pipeline.yaml", replacing: "static:", with: "assets:")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 0, "\(report)")
    #expect(FileTree(root: space.absolute("public")).differences(from: before).isEmpty)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_neverDeletes_aFileThatItDidNotMake() throws {
    let space = try SmallBlog.built()
    try space.write("public/blog/one/notes.txt", "mine")
    try space.remove("src/posts/2025-01-01-one.md")
    #expect(try space.repro().code == 0)
    #expect(space.files(below: "public/blog/one") == ["notes.txt"])
    #expect(space.text("public/blog/one/notes.txt") == "mine")
  }

  @Test func repro_refusesToOverwrite_aFileThatItDidNotMake() throws {
    let space = try SmallBlog.built()
    try space.write("public/new.txt", "mine")
    try space.write("src/static/new.txt", "theirs")
    let run = try space.run("repro")
    #expect(run.code == 1)
    #expect(run.errors.contains("public/new.txt is in the way: hbpipe did not make it"))
    #expect(run.errors.contains("--force"))
    #expect(space.text("public/new.txt") == "mine")
  }

  @Test func repro_replacesAForeignFileAndKeepsItsBytes_whenForced() throws {
    let space = try SmallBlog.built()
    try space.write("public/new.txt", "mine")
    try space.write("src/static/new.txt", "theirs")
    #expect(try space.run("repro", "--force").code == 0)
    #expect(space.text("public/new.txt") == "theirs")
    let kept = space.files(below: ".hbcache/objects").compactMap { space.text(".hbcache/objects/" + $0) }
    #expect(kept.contains("mine"))
    #expect(try space.repro().didNothing)
  }

  @Test func repro_restoresAnArtifactChangedByHand_andKeepsTheChangedBytes() throws {
    let space = try SmallBlog.built()
    try space.remove("public/robots.txt")
    try space.write("public/robots.txt", "by hand")
    let report = try space.repro()
    #expect(report.code == 0 && report.restored == 1 && report.ran == 0, "\(report)")
    #expect(report.warnings.contains { $0.contains("public/robots.txt was changed since hbpipe made it") })
    #expect(space.text("public/robots.txt") == "User-agent: *\n")
    let kept = space.files(below: ".hbcache/objects").compactMap { space.text(".hbcache/objects/" + $0) }
    #expect(kept.contains("by hand"))
  }

  @Test func repro_restoresAnArtifactThatWasWrittenInPlace() throws {
    let space = try SmallBlog.built()
    // As an editor does that keeps the inode: where artifacts are hard links, this reaches the cache too.
    try space.setMode("public/robots.txt", 0o644)
    try space.write("public/robots.txt", "in place")
    #expect(try space.repro().code == 0)
    #expect(space.text("public/robots.txt") == "User-agent: *\n")
    #expect(try space.repro().didNothing)
  }

  @Test func repro_removesTheOtherBranchsPages_whenSourcesAndLockAreSwitchedTogether() throws {
    let space = try SmallBlog.space()
    let post = "src/posts/2025-02-01-draft.md"
    #expect(try space.repro().code == 0)
    let lock = try #require(space.text("pipeline.lock"))
    // Another branch, with its own lock, is built …
    try space.write(post, SmallBlog.post("Draft", "Not yet.\n"))
    #expect(try space.repro().code == 0)
    // … and git checks the first one out again; public/ is ignored, so it stays.
    try space.remove(post)
    try space.write("pipeline.lock", lock)
    #expect(try space.repro().code == 0)
    #expect(!space.exists("public/blog/draft"))
    #expect(space.text("pipeline.lock") == lock)
  }

  @Test func repro_putsTheModeRight_ofAnArtifactThatSharesItsFileWithTheCache() throws {
    let space = try SmallBlog.built()
    try space.setMode("public/index.html", 0o755)
    #expect(try space.repro().restored == 1)
    let entry = try #require(FileTree(root: space.absolute("public")).entries["index.html"])
    #expect(entry == .file(try #require(space.bytes("public/index.html")), isExecutable: false))
    #expect(try space.repro().didNothing)
  }
}
