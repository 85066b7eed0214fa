import Engine
import Glibc
import Store
import Testing

@Suite struct SourceWalkTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func walk(_ includes: String..., excluding excludes: [String] = []) throws -> (
    files: [String], obstacles: [String]
  ) {
    let set = GlobSet(
      includes: try includes.flatMap { try glob($0) }, excludes: try excludes.flatMap { try glob($0) },
      texts: [])
    let walk = SourceWalk(snapshot: Snapshot(tree: space.tree, index: .empty))
    let (files, obstacles) = try walk.files(matching: set)
    return (files.map(\.string), obstacles.map { "\($0.path): \($0.message)" })
  }

  /// What the walk finds is what the patterns match, for every pattern of a random lot.
  @Test func walk_findsExactlyWhatThePatternsMatch() throws {
    let files = [
      "a", "b.x", "c/a", "c/b.x", "c/d/a", "c/d/.h", "c/d/e/b.x", ".f/a", "g/c/a", "é/a b", "é/[x]",
    ]
    for file in files { try space.write(file) }
    let parts = ["a", "c", "*", "?", "*.x", "**", "**", ".*", "[a-d]", "d", "é", #"\[x\]"#, "{a,b.x}"]
    var random = SplitMix(state: 4)
    for _ in 0..<300 {
      let pattern = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in
        parts.randomElement(using: &random)
      }
      .joined(separator: "/")
      let globs = try glob(pattern)
      let expected = try files.map { try path($0) }.filter { file in globs.contains { $0.matches(file) } }
        .sorted()
      #expect(try walk(pattern).files == expected.map(\.string), "`\(pattern)`")
    }
  }

  @Test func files_comeInByteOrder_eachOnce() throws {
    for file in ["b", "a", "é", "a-b", "a/c"].filter({ $0 != "a" }) { try space.write(file) }
    #expect(try walk("**", "*", "b").files == ["a-b", "a/c", "b", "é"])
  }

  @Test func exclusions_areLeftOut() throws {
    for file in ["a.jpg", "x/a.jpg", "x/b.jpg", "drafts"] { try space.write(file) }
    #expect(try walk("**/*.jpg", excluding: ["x/b*"]).files == ["a.jpg", "x/a.jpg"])
    #expect(try walk("**", excluding: ["**/*.jpg"]).files == ["drafts"])
    #expect(try walk("**", excluding: ["drafts/**"]).files.contains("drafts"))
  }

  @Test func missingDirectory_isNoObstacle() throws {
    try space.write("a")
    let (files, obstacles) = try walk("nothing/**/*.md", "a/*", "a")
    #expect(files == ["a"])
    #expect(obstacles.isEmpty)
  }

  @Test func cacheAndRepository_areNeverSources() throws {
    for file in [".git/config", ".hbcache/objects/a", "x/.git/config", "a"] { try space.write(file) }
    #expect(try walk("**").files == ["a"])
    #expect(try walk(".git/*").files.isEmpty)
  }

  @Test func links_areFollowedToFilesInside_andNotToDirectories() throws {
    try space.write("d/a", "x")
    for (target, link) in [
      ("d/a", "to-file"), ("d", "to-directory"), ("nowhere", "dangling"), (".", "d/loop"),
    ] {
      try #require(symlink(target, space.absolute(link)) == 0)
    }
    try #require(symlink("/etc/hostname", space.absolute("outside")) == 0)
    try #require(symlink("self", space.absolute("self")) == 0)
    let (files, obstacles) = try walk("**")
    #expect(files == ["d/a", "to-file"])
    #expect(obstacles.contains("dangling: is a link to nothing"))
    #expect(obstacles.contains("outside: is a link that leads out of the project"))
    #expect(obstacles.contains { $0.hasPrefix("self: cannot be read") })
  }

  @Test func linkLoop_doesNotTakeForever() throws {
    try space.tree.makeDirectory("a/b")
    try #require(symlink("../..", space.absolute("a/b/up")) == 0)
    try space.write("a/b/file")
    #expect(try walk("**/**/**/file").files == ["a/b/file"])
  }

  @Test func nameThatIsNotUTF8_isAnObstacle() throws {
    try space.write("ok")
    let descriptor = [UInt8](space.absolute("").utf8) + [0x62, 0xFF, 0x64, 0]
    descriptor.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name in
        if let start = name.baseAddress { close(creat(start, 0o644)) }
      }
    }
    for pattern in ["*", "**"] {
      let (files, obstacles) = try walk(pattern)
      #expect(files == ["ok"])
      #expect(obstacles == ["b\u{FFFD}d: its name is not UTF-8; rename it"], "`\(pattern)`")
    }
  }
}
