import Foundation
import Testing

/// Names that people and other systems really give to files.
struct BadNameTests {
  static let names = [
    "with space", "quote'single", "quote\"double", "line\nbreak", "tab\there", "100%", "%41", "a&b<c>", "smile-😀",
    "composed-é", "decomposed-e\u{301}", "back\\slash", "#hash", "question?", "star*", "[brackets]", "{braces}",
    "$HOME", "`cmd`", ";semicolon", "-dash", "...dots", "right-to-left-\u{202E}abc", "@at", "=equals", "~tilde",
    String(repeating: "long", count: 40),
  ]

  @Test func filesWithAnyName_areCopiedAndStayUpToDate() throws {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n  all: { uses: copy, from: \"src/**\", to: public }\n")
    for name in Self.names { try space.write("src/\(name)/\(name).txt", name) }
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == Self.names.count, "\(report)")
    for name in Self.names { #expect(space.text("public/\(name)/\(name).txt") == name) }
    #expect(space.lockLines.count == Self.names.count, "one line each, line breaks in names or not")
    #expect(try space.repro().didNothing)
    try space.remove("public")
    #expect(try space.repro().restored == Self.names.count)
    try space.remove("src/line\nbreak")
    #expect(try space.repro().removed == ["public/line\nbreak/line\nbreak.txt"])
    #expect(try space.repro().didNothing)
  }

  @Test func imagesWithAnyName_areFoundByPosts() throws {
    let space = try SmallBlog.space()
    let names = Self.names.filter { !$0.contains("\n") }
    for name in names { try space.write("src/images/\(name).png", TinyImage.png(9, 9)) }
    let body = names.map { name in
      let url = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      return "![x](/src/images/\(url).png)\n"
    }
    try space.write("src/posts/2025-01-03-three.md", SmallBlog.post("Three", body.joined(separator: "\n")))
    let report = try space.repro()
    #expect(report.code == 0 && report.warnings.isEmpty, "\(report)\n\(report.warnings)")
    let page = try #require(space.text("public/blog/three/index.html"))
    let sources = page.matches(of: /<img src="([^"]+)"/).map { String($0.output.1) }
    #expect(sources.count == names.count)
    for source in sources {
      let path = try #require(source.removingPercentEncoding)
      #expect(space.exists("public" + path), "\(source)")
    }
    #expect(try space.repro().didNothing)
  }

  @Test func messagesAboutOddNames_stayOnTheirLine() throws {
    let space = try SmallBlog.space()
    try space.write("src/images/line\nbreak\u{1B}[31m.png", "no image")
    let run = try space.run("repro", "-k")
    #expect(run.code == 1)
    #expect(!run.errors.contains("\u{1B}[31m"), "no escape sequence of a name reaches the terminal")
    #expect(!run.errors.contains("line\nbreak"))
  }

  @Test func aNameThatIsNotUTF8_isNamedAndTheOthersAreBuilt() throws {
    let space = try SmallBlog.space()
    try space.shell("printf x > \"src/static/caf$(printf '\\351').txt\"")
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1 && report.ran == SmallBlog.actions, "\(report)")
    #expect(report.failures.first?.message.contains("its name is not UTF-8; rename it") == true, "\(report)")
    try space.shell("rm src/static/caf*")
    #expect(try space.repro().didNothing)
  }

  @Test func aDirectoryWhoseNameIsNotUTF8_isNamedToo() throws {
    let space = try SmallBlog.space()
    try space.shell("d=\"src/static/caf$(printf '\\351')\" && mkdir \"$d\" && echo x > \"$d/inner.txt\"")
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1 && report.ran == SmallBlog.actions, "\(report)")
    #expect(report.failures.first?.message.contains("not UTF-8") == true, "\(report)")
  }

  @Test func aCommandThatMakesANameThatIsNotUTF8_fails() throws {
    let space = try Space()
    try space.write(
      "pipeline.yaml",
      "version: 1\nstages:\n  make: { cmd: 'mkdir -p out && touch \"out/$(printf \"\\351\")\"', outs: [out] }\n")
    let run = try space.run("repro")
    #expect(run.code == 1)
    #expect(run.errors.contains("whose name is not UTF-8"), "\(run.errors)")
    #expect(!space.exists("out"), "nothing that was half made stays")
  }
}
