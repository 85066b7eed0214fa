import Glibc
import Testing

/// A cache whose bytes went bad.
struct DamageTests {
  /// Flips a byte of the object that holds `robots.txt`, in a way that `stat` does not show but for ctime.
  private func damagedSpace() throws -> (space: Space, object: String) {
    let space = try SmallBlog.built()
    let line = try #require(space.lockLines.first { $0.hasPrefix("public/robots.txt\t") })
    let hash = line.split(separator: "\t")[1]
    let object = ".hbcache/objects/\(hash.prefix(2))/\(hash.dropFirst(2))"
    try space.remove("public/robots.txt")
    try space.shell(
      """
      touch -r \(object) stamp && chmod u+w \(object) && printf X | dd of=\(object) conv=notrunc 2>/dev/null
      touch -r stamp \(object) && rm stamp
      """)
    return (space, object)
  }

  @Test func repro_makesTheArtifactAnew_whenItsObjectIsDamaged() throws {
    let (space, _) = try damagedSpace()
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 1 && report.restored == 0, "\(report)")
    #expect(space.text("public/robots.txt") == "User-agent: *\n")
    #expect(try space.run("verify").code == 0)
    #expect(try space.repro().didNothing)
  }

  @Test func verify_endsWith3AndNamesTheObject() throws {
    let (space, object) = try damagedSpace()
    let run = try space.run("verify")
    #expect(run.code == 3)
    let digits = object.dropFirst(".hbcache/objects/".count).replacing("/", with: "")
    #expect(run.output.contains(digits), "\(run.output)")
    #expect(try space.run("verify", "--repair").code == 3)
    #expect(!space.exists(object))
    #expect(try space.run("verify").code == 0)
    #expect(try space.repro().ran == 1)
  }

  @Test func verify_namesADamagedArtifact() throws {
    let space = try SmallBlog.built()
    try space.remove("public/index.html")
    try space.write("public/index.html", "by hand")
    let run = try space.run("verify")
    #expect(run.code == 3)
    #expect(run.output.contains("public/index.html"))
    #expect(try space.repro().restored == 1)
    #expect(try space.run("verify").code == 0)
  }

  @Test func cat_refusesDamagedBytes() throws {
    let (space, _) = try damagedSpace()
    let run = try space.run("cat", "public/robots.txt")
    #expect(run.code == 3 && run.output.isEmpty, "\(run)")
  }

  @Test(arguments: ["index", "facts.sqlite", "actions", "objects", "tmp", "journal", "lock"])
  func repro_recovers_whenAPartOfTheCacheIsGone(part: String) throws {
    let space = try SmallBlog.built()
    let before = FileTree(root: space.absolute("public"))
    if space.exists(".hbcache/" + part) { try space.remove(".hbcache/" + part) }
    #expect(try space.repro().didNothing)
    try space.remove("public")
    #expect(try space.repro().code == 0)
    #expect(FileTree(root: space.absolute("public")).differences(from: before).isEmpty)
  }

  @Test(arguments: ["index", "facts.sqlite", "journal", "lock"])
  func repro_recovers_whenAPartOfTheCacheIsGarbage(part: String) throws {
    let space = try SmallBlog.built()
    try space.write(".hbcache/" + part, String(repeating: "garbage\n", count: 100))
    #expect(try space.repro().code == 0)
    #expect(try space.repro().didNothing)
  }

  @Test func repro_recovers_whenEveryActionRecordIsGarbage() throws {
    let space = try SmallBlog.built()
    for file in space.files(below: ".hbcache/actions") { try space.write(".hbcache/actions/" + file, "{") }
    try space.remove("pipeline.lock")
    #expect(try space.repro().ran == SmallBlog.actions)
    #expect(try space.repro().didNothing)
  }
}
