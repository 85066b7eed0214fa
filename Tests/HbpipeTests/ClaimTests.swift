import Testing

/// Two actions must never make the same path.
struct ClaimTests {
  private func space(_ stages: String) throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n" + stages)
    try space.write("a/x.txt", "a")
    try space.write("b/x.txt", "b")
    return space
  }

  private func expectRefusal(_ space: Space, naming names: String...) throws {
    let run = try space.run("repro")
    #expect(run.code == 2, "\(run)")
    for name in names { #expect(run.errors.contains(name), "\(run.errors)") }
    #expect(!space.exists("public") && !space.exists("out"), "nothing has run")
    #expect(try space.run("status").code == 2)
  }

  @Test func twoStagesThatCopyToOnePath_areRefused() throws {
    let space = try space(
      """
        first: { uses: copy, from: "a/*", to: public }
        second: { uses: copy, from: "b/*", to: public }

      """)
    try expectRefusal(
      space, naming: "two actions would make public/x.txt", "first@a/x.txt", "second@b/x.txt")
  }

  @Test func twoPostsWithOneSlug_areRefused() throws {
    let space = try SmallBlog.space()
    try space.write("src/posts/2024-01-01-one.md", SmallBlog.post("Other", "Words.\n"))
    try expectRefusal(
      space, naming: "public/blog/one/index.html", "posts@src/posts/2024-01-01-one.md",
      "posts@src/posts/2025-01-01-one.md")
  }

  @Test func aCommandsOutputThatAnotherStageMakes_isRefused() throws {
    let space = try space(
      """
        first: { uses: copy, from: "a/*", to: public }
        second: { cmd: echo > public/x.txt, outs: [public/x.txt] }

      """)
    try expectRefusal(space, naming: "public/x.txt", "first@a/x.txt", "second")
  }

  @Test func anArtifactInsideACommandsOutputDirectory_isRefused() throws {
    let space = try space(
      """
        first: { uses: copy, from: "a/*", to: public/made }
        second: { cmd: mkdir -p public/made; echo > public/made/y.txt, outs: [public/made] }

      """)
    try expectRefusal(space, naming: "public/made", "first@a/x.txt", "second")
  }

  @Test func anArtifactBelowAnotherArtifact_isRefused() throws {
    let space = try space(
      """
        first: { uses: copy, from: "a/*", to: public }
        second: { uses: copy, from: "b/*", to: public/x.txt }

      """)
    try expectRefusal(space, naming: "public/x.txt", "first@a/x.txt", "second@b/x.txt")
  }

  @Test func aClaimOfAStageThatWaitsForAnother_isRefusedBeforeAnythingRuns() throws {
    let space = try space(
      """
        make: { cmd: mkdir -p out && echo 1 > out/x.txt, outs: [out] }
        first: { uses: copy, from: "out/*", to: public }
        second: { uses: copy, from: "a/*", to: public }

      """)
    // What `make` makes is known only afterwards; what may not happen is that one copy silently wins.
    let run = try space.run("repro")
    #expect(run.code == 2, "\(run)")
    #expect(run.errors.contains("two actions would make public/x.txt"), "\(run.errors)")
    #expect(!space.exists("public/x.txt") || space.text("public/x.txt") == "a")
  }

  @Test func anArtifactOnTopOfASource_isRefused() throws {
    let space = try space("  first: { uses: copy, from: \"a/*\", to: b }\n")
    let run = try space.run("repro")
    #expect(run.code == 1)
    #expect(run.errors.contains("b/x.txt is in the way"), "\(run.errors)")
    #expect(space.text("b/x.txt") == "b")
  }
}
