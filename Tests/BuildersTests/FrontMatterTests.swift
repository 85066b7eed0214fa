import Testing

@Suite struct FrontMatterTests {
  static let posts: [(name: String, text: String, title: String, content: String)] = [
    ("plain", "---\ntitle: A\n---\nbody\n", "A", "<p>body</p>\n"),
    ("without front matter", "body\n", "post", "<p>body</p>\n"),
    ("empty front matter", "---\n---\nbody\n", "post", "<p>body</p>\n"),
    ("only comments", "---\n# nothing\n---\nbody\n", "post", "<p>body</p>\n"),
    ("CRLF", "---\r\ntitle: A\r\n---\r\nbody\r\n", "A", "<p>body</p>\n"),
    ("byte order mark", "\u{FEFF}---\ntitle: A\n---\nbody", "A", "<p>body</p>\n"),
    ("spaces behind the fence", "--- \ntitle: A\n---\t \nbody", "A", "<p>body</p>\n"),
    ("a rule in the body", "---\ntitle: A\n---\na\n\n---\n\nb\n", "A", "<p>a</p>\n<hr />\n<p>b</p>\n"),
    ("four dashes are none", "----\nbody", "post", "<hr />\n<p>body</p>\n"),
    ("a number for a title", "---\ntitle: 2048\n---\n", "2048", ""),
    ("a blank title", "---\ntitle: '  '\n---\n", "post", ""),
    ("null for a title", "---\ntitle:\n---\n", "post", ""),
    (
      "text that HTML means something by", "---\ntitle: 'a < b & \"c\"'\n---\n",
      "a &lt; b &amp; &quot;c&quot;", ""
    ),
    ("nothing at all", "", "post", ""),
  ]

  @Test(arguments: 0..<posts.count) func post_isReadInItsTwoParts(_ number: Int) throws {
    let (name, text, title, content) = Self.posts[number]
    let (fields, result) = try page(text)
    #expect(result.failures.isEmpty, "\(name)")
    #expect(fields["title"] == title, "\(name)")
    #expect(fields["content"] == content, "\(name)")
  }

  static let mistakes: [(text: [UInt8], place: String)] = [
    (Array("---\ntitle: A\nbody\n".utf8), "1:1"),
    (Array("---\n- a\n---\n".utf8), "2:1"),
    (Array("---\na: 1\nb: 'open\n---\n".utf8), ""),
    (Array("---\na: 1\n b: 2\n---\n".utf8), "3:3"),
    (Array("---\na: 1\nb: 2\na: 3\n---\n".utf8), "4:1"),
    (Array("---\n---\n".utf8) + [0xFF, 0xFE], "1:1"),
  ]

  @Test(arguments: 0..<mistakes.count) func mistake_isToldWithThePostsOwnLine(_ number: Int) throws {
    let (text, place) = Self.mistakes[number]
    let (fields, result) = try page(text)
    #expect(fields.isEmpty)
    let words = try #require(result.failures["posts@posts/post.md"])
    #expect(words.contains("posts/post.md:\(place)"), "\(words)")
  }

  @Test func onePostWithAMistake_doesNotStopTheOthers() throws {
    let site = try Site(postsStage)
    try site.write("t/post.html", template)
    try site.write("posts/good.md", "good")
    try site.write("posts/bad.md", "---\nopen")
    let result = try site.run()
    #expect(result.summary.ran == 1)
    #expect(Array(result.failures.keys) == ["posts@posts/bad.md"])
    #expect(site.exists("public/good/index.html"))
  }
}
