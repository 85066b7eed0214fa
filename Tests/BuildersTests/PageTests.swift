import Testing

/// Dates, slugs, tags, Markdown, and titles of pictures, as a page shows them.
@Suite struct PageTests {
  @Test(arguments: [
    ("2022-05-18-may-heartbeat", "/may-heartbeat/", "2022-05-18", "18 May 2022"),
    ("2022-5-8-x", "/x/", "2022-05-08", "8 May 2022"), ("no-date", "/no-date/", "", ""),
    ("2022-13-01-x", "/2022-13-01-x/", "", ""), ("2022-05-18", "/2022-05-18/", "", ""),
    ("2022-05-18-a-b-c", "/a-b-c/", "2022-05-18", "18 May 2022"), ("A Post", "/A%20Post/", "", ""),
    ("2020-02-29-leap", "/leap/", "2020-02-29", "29 February 2020"), ("22-05-18-x", "/22-05-18-x/", "", ""),
  ])
  func fileName_givesDateAndSlug(_ name: String, _ url: String, _ iso: String, _ human: String) throws {
    let (fields, _) = try page("body", named: name)
    #expect(fields["url"] == url)
    #expect(fields["canonical"] == "https://x.org" + url)
    #expect(fields["iso"] == iso)
    #expect(fields["human"] == human)
  }

  @Test(arguments: [
    ("2022-05-18", "2022-05-18"), ("2022-5-8", "2022-05-08"), ("'2022-05-18'", "2022-05-18"),
    ("2022-05-18 10:30:00", "2022-05-18"), ("2022-05-18T10:30:00Z", "2022-05-18"),
  ])
  func frontMatter_givesTheDate(_ written: String, _ iso: String) throws {
    let (fields, result) = try page("---\ndate: \(written)\n---\n", named: "2001-01-01-x")
    #expect(fields["iso"] == iso)
    #expect(result.warnings.isEmpty)
  }

  @Test(arguments: [
    "soon", "2022-13-01", "2022-00-10", "2022-02-31", "2022-06-31", "18.05.2022", "2021-02-29",
  ])
  func dateThatIsNone_isAWarning_andTheFileNamesDateStays(_ written: String) throws {
    let (fields, result) = try page("---\ndate: \(written)\n---\n", named: "2001-01-01-x")
    #expect(result.warnings == ["posts/2001-01-01-x.md: `date: \(written)` is no date"])
    #expect(fields["iso"] == "2001-01-01")
  }

  @Test(arguments: [
    ("[CI/CD, Swift]", "(CI/CD:ci-cd)(Swift:swift)"), ("single", "(single:single)"), ("[]", ""),
    ("[C++, '!!!']", "(C++:c)(!!!:untitled)"), ("[Über uns]", "(Über uns:über-uns)"),
    ("[2048]", "(2048:2048)"),
    ("['  a -- b ']", "(  a -- b :a-b)"), ("[null, a]", "(a:a)"),
  ])
  func tags_haveSlugs(_ written: String, _ expected: String) throws {
    let (fields, _) = try page("---\ntags: \(written)\n---\n")
    #expect(fields["tags"] == expected)
  }

  static let markdown: [(String, String)] = [
    ("# A *b*", "<h1>A <em>b</em></h1>\n"), ("~~gone~~", "<p><del>gone</del></p>\n"),
    ("https://x.org", "<p><a href=\"https://x.org\">https://x.org</a></p>\n"),
    ("<b>raw</b> html", "<p><b>raw</b> html</p>\n"),
    ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
    ("é 🦊 e\u{301}", "<p>é 🦊 e\u{301}</p>\n"),
    ("[a](other.md)", "<p><a href=\"other.md\">a</a></p>\n"),
  ]

  @Test(arguments: 0..<markdown.count) func markdown_isRendered(_ number: Int) throws {
    let (text, html) = Self.markdown[number]
    let (fields, _) = try page(text)
    #expect(fields["content"].map { Array($0.utf8) } == Array(html.utf8))
  }

  @Test func extensionsOfGitHub_areOn() throws {
    // The template's fields end at bars, and tables are made of them.
    let site = try Site(postsStage)
    try site.write("t/post.html", "{{{page.content}}}")
    try site.write("posts/a.md", "| a |\n|---|\n| b |\n\n- [x] done\n\nnote[^1]\n\n[^1]: foot\n")
    try site.run()
    let html = try site.text("public/a/index.html")
    for part in ["<table>", "<td>b</td>", "type=\"checkbox\"", "footnote"] {
      #expect(html.contains(part), "\(part)")
    }
  }

  @Test(arguments: [(0, "1"), (265, "1"), (266, "2"), (530, "2"), (531, "3")])
  func readingTime_isCountedInWords(_ words: Int, _ minutes: String) throws {
    let (fields, _) = try page(String(repeating: "word ", count: words))
    #expect(fields["minutes"] == minutes)
  }

  @Test(arguments: [
    ("=300", " width=\"300\"", ""), ("==800", " width=\"800\"", ""), ("A title", "", "A title"),
    (":wrap-left", " class=\"wrap-left\"", ""),
    (":wrap-right =120", " width=\"120\" class=\"wrap-right\"", ""),
    ("A =50 title", " width=\"50\"", "A title"), ("=5 a", "", "=5 a"), ("=12345", "", "=12345"),
    (":wrap-up", "", ":wrap-up"), ("a = b", "", "a = b"), ("=1e3", "", "=1e3"), ("=٣٠٠", "", "=٣٠٠"),
  ])
  func titlesDirectives_areObeyed(_ title: String, _ attributes: String, _ text: String) throws {
    let (fields, result) = try page("![alt \"x\"](gone.jpg '\(title)')")
    let expected =
      "<p><img src=\"gone.jpg\" loading=\"lazy\" decoding=\"async\"" + attributes
      + (text.isEmpty ? "" : " title=\"\(text)\"") + " alt=\"alt &quot;x&quot;\"></p>\n"
    #expect(fields["content"] == expected)
    #expect(result.warnings == ["posts/post.md:1: the image posts/gone.jpg is missing"])
  }

  @Test func linksToOtherPosts_leadToTheirPages() throws {
    let site = try Site(postsStage)
    try site.write("t/post.html", "{{{page.content}}}")
    try site.write(
      "posts/a.md",
      "[1](2022-05-18-b.md) [2](2022-05-18-b.md#part) [3](/posts/2022-05-18-b.md) [4](none.md) [5](./2022-05-18-b.md)"
    )
    try site.write("posts/2022-05-18-b.md", "b")
    try site.run()
    let html = try site.text("public/a/index.html")
    for link in ["\"/b/\">1", "\"/b/#part\">2", "\"/b/\">3", "\"none.md\">4", "\"/b/\">5"] {
      #expect(html.contains(link), "\(link) in \(html)")
    }
  }

  @Test func missingPicture_isToldWithItsLineInTheFile() throws {
    let (_, result) = try page("---\ntitle: a\ndate: 2022-01-01\n---\n\ntext\n\n![x](/uploads/gone.png)\n")
    #expect(result.warnings == ["posts/post.md:8: the image uploads/gone.png is missing"])
  }

  @Test func picturesOfOtherServers_stay_withoutAWarning() throws {
    for url in ["https://x.org/a.png", "//x.org/a.png", "data:image/png;base64,AA", "HTTP://x.org/a"] {
      let (fields, result) = try page("![](\(url))")
      #expect(result.warnings.isEmpty, "\(url)")
      #expect(fields["content"]?.contains("src=\"\(url)\"") == true, "\(url)")
    }
  }
}
