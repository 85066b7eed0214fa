import Testing

/// What `repro` rebuilds, and above all what it does not.
struct ReproTests {
  @Test func repro_makesEverything_inACleanProject() throws {
    let space = try SmallBlog.space()
    let report = try space.repro()
    #expect(report.code == 0)
    #expect(report.ran == SmallBlog.actions)
    #expect(report.actions == SmallBlog.actions)
    #expect(report.artifacts == space.lockLines.count)
    #expect(space.text("public/robots.txt") == "User-agent: *\n")
    #expect(space.text("public/blog/one/index.html")?.contains("<h1>One</h1>Ann") == true)
    #expect(space.text("public/index.html")?.contains("<a href=\"/blog/two/\">Two</a> red blue") == true)
    // Two images, each at 8 and 16 pixels and its own width as WebP, and one fallback.
    #expect(space.files(below: "public/images").count == 6)
  }

  @Test func repro_doesNothing_theSecondTime() throws {
    let space = try SmallBlog.built()
    let report = try space.repro()
    #expect(report.didNothing, "\(report)")
    #expect(report.upToDate == SmallBlog.actions)
    #expect(try space.run("repro").output.hasPrefix("ran 0, restored 0, up to date 8, failed 0 ("))
  }

  @Test func repro_runsNothing_whenPublicWasDeleted() throws {
    let space = try SmallBlog.built()
    let before = FileTree(root: space.absolute("public"))
    try space.remove("public")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == SmallBlog.actions, "\(report)")
    #expect(FileTree(root: space.absolute("public")).differences(from: before).isEmpty)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_rebuildsOnlyThePost_whenItsBodyChanges() throws {
    let space = try SmallBlog.built()
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Hello again.")
    let run = try space.explainedRepro()
    #expect(run.ran == ["posts@src/posts/2025-01-01-one.md"])
    #expect(run.restored.isEmpty)
    #expect(run.reasons.values.allSatisfy { $0.contains("src/posts/2025-01-01-one.md changed") })
  }

  @Test func repro_rebuildsThePostAndItsList_whenOneTagChanges() throws {
    let space = try SmallBlog.built()
    try space.edit("src/posts/2025-01-01-one.md", replacing: "[red]", with: "[green]")
    #expect(try space.explainedRepro().ran == ["posts@src/posts/2025-01-01-one.md", "home"])
  }

  @Test func repro_runsNothing_whenAnEditIsTakenBack() throws {
    let space = try SmallBlog.built()
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    #expect(try space.repro().ran == 1)
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Bye.", with: "Hello.")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 1, "\(report)")
    #expect(space.text("public/blog/one/index.html")?.contains("Hello.") == true)
  }

  @Test func repro_rebuildsTheVariantsAndThePagesThatShowThem_whenAnImageChanges() throws {
    let space = try SmallBlog.built()
    let others = space.files(below: "public/images").filter { $0.hasPrefix("b.") }
    try space.write("src/images/a.png", TinyImage.png(20, 12, seed: 9))
    let run = try space.explainedRepro()
    #expect(run.ran == ["images@src/images/a.png", "posts@src/posts/2025-01-01-one.md"])
    let variants = space.files(below: "public/images")
    #expect(variants.count == 6, "the old variants are gone")
    #expect(variants.filter { $0.hasPrefix("b.") } == others)
  }

  @Test func repro_rebuildsAllPagesAndNoImage_whenTheTemplateChanges() throws {
    let space = try SmallBlog.built()
    try space.edit("src/theme/post.html", replacing: "<h1>", with: "<h1 class=t>")
    #expect(try space.explainedRepro().ran == SmallBlog.posts)
    try space.edit("src/theme/foot.html", replacing: "footer>", with: "small>")
    #expect(try space.explainedRepro().ran == SmallBlog.posts.union(["home"]))
  }

  @Test func repro_rebuildsThePagesOfAnAuthor_whenTheAuthorChanges() throws {
    let space = try SmallBlog.built()
    try space.edit("src/authors/ann.md", replacing: "name: Ann", with: "name: Anna")
    #expect(try space.explainedRepro().ran.isSuperset(of: SmallBlog.posts))
    #expect(space.text("public/blog/three/index.html")?.contains("Anna") == true)
  }

  @Test func repro_doesNothing_whenAFileIsOnlyTouched() throws {
    let space = try SmallBlog.built()
    try space.shell("find src pipeline.yaml -type f -exec touch {} +")
    #expect(try space.repro().didNothing)
  }

  @Test func repro_rebuildsTheImages_whenTheirWidthsChange() throws {
    let space = try SmallBlog.built()
    try space.edit("pipeline.yaml", replacing: "[8, 16]", with: "[8]")
    let run = try space.explainedRepro()
    #expect(run.ran.isSuperset(of: SmallBlog.images) && !run.ran.contains("home"))
    #expect(run.reasons["images@src/images/a.png"]?.contains("option widths changed (8 16 → 8)") == true)
  }

  @Test func repro_doesNothing_whenACommentOrTheOrderInPipelineYamlChanges() throws {
    let space = try SmallBlog.built()
    try space.write("pipeline.yaml", "# A comment.\n" + SmallBlog.pipeline + "# Another one.\n")
    #expect(try space.repro().didNothing)
    let lines = SmallBlog.pipeline.split(separator: "\n").map(String.init)
    let last = try #require(lines.last { $0.contains("static:") })
    let rest = SmallBlog.pipeline.replacing(last + "\n", with: "")
    try space.write("pipeline.yaml", rest.replacing("stages:\n", with: "stages:\n\(last)\n"))
    #expect(try space.repro().didNothing)
  }

  @Test func repro_sees_aSameSizeEditThatKeepsTheModificationTime() throws {
    let space = try SmallBlog.built()
    try space.shell(
      """
      touch -r src/static/robots.txt stamp
      printf 'User-agent: x\\n' > src/static/robots.txt
      touch -r stamp src/static/robots.txt
      """)
    #expect(try space.explainedRepro().ran == ["static@src/static/robots.txt"])
    #expect(space.text("public/robots.txt") == "User-agent: x\n")
  }

  @Test func repro_carriesTheExecutableBit() throws {
    let space = try SmallBlog.built()
    try space.setMode("src/static/robots.txt", 0o755)
    #expect(try space.explainedRepro().ran == ["static@src/static/robots.txt"])
    let entry = FileTree(root: space.absolute("public")).entries["robots.txt"]
    #expect(entry == .file(Array("User-agent: *\n".utf8), isExecutable: true))
    try space.setMode("public/robots.txt", 0o644)
    #expect(try space.repro().restored == 1)
  }
}
