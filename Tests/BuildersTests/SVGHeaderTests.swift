import Testing

/// The dimensions of vector images, and how texts name them: what pages show of an image stage.
@Suite struct SVGHeaderTests {
  static let stages = [
    "images: {uses: image, from: 'images/**/*.svg', to: public/images}",
    "posts: {uses: page, from: 'posts/*.md', to: 'public/{slug}.html', template: t.html, images: images}",
  ]

  static let headers: [(svg: String, size: String)] = [
    ("<svg width=\"100\" height=\"50\"/>", "100x50"),
    ("<svg width='100' height='50'></svg>", "100x50"),
    ("<svg width=\"100px\" height=\"50.4px\"/>", "100x50"),
    ("<svg viewBox=\"0 0 300 200\"/>", "300x200"),
    ("<svg viewBox=\"0,0,300,200\"/>", "300x200"),
    ("<svg viewBox=\"-10 -10 20 40\"/>", "20x40"),
    ("<svg width=\"600\" viewBox=\"0 0 300 200\"/>", "600x400"),
    ("<svg height=\"100\" viewBox=\"0 0 300 200\"/>", "150x100"),
    ("<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 30 20\"/>", "30x20"),
    ("<svg width=\"10em\" viewBox=\"0 0 30 20\"/>", "30x20"),
    ("<svg stroke-width=\"9\" width=\"100\" height=\"50\"/>", "100x50"),
    ("<svg/>", "none"), ("<svg viewBox=\"0 0 0 0\"/>", "none"), ("<svg viewBox=\"a b c d\"/>", "none"),
    ("<svg width=\"-1\" height=\"2\"/>", "none"), ("<svg width=\"1e9\" height=\"nan\"/>", "none"),
    ("<?xml version=\"1.0\"?>\n<!-- x -->\n<svg\n  width=\"100\"\n  height=\"50\"\n>", "100x50"),
    ("<svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50\"/>", "100x50"),
    ("<svg width = \"100\" height = \"50\"/>", "100x50"),
    ("<!-- <svg width=\"1\" height=\"1\"> --><svg width=\"100\" height=\"50\"/>", "100x50"),
    ("<svg desc=\"a > b\" width=\"100\" height=\"50\"/>", "100x50"),
  ]

  @Test func pages_showTheSizeThatTheRootTells() throws {
    let site = try Site(Self.stages[0], Self.stages[1])
    try site.write("t.html", "{{{page.content}}}")
    for (number, header) in Self.headers.enumerated() {
      // A number in each, since equal bytes are one picture.
      try site.write("images/\(number).svg", header.svg + "<!-- \(number) -->")
      try site.write("posts/p\(number).md", "![](/images/\(number).svg)")
    }
    #expect(try site.run().failures.isEmpty)
    for (number, header) in Self.headers.enumerated() {
      let html = try site.text("public/p\(number).html")
      func value(_ name: String) -> String? {
        html.firstRange(of: " \(name)=\"").map { String(html[$0.upperBound...].prefix { $0 != "\"" }) }
      }
      let size = value("width").flatMap { width in value("height").map { "\(width)x\($0)" } } ?? "none"
      #expect(size == header.size, "\(header.svg)")
    }
  }

  @Test func fileWithoutAnSVG_isAFailure_andItsPageAWarning() throws {
    let site = try Site(Self.stages[0], Self.stages[1])
    try site.write("t.html", "{{{page.content}}}")
    try site.write("images/bad.svg", "<html></html>")
    try site.write("images/empty.svg", "")
    try site.write("posts/a.md", "![](/images/bad.svg)")
    let result = try site.run()
    #expect(Set(result.failures.keys) == ["images@images/bad.svg", "images@images/empty.svg"])
    #expect(result.warnings == ["posts/a.md:1: the image images/bad.svg is missing"])
    #expect(site.exists("public/a.html"))
  }

  static let references: [(text: String, isFound: Bool)] = [
    ("/images/a.svg", true), ("../images/a.svg", true), ("a.svg", true), ("sub/b%20c.svg", true),
    ("./a.svg", true), ("sub/../a.svg", true), ("/images/sub/b%20c.svg", true), ("a.svg?v=1", true),
    ("a.svg#part", true), ("<sub/b c.svg>", true), ("caf%C3%A9.svg", true), ("b%20c.svg", false),
    ("A.svg", false), ("../../a.svg", false), ("/a.svg", false), ("a.svg/", true), ("%FF.svg", false),
  ]

  @Test func references_areFound_fromThePostFromTheTopAndFromTheStagesDirectory() throws {
    let site = try Site(Self.stages[0], Self.stages[1])
    try site.write("t.html", "{{{page.content}}}")
    for (number, name) in ["a", "sub/b c", "caf\u{E9}"].enumerated() {
      try site.write("images/\(name).svg", "<svg width=\"\(number + 1)\" height=\"9\"/>")
    }
    for (number, reference) in Self.references.enumerated() {
      try site.write("posts/p\(number).md", "![](\(reference.text))")
    }
    #expect(try site.run().failures.isEmpty)
    for (number, reference) in Self.references.enumerated() {
      let isFound = try site.text("public/p\(number).html").contains("src=\"/images/")
      let asWritten = try site.text("public/p\(number).html").contains("src=\"\(reference.text)\"")
      #expect((isFound && !asWritten) == reference.isFound, "\(reference.text)")
    }
  }

  @Test func page_isMadeAgain_whenAMissingPictureComes() throws {
    let site = try Site(Self.stages[0], Self.stages[1])
    try site.write("t.html", "{{{page.content}}}")
    try site.write("posts/a.md", "![](new.svg)")
    try site.write("posts/b.md", "no picture")
    #expect(try site.run().warnings == ["posts/a.md:1: the image posts/new.svg is missing"])
    try site.write("images/new.svg", "<svg width=\"7\" height=\"9\"/>")
    let result = try site.run()
    #expect(result.summary.ran == 2, "the picture and the page that shows it")
    #expect(result.summary.upToDate == 1)
    #expect(try site.text("public/a.html").contains("width=\"7\""))
    try site.remove("images/new.svg")
    #expect(try site.run().summary.restored == 1)
    #expect(try site.text("public/a.html").contains("src=\"new.svg\""))
  }
}
