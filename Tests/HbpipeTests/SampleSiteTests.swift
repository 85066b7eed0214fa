import Foundation
import Testing

/// The repository's own site, copied elsewhere: what a newcomer sees.
struct SampleSiteTests {
  /// The repository that this file belongs to.
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test func theSampleSite_buildsAndThenDoesNothing() throws {
    let space = try Space()
    try space.shell("cp -R '\(Self.repository)/uploads' '\(Self.repository)/pipeline.yaml' .")
    let report = try space.repro()
    #expect(report.code == 0 && report.failed == 0, "\(report)")
    #expect(report.warnings.isEmpty, "\(report.warnings)")
    #expect(try space.repro().didNothing)

    // Every URL of the site that a page names is there.
    for page in space.files(below: "public") where page.hasSuffix(".html") {
      let html = try #require(space.text("public/" + page))
      for match in html.matches(of: /(?:src|href)="(\/[^"\/][^"#?]*)"/) {
        let path = try #require(String(match.output.1).removingPercentEncoding)
        let file = path.hasSuffix("/") ? path + "index.html" : path
        #expect(space.exists("public" + file), "\(page) names \(path)")
      }
    }

    let before = FileTree(root: space.absolute("public"))
    try space.remove("public")
    let restored = try space.repro()
    #expect(restored.ran == 0 && restored.restored == restored.actions, "\(restored)")
    #expect(FileTree(root: space.absolute("public")).differences(from: before).isEmpty)

    let posts = try FileManager.default.contentsOfDirectory(atPath: space.absolute("uploads/posts")).sorted()
    let post = try #require(posts.first)
    let text = try #require(space.text("uploads/posts/" + post))
    try space.write("uploads/posts/" + post, text + "\nOne sentence more.\n")
    #expect(try space.explainedRepro().ran == ["posts@uploads/posts/" + post])
    try space.write("uploads/posts/" + post, text)
    #expect(try space.repro().ran == 0)
  }
}
