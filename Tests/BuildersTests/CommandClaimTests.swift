import Builders
import Engine
import Store
import Testing

/// Whose a path is, where commands make directories and files by pattern.
@Suite struct CommandClaimTests {
  /// Two stages, and what stands between their names in the error; nil: they can stand beside each other.
  static let pairs: [(String, String, String?)] = [
    ("outs: [out]", "outs: [out]", "out"), ("outs: [out]", "outs: [out/x]", "out"),
    ("outs: [out/x]", "outs: [out]", "out/x"),
    ("outs: [out/x/y]", "outs: [out]", "out/x/y"), ("outs: [out/x]", "outs: [out/y]", nil),
    ("outs: [out]", "outs: [outs]", nil), ("outs: [out/x]", "outs: [out/x.txt]", nil),
    ("outs: [caf\u{E9}]", "outs: [cafe\u{301}]", nil), ("outs: [a, out]", "outs: [b, out]", "out"),
    // Patterns may meet; the files that they turn out to be may not.
    ("outs: ['out/*.txt']", "outs: ['out/a.*']", nil), ("outs: ['out/*.txt']", "outs: [out/a.txt]", nil),
  ]

  @Test(arguments: pairs.indices) func twoStages_mayNotDeclareOnePath(_ number: Int) throws {
    let (one, other, path) = Self.pairs[number]
    let site = try Site("one: {cmd: 'true', \(one)}", "two: {cmd: 'true', \(other)}")
    let project = try Project(root: site.root, toolVersion: "test", programs: [])
    do {
      _ = try Planner(project, builders: Site.builders(root: site.root))
      #expect(path == nil, "\(one) and \(other)")
    } catch EngineError.claimedTwice(let claimed, let first, let second) {
      #expect(claimed.string == path)
      #expect(first.action.description == "one" && second.action.description == "two")
      #expect(first.place.line < second.place.line)
    } catch { Issue.record("\(error)") }
  }

  @Test(arguments: ["outs: ['out/a.*']", "outs: [out/a.txt]"])
  func twoStages_mayNotMakeOneFile_byPattern(_ other: String) throws {
    let site = try Site(
      "one: {cmd: 'echo 1 > out/a.txt', outs: ['out/*.txt']}", "two: {cmd: 'sleep 0.05; echo 2 > out/a.txt', \(other)}")
    let result = try site.run()
    #expect(result.summary.failures.count == 1, "\(result.failures)")
    guard case .claimedTwice(let path, _, _)? = result.summary.failures.first?.error else {
      Issue.record("\(result.failures)")
      return
    }
    #expect(path.string == "out/a.txt")
  }

  @Test func filesOfPatterns_standBesideOneAnother_andBesidePeoples() throws {
    let site = try Site(
      "one: {cmd: 'echo 1 > out/a.txt', outs: ['out/a.*']}", "two: {cmd: 'echo 2 > out/b.txt', outs: ['out/b.*']}")
    try site.write("out/mine", "mine")
    #expect(try site.run().failures == [:])
    #expect(try site.text("out/a.txt") + site.text("out/b.txt") + site.text("out/mine") == "1\n2\nmine")
    #expect(try site.run().summary.upToDate == 2)
  }

  @Test func fileOfAPattern_goes_whenTheCommandMakesItNoMore() throws {
    let site = try Site(
      "s: {cmd: 'for f in in/*; do cp $f out/$(basename $f).made; done', deps: [in], outs: ['out/*.made']}")
    try site.write("in/a", "1")
    try site.write("in/b", "2")
    try site.write("out/b.mine", "mine")
    #expect(try site.run().failures == [:])
    try site.remove("in/b")
    #expect(try site.run().failures == [:])
    #expect(site.exists("out/a.made") && !site.exists("out/b.made") && site.exists("out/b.mine"))
  }

  @Test func peoplesFile_thatFitsAPattern_isInTheWay() throws {
    let site = try Site("s: {cmd: 'echo 1 > out/a.txt', outs: ['out/*.txt']}")
    try site.write("out/mine.txt", "mine")
    #expect(try site.run().failures["s"]?.contains("out/mine.txt") == true)
    #expect(try site.text("out/mine.txt") == "mine")
    #expect(!site.exists("out/a.txt"))
  }

  /// A pattern that may match what is served counts as serving it.
  @Test(arguments: [
    ("outs: [public/shots]", "/shots/a.png", true), ("outs: [public/shots]", "/shots", true),
    ("outs: [public/shots]", "/shotsx", false), ("outs: ['public/*.png']", "/a.png", true),
    ("outs: ['public/*.png']", "/x/a.png", false), ("outs: ['public/**/*.png']", "/x/y/a.png", true),
    ("outs: ['public/x/**']", "/x/a.png", true), ("outs: ['**/a.png']", "/x/a.png", true),
    ("outs: ['public/x/*.png']", "/x/a.jpg", false), ("outs: ['out/*.png']", "/a.png", false),
  ])
  func pictures_areNotMissing_whereACommandMayServeThem(_ outs: String, _ url: String, _ isServed: Bool) throws {
    let site = try Site(
      "shots: {cmd: 'mkdir -p public/shots public/x/y out', \(outs)}",
      "posts: {uses: page, from: 'posts/*.md', to: 'pages/{slug}.html', template: t.html}")
    try site.write("t.html", "{{{page.content}}}")
    try site.write("posts/a.md", "![p](\(url))")
    #expect(try site.run().warnings.contains { $0.contains("missing") } == !isServed, "\(outs) \(url)")
  }
}
