import Foundation
import Testing

/// The commands that tell of artifacts: `why`, `show`, `cat`, `dag`, and those around them.
struct CommandTests {
  private static let robots = "User-agent: *\n"

  private func hash(of path: String, in space: Space) throws -> String {
    let line = try #require(space.lockLines.first { $0.hasPrefix(path + "\t") })
    return String(line.split(separator: "\t")[1])
  }

  @Test func why_namesWhatChangedSinceTheLock() throws {
    let space = try SmallBlog.built()
    #expect(try space.run("why", "public/robots.txt").output.contains("nothing changed"))
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    let run = try space.run("why", "public/blog/one/index.html")
    #expect(run.code == 0)
    for words in ["posts@src/posts/2025-01-01-one.md", "action key", "src/theme/post.html", "md changed ("] {
      #expect(run.output.contains(words), "\(run.output)")
    }
    let unknown = try space.run("why", "public/robot.txt")
    #expect(unknown.code == 1 && unknown.errors.contains("hint:"), "\(unknown)")
  }

  @Test func show_tellsAllOfAnArtifact_byPathAndByHash() throws {
    let space = try SmallBlog.built()
    let hash = try hash(of: "public/robots.txt", in: space)
    for query in ["public/robots.txt", String(hash.prefix(8)), hash] {
      let run = try space.run("show", query)
      #expect(run.code == 0)
      for words in ["public/robots.txt", hash, "14 bytes", "static@src/static/robots.txt", "text/plain"] {
        #expect(run.output.contains(words), "\(query): \(run.output)")
      }
    }
    let unknown = try space.run("show", "0123456789abcdef")
    #expect(unknown.code == 1 && unknown.errors.contains("hint:"), "\(unknown)")
  }

  @Test func show_listsAllArtifactsThatFit() throws {
    let space = try SmallBlog.space()
    try space.write("src/static/twin.txt", Self.robots)
    #expect(try space.repro().code == 0)
    let hash = try hash(of: "public/robots.txt", in: space)
    let run = try space.run("show", String(hash.prefix(10)))
    #expect(run.code == 0)
    #expect(run.output.contains("public/robots.txt") && run.output.contains("public/twin.txt"))
  }

  @Test func cat_writesTheBytes_alsoWithoutTheWorkTree() throws {
    let space = try SmallBlog.built()
    let hash = try hash(of: "public/robots.txt", in: space)
    #expect(try space.run("cat", "public/robots.txt").output == Self.robots)
    try space.remove("public")
    #expect(try space.run("cat", String(hash.prefix(12))).output == Self.robots)
    try space.remove(".hbcache/objects")
    let run = try space.run("cat", "public/robots.txt")
    #expect(run.code == 1 && run.output.isEmpty && run.errors.contains("hint:"), "\(run)")
    #expect(try space.run("cat", "public/none").code == 1)
  }

  @Test func dag_showsTheStages_inEveryFormat() throws {
    let space = try SmallBlog.built()
    #expect(try space.run("dag").output.contains("posts (page)\n  ← images"))
    let dot = try space.run("dag", "--format", "dot").output
    #expect(dot.hasPrefix("digraph ") && dot.contains("\"images\" -> \"posts\";"))
    #expect(try space.run("dag", "--format", "mermaid").output.hasPrefix("flowchart "))
    let actions = try space.run("dag", "--actions")
    #expect(actions.output.contains("posts@src/posts/2025-01-01-one.md"))
    #expect(try space.run("dag", "--format", "pdf").code == 2)
  }

  @Test func gc_deletesWhatTheLockDoesNotName_andNothingElse() throws {
    let space = try SmallBlog.built()
    let before = Set(space.files(below: ".hbcache/objects"))
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    #expect(try space.repro().ran == 1)
    let dry = try space.run("gc", "--dry-run")
    #expect(dry.code == 0 && dry.output.contains("would delete 1 object"), "\(dry)")
    #expect(before.isSubset(of: space.files(below: ".hbcache/objects")))
    #expect(try space.run("gc").code == 0)
    #expect(before.subtracting(space.files(below: ".hbcache/objects")).count == 1)
    #expect(try space.repro().didNothing)
    try space.remove("public")
    #expect(try space.repro().ran == 0)
  }

  @Test func gc_keepsWhatOldCommitsName_whenTold() throws {
    let space = try SmallBlog.built()
    let commit = "git add -A . && git -c user.name=t -c user.email=t@example.org commit -qm step"
    try space.shell("git init -q . && printf '.hbcache\\npublic\\n' > .gitignore && \(commit)")
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Hello.", with: "Bye.")
    #expect(try space.repro().ran == 1)
    try space.shell(commit)
    #expect(try space.run("gc", "--keep-history", "2").code == 0)
    try space.edit("src/posts/2025-01-01-one.md", replacing: "Bye.", with: "Hello.")
    #expect(try space.repro().ran == 0, "the old page is still in the cache")
    #expect(try space.run("gc").code == 0)
  }

  @Test func init_makesAProjectThatBuilds() throws {
    let space = try Space()
    #expect(try space.run("init").code == 0)
    let report = try space.repro()
    #expect(report.code == 0 && report.ran > 0, "\(report)")
    #expect(try space.repro().didNothing)
    let pipeline = space.bytes("pipeline.yaml")
    #expect(try space.run("init").code == 1)
    #expect(space.bytes("pipeline.yaml") == pipeline)
  }

  @Test func doctor_namesVersionsAndCache() throws {
    let run = try SmallBlog.built().run("doctor")
    #expect(run.code == 0, "\(run)")
    for words in ["hbpipe", "libvips", "link"] { #expect(run.output.contains(words), "\(run.output)") }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completion_isPrinted(shell: String) throws {
    let run = try Space().run("completion", shell)
    #expect(run.code == 0 && run.output.contains("hbpipe") && run.output.contains("repro"))
  }

  @Test(arguments: [
    "init", "repro", "status", "why", "show", "cat", "dag", "verify", "gc", "doctor", "completion",
  ])
  func everyCommand_hasHelp(command: String) throws {
    let run = try Space().run(command, "--help")
    #expect(run.code == 0 && run.output.contains("USAGE: hbpipe \(command)"), "\(run)")
  }

  @Test(arguments: [
    ["status"], ["why", "public/robots.txt"], ["show", "public/robots.txt"], ["dag"], ["verify"], ["gc"],
    ["doctor"], ["repro"],
  ])
  func commandsThatReport_printOneJSONDocument(command: [String]) throws {
    let space = try SmallBlog.built()
    let ending = try space.start(command + ["--json"]).wait()
    #expect(ending.code == 0, "\(ending)")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) }
  }

  @Test func help_listsTheExitCodes() throws {
    let run = try Space().run("--help")
    #expect(run.code == 0)
    for code in ["0", "1", "2", "3", "4", "5", "130"] { #expect(run.output.contains("\n  \(code) ")) }
    #expect(try Space().run("--version").code == 0)
  }
}
