import Testing

/// A blog of three posts and two images that builds in no time.
enum SmallBlog {
  static let pipeline = """
    version: 1
    site: { title: Small, url: https://small.example }
    stages:
      images: { uses: image, from: "src/images/**/*.png", to: public/images, widths: [8, 16], effort: 0 }
      posts:
        uses: page
        from: "src/posts/*.md"
        to: "public/blog/{slug}/index.html"
        template: src/theme/post.html
        authors: src/authors
        images: images
      home: { uses: list, of: posts, to: public/index.html, template: src/theme/list.html }
      static: { uses: copy, from: "src/static/**", to: public }

    """

  /// Its actions: two images, three posts, one list, two static files.
  static let actions = 8
  static let images: Set<String> = ["images@src/images/a.png", "images@src/images/b.png"]
  static let posts: Set<String> = [
    "posts@src/posts/2025-01-01-one.md", "posts@src/posts/2025-01-02-two.md",
    "posts@src/posts/2025-01-03-three.md",
  ]

  static func space() throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", pipeline)
    try space.write("src/images/a.png", TinyImage.png(20, 12, seed: 1))
    try space.write("src/images/b.png", TinyImage.png(24, 10, seed: 2))
    try space.write(
      "src/posts/2025-01-01-one.md", post("One", tags: "[red]", "Hello.\n\n![a](/src/images/a.png)\n"))
    try space.write(
      "src/posts/2025-01-02-two.md", post("Two", tags: "[red, blue]", "Hello.\n\n![b](../images/b.png)\n"))
    try space.write("src/posts/2025-01-03-three.md", post("Three", tags: "[blue]", "Words only.\n"))
    try space.write("src/authors/ann.md", "---\nname: Ann\n---\nWrites.\n")
    try space.write(
      "src/theme/post.html",
      "<h1>{{page.title}}</h1>{{#page.author}}{{name}}{{/page.author}}\n{{{page.content}}}\n{{> foot}}\n")
    try space.write(
      "src/theme/list.html",
      "{{#pages}}<a href=\"{{url}}\">{{title}}</a>{{#tags}} {{name}}{{/tags}}\n{{/pages}}{{> foot}}\n")
    try space.write("src/theme/foot.html", "<footer>{{site.title}}</footer>")
    try space.write("src/static/robots.txt", "User-agent: *\n")
    try space.write("src/static/css/site.css", "body { color: #111 }\n")
    return space
  }

  /// The same, built.
  static func built() throws -> Space {
    let space = try space()
    let report = try space.repro()
    try #require(report.code == 0 && report.ran == actions, "\(report)")
    return space
  }

  static func post(_ title: String, tags: String = "[]", _ body: String) -> String {
    "---\ntitle: \(title)\ntags: \(tags)\nauthor: ann\n---\n\(body)"
  }
}
