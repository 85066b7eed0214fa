import Testing

/// Commands, posts and templates that fail, and what is still built beside them.
struct BadStageTests {
  private func space(_ stages: String) throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n" + stages)
    try space.write("src/a.txt", "a")
    return space
  }

  @Test func aFailingCommand_endsWith1_andItsOutputIsShown() throws {
    let space = try space(
      """
        bad: { cmd: "echo half > out.txt; echo the trouble is here >&2; exit 3", outs: [out.txt] }
        after: { cmd: cat out.txt > after.txt, deps: [out.txt], outs: [after.txt] }
        copy: { uses: copy, from: "src/*", to: public }

      """)
    let run = try space.run("repro", "--keep-going")
    #expect(run.code == 1)
    #expect(run.errors.contains("bad failed") && run.errors.contains("ended with exit status 3"), "\(run.errors)")
    #expect(run.errors.contains("the trouble is here"))
    #expect(run.errors.contains("stage after was left out"))
    #expect(!space.exists("out.txt") && !space.exists("after.txt"))
    #expect(space.text("public/a.txt") == "a")
    #expect(try space.repro("-k").failed == 1, "a failure is not cached")
  }

  @Test func aCommandThatDoesNotMakeItsOutput_fails() throws {
    let space = try space("  bad: { cmd: \"true\", outs: [out.txt] }\n")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("the command ended well, but made no out.txt"), "\(run)")
  }

  @Test func aCommandThatMakesALink_fails() throws {
    let space = try space("  bad: { cmd: ln -s /etc/passwd out.txt, outs: [out.txt] }\n")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("symbolic link"), "\(run)")
    #expect(!space.exists("out.txt"))
  }

  @Test func aMissingDependency_isNamed() throws {
    let space = try space("  bad: { cmd: \"true > out.txt\", deps: [none.txt], outs: [out.txt] }\n")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("none.txt") && run.errors.contains("does not exist"), "\(run)")
    try space.write("none.txt", "")
    #expect(try space.repro().ran == 1)
  }

  @Test func aCommandKilledBySignal_isReported() throws {
    let space = try space("  bad: { cmd: \"kill -9 $$\", outs: [out.txt] }\n")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("signal 9"), "\(run)")
  }

  @Test func withoutKeepGoing_theFirstFailureStopsTheRun_andWhatIsDoneStays() throws {
    let space = try space(
      """
        first: { uses: copy, from: "src/*", to: public }
        bad: { cmd: "false", deps: [public/a.txt], outs: [out.txt] }
        after: { cmd: echo > after.txt, deps: [out.txt], outs: [after.txt] }

      """)
    let report = try space.repro()
    #expect(report.code == 1 && report.ran == 1 && report.failed == 1, "\(report)")
    #expect(space.lockLines.count == 1)
    try space.edit("pipeline.yaml", replacing: "\"false\"", with: "echo > out.txt")
    let next = try space.repro()
    #expect(next.code == 0 && next.ran == 2 && next.upToDate == 1, "\(next)")
  }

  @Test(arguments: [
    ("---\ntitle: [open\n---\nWords.\n", "not YAML"), ("---\ntitle: x\n", "has no end"),
    ("---\n- a\n---\n", "has to be keys and values"),
  ])
  func aPostWithBrokenFrontMatter_isNamedWithItsLine(post: String, words: String) throws {
    let space = try SmallBlog.space()
    try space.write("src/posts/2025-01-04-bad.md", post)
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1 && report.ran == SmallBlog.actions, "\(report)")
    let message = try #require(report.failures.first?.message)
    #expect(message.hasPrefix("src/posts/2025-01-04-bad.md:") && message.contains(words), "\(message)")
  }

  @Test func aPostThatIsNotUTF8_isNamed() throws {
    let space = try SmallBlog.space()
    try space.write("src/posts/2025-01-04-bad.md", [0x68, 0xFF, 0xFE])
    let report = try space.repro("--keep-going")
    #expect(report.failed == 1 && report.failures.first?.message.contains("not UTF-8") == true, "\(report)")
  }

  @Test func aMissingTemplate_isNamed_andTheImagesAreBuilt() throws {
    let space = try SmallBlog.space()
    try space.remove("src/theme/post.html")
    let run = try space.run("repro", "--keep-going")
    #expect(run.code != 0)
    #expect(run.errors.contains("there is no src/theme/post.html"), "\(run.errors)")
    #expect(space.exists("public/robots.txt") && space.files(below: "public/images").count == 6)
  }

  @Test func aTemplateThatIsNoMustache_isNamedWithItsLine() throws {
    let space = try SmallBlog.space()
    try space.write("src/theme/post.html", "<p>\n{{#page}}\n")
    let run = try space.run("repro", "-k")
    #expect(run.code != 0 && run.errors.contains("src/theme/post.html:"), "\(run.errors)")
    #expect(space.exists("public/robots.txt"))
  }

  @Test func anEmptyDirectoryThatACommandMakes_isNoFileForOthers() throws {
    let space = try space(
      """
        make: { cmd: mkdir -p out/none && echo 1 > out/one.txt, outs: [out] }
        copy: { uses: copy, from: "out/**", to: public }
        sum: { cmd: "find out -type f | xargs cat > sum.txt", deps: [out], outs: [sum.txt] }

      """)
    #expect(try space.repro().code == 0)
    #expect(space.files(below: "public") == ["one.txt"] && space.exists("out/none"))
    #expect(try space.repro().didNothing)
  }

  @Test func aCommand_runsWell_whenNothingElseDoes() throws {
    let space = try space("  one: { cmd: cp src/a.txt out.txt, deps: [src/a.txt], outs: [out.txt] }\n")
    #expect(try space.repro().code == 0)
    try space.write("src/a.txt", "b")
    #expect(try space.repro().code == 0)
    #expect(space.text("out.txt") == "b")
  }
}
