import Builders
import Engine
import Testing

/// `to:` of a page stage.
@Suite struct PathPatternTests {
  private func parse(_ to: String) throws -> PipelineFile {
    let text =
      "version: 1\nstages:\n  posts: {uses: page, from: 'p/**/*.md', to: '\(to)', template: t.html}\n"
    return try PipelineFile.parse(text, builders: [PageBuilder()])
  }

  @Test(arguments: [
    ("public/{slgu}.html", "`to` knows no {slgu}", "did you mean {slug}?"),
    ("public/{something}", "`to` knows no {something}", "it knows {slug}, {stem} and {dir}"),
    ("public/{slug", "`to`: `public/{slug` has a `{` without its `}`", nil),
    (
      "../{slug}", "`to`: `../slug` is not a path inside the project",
      "write it from the directory of pipeline.yaml; it may not lead out of the project"
    ),
    (".hbcache/{slug}", "`to`: .hbcache is hbpipe's own directory", nil),
  ])
  func mistake_isTold(_ to: String, _ message: String, _ hint: String?) {
    do {
      _ = try parse(to)
      Issue.record("accepted: \(to)")
    } catch EngineError.invalid(let place, let found, let foundHint) {
      #expect(found == message)
      #expect(foundHint == hint)
      #expect("\(place)" == "pipeline.yaml:3:46")
    } catch { Issue.record("\(error)") }
  }

  @Test(arguments: [
    ("public/{slug}/index.html", ["public/a/index.html"]),
    ("public/{dir}/{slug}.html", ["public/x/y/a.html"]),
    ("out/{stem}.html", ["out/2022-01-02-a.html"]),
  ])
  func page_goesWhereThePatternSays(_ to: String, _ expected: [String]) throws {
    let site = try Site("posts: {uses: page, from: 'p/**/*.md', to: '\(to)', template: t.html}")
    try site.write("t.html", "x")
    try site.write("p/x/y/2022-01-02-a.md", "a")
    #expect(try site.run().failures.isEmpty)
    for path in expected { #expect(site.exists(path), "\(path)") }
  }

  @Test func dirOfAPostAtTheTop_leavesNoEmptyPart() throws {
    let site = try Site(
      "posts: {uses: page, from: 'p/**/*.md', to: 'public/{dir}/{slug}.html', template: t.html}")
    try site.write("t.html", "x")
    try site.write("p/a.md", "a")
    #expect(try site.run().failures.isEmpty)
    #expect(site.exists("public/a.html"))
  }

  /// Every page has to be among what the stage says it writes: that is what orders the stages.
  @Test(arguments: [
    "public/{slug}/index.html", "public/{dir}/{slug}.html", "public/x{dir}y/{slug}", "{slug}/{stem}",
    "public/{slug}-{stem}.x",
  ])
  func page_isAmongWhatTheStageWrites(_ to: String) throws {
    let writes = try #require(try parse(to).stages.first).builder.writes
    let site = try Site("posts: {uses: page, from: 'p/**/*.md', to: '\(to)', template: t.html}")
    try site.write("t.html", "x")
    for post in ["p/a.md", "p/d/2022-01-02-b.md", "p/d/e/c.md"] { try site.write(post, "x") }
    let result = try site.run()
    #expect(result.failures.isEmpty)
    let lock = try site.text("pipeline.lock").split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lock.count == 3)
    for line in lock {
      let path = try #require(line.split(separator: "\t").first.map(String.init))
      let artifact = try #require(
        try Glob.parse(path, at: Place(file: "", line: 1, column: 1), key: "").first)
      #expect(writes.contains { $0.mayOverlap(artifact) }, "\(path)")
    }
  }

  @Test func twoPostsOfOneSlug_areRefused_namingBoth() throws {
    let site = try Site("posts: {uses: page, from: 'p/**/*.md', to: 'public/{slug}.html', template: t.html}")
    try site.write("t.html", "x")
    try site.write("p/2022-01-01-a.md", "1")
    try site.write("p/2022-01-02-a.md", "2")
    do {
      try site.run()
      Issue.record("two pages at one path")
    } catch EngineError.claimedTwice(let path, let one, let other) {
      #expect(path.string == "public/a.html")
      #expect(Set([one.action.item, other.action.item]) == ["p/2022-01-01-a.md", "p/2022-01-02-a.md"])
    }
    #expect(!site.exists("public/a.html"))
  }
}
