import Testing

/// A post that shows an image which is not there.
struct MissingImageTests {
  @Test func repro_warnsWithPostLineAndPath_andBuildsThePage() throws {
    let space = try SmallBlog.built()
    try space.write(
      "src/posts/2025-01-03-three.md", SmallBlog.post("Three", "Words.\n\nMore.\n\n![c](../images/c.png)\n"))
    let run = try space.run("repro", "-q")
    #expect(run.code == 0)
    let place = "src/posts/2025-01-03-three.md:10:"
    #expect(run.errors.contains("warning: \(place) the image src/images/c.png is missing"), "\(run.errors)")
    #expect(space.text("public/blog/three/index.html")?.contains("../images/c.png") == true)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_rebuildsExactlyThePage_whenTheImageAppears() throws {
    let space = try SmallBlog.space()
    try space.write(
      "src/posts/2025-01-03-three.md", SmallBlog.post("Three", "![c](/src/images/deep/c.png)\n"))
    #expect(try space.repro().warnings.count == 1)
    try space.write("src/images/deep/c.png", TinyImage.png(9, 9))
    let run = try space.explainedRepro()
    #expect(run.code == 0)
    #expect(run.ran == ["images@src/images/deep/c.png", "posts@src/posts/2025-01-03-three.md"])
    #expect(space.text("public/blog/three/index.html")?.contains("src=\"/images/deep/c.") == true)
    try space.remove("src/images/deep")
    #expect(try space.repro().warnings.count == 1)
    #expect(space.text("public/blog/three/index.html")?.contains("src=\"/images/deep/c.") == false)
  }

  @Test func repro_doesNotWarn_ofAnImageThatAnotherStageServes() throws {
    let space = try SmallBlog.space()
    try space.write("src/static/logo.png", TinyImage.png(5, 5))
    try space.write("src/posts/2025-01-03-three.md", SmallBlog.post("Three", "![logo](/logo.png)\n"))
    let first = try space.repro()
    #expect(first.code == 0 && first.warnings.isEmpty, "\(first.warnings)")
    let lock = space.text("pipeline.lock")
    try space.edit("src/posts/2025-01-03-three.md", replacing: "logo]", with: "Logo]")
    #expect(try space.repro().ran == 1)
    try space.edit("src/posts/2025-01-03-three.md", replacing: "Logo]", with: "logo]")
    #expect(try space.repro().ran == 0, "the key does not depend on what stands in public by chance")
    #expect(space.text("pipeline.lock") == lock)
  }
}
