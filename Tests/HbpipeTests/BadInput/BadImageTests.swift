import Foundation
import Glibc
import Testing

/// Images that are none: each is named with its reason, and everything else is built.
struct BadImageTests {
  private static let png = TinyImage.png(40, 30)

  /// `--keep-going` builds all but the bad image; without it the run ends with the failure too.
  private func expectOneFailure(
    _ space: Space, _ path: String, saying words: String, built: Int = SmallBlog.actions
  ) throws {
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1, "\(report)")
    #expect(report.failures.first?.action == "images@" + path)
    #expect(report.failures.first?.message.contains(words) == true, "\(report.failures)")
    #expect(report.ran == built, "everything else is built: \(report)")
    #expect(space.exists("public/blog/one/index.html") && space.exists("public/robots.txt"))
    #expect(try space.run("repro").code == 1)
    #expect(try space.repro("-k").failed == 1, "it fails again")
    try space.write(path, Self.png)
    #expect(try space.repro().code == 0)
    #expect(try space.repro().didNothing)
  }

  @Test func anEmptyFile() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/bad.png", "")
    try expectOneFailure(space, "src/images/bad.png", saying: "src/images/bad.png is empty")
  }

  @Test func aFileThatIsNoImage() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/bad.png", "Words, and nothing but words.")
    try expectOneFailure(space, "src/images/bad.png", saying: "is no image that can be read")
  }

  @Test(arguments: [8, 20, 33, 60, 400])
  func aTruncatedImage(length: Int) throws {
    let space = try SmallBlog.space()
    try space.write("src/images/bad.png", Array(Self.png.prefix(length)))
    try expectOneFailure(space, "src/images/bad.png", saying: "src/images/bad.png")
  }

  /// Whatever a flipped bit does to an image: it fails or it is built, and nothing else notices.
  @Test func aBitFlippedAnywhere_neverStopsTheOthers() throws {
    let space = try SmallBlog.space()
    var random = SeededRandom(seed: 7)
    for number in 0..<40 {
      var bytes = Self.png
      bytes[number < 20 ? number : random.number(20...bytes.count - 1)] ^= UInt8(1 << random.number(0...7))
      try space.write("src/images/flipped-\(number).png", bytes)
    }
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed > 0 && report.ran + report.failed == SmallBlog.actions + 40, "\(report)")
    #expect(report.failures.allSatisfy { $0.message.contains("src/images/flipped-") })
    #expect(space.exists("public/blog/one/index.html"))
    #expect(try space.repro("-k").ran == 0)
  }

  @Test func hugeDimensionsInATinyFile() throws {
    let space = try SmallBlog.space()
    var bytes = Self.png
    for place in [16, 17, 18, 19, 20, 21, 22, 23] { bytes[place] = 0x7F }
    try space.write("src/images/bad.png", bytes)
    try expectOneFailure(space, "src/images/bad.png", saying: "src/images/bad.png")
  }

  @Test func aDirectoryNamedLikeAnImage_isNoImage() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/album.png/c.png", Self.png)
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == SmallBlog.actions + 1, "\(report)")
    #expect(space.files(below: "public/images/album.png").count == 3)
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func aFileWithoutReadPermission() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/bad.png", Self.png)
    try space.setMode("src/images/bad.png", 0)
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1 && report.ran == SmallBlog.actions, "\(report)")
    #expect(report.failures.first?.message.contains("cannot be read: Permission denied") == true)
    try space.setMode("src/images/bad.png", 0o644)
  }

  @Test func aPostWhoseImageIsBroken_isBuiltWithAWarning_andAgainOnceItIsMended() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/a.png", "broken")
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1, "\(report)")
    #expect(report.warnings.contains { $0.contains("2025-01-01-one.md:8") && $0.contains("src/images/a.png") })
    #expect(space.exists("public/blog/one/index.html"))
    try space.write("src/images/a.png", Self.png)
    #expect(try space.explainedRepro().ran == ["images@src/images/a.png", "posts@src/posts/2025-01-01-one.md"])
  }

  @Test func aBrokenImage_keepsItsOldVariants_untilItIsMended() throws {
    let space = try SmallBlog.built()
    let before = space.files(below: "public/images")
    try space.write("src/images/a.png", "broken")
    #expect(try space.repro("--keep-going").failed == 1)
    #expect(space.files(below: "public/images") == before)
  }
}
