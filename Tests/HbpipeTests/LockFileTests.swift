import Testing

/// `pipeline.lock`: what git sees.
struct LockFileTests {
  @Test func lock_isSortedWithOneLineForEachArtifact() throws {
    let space = try SmallBlog.built()
    let paths = space.lockLines.compactMap { $0.split(separator: "\t").first.map(String.init) }
    #expect(paths == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(Set(paths) == Set(space.files(below: "public").map { "public/" + $0 }))
    #expect(paths.count == Set(paths).count)
  }

  @Test func lock_namesTheDigestThatSha256sumPrints() throws {
    let space = try SmallBlog.built()
    let sums = space.lockLines.map { line in
      let fields = line.split(separator: "\t")
      return "\(fields[1])  \(fields[0])\n"
    }
    try space.write("sums", sums.joined())
    try space.shell("sha256sum --check --quiet sums")
  }

  @Test func lock_isTheSameBytes_fromTwoCleanBuildsInDifferentDirectories() throws {
    let space = try SmallBlog.space()
    let other = try space.copy()
    #expect(try space.repro("-j", "1").code == 0)
    #expect(try other.repro("-j", "4").code == 0)
    #expect(space.bytes("pipeline.lock") == other.bytes("pipeline.lock"))
    #expect(
      FileTree(root: space.absolute("public")).differences(from: FileTree(root: other.absolute("public"))).isEmpty)
  }

  @Test func lock_isNotWritten_whenNothingChanges() throws {
    let space = try SmallBlog.built()
    try space.shell("touch -d 2020-01-01 pipeline.lock && stat -c '%y %i' pipeline.lock > before")
    #expect(try space.repro().didNothing)
    try space.shell("stat -c '%y %i' pipeline.lock | cmp - before")
  }

  @Test(arguments: ["cut", "conflict", "garbage", "empty", "absent", "doubled"])
  func lock_recovers(from damage: String) throws {
    let space = try SmallBlog.built()
    let lock = try #require(space.text("pipeline.lock"))
    let lines = lock.split(separator: "\n").map(String.init)
    let damaged: String? =
      switch damage {
      case "cut": String(lock.dropLast(90))
      case "conflict":
        lines[..<4].joined(separator: "\n") + "\n<<<<<<< HEAD\n" + lines[4] + "\n=======\n"
          + lines[4].replacing("0", with: "1") + "\n>>>>>>> other\n" + lines[5...].joined(separator: "\n") + "\n"
      case "garbage": lock.replacing("\tfile\t", with: " ", maxReplacements: 3) + "\u{0}\n\\\n"
      case "doubled": lock + lines[3] + "\n"
      case "empty": ""
      default: nil
      }
    if let damaged { try space.write("pipeline.lock", damaged) } else { try space.remove("pipeline.lock") }
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 0, "\(report)")
    #expect(space.text("pipeline.lock") == lock)
    #expect(try space.repro().didNothing)
  }

  @Test func lock_isEnough_forAFreshCloneWithoutCache() throws {
    let space = try SmallBlog.built()
    let clone = try space.copy(leavingOut: [".hbcache"])
    let report = try clone.repro()
    #expect(report.didNothing, "the artifacts are there and the lock vouches for them: \(report)")
    #expect(clone.text("pipeline.lock") == space.text("pipeline.lock"))
  }
}
