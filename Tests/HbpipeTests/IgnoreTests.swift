import Testing

/// `.hbignore`, in gitignore's syntax.
struct IgnoreTests {
  private func space() throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n  all: { uses: copy, from: \"src/**\", to: public }\n")
    for path in ["a.txt", "a.bak", "deep/b.txt", "deep/b.bak", "deep/keep.bak", "tmp/x", "deep/tmp/y"] {
      try space.write("src/" + path, path)
    }
    return space
  }

  @Test func ignoredFiles_areNoSources() throws {
    let space = try space()
    try space.write(".hbignore", "# backups\n*.bak\n!keep.bak\n/src/tmp/\n")
    #expect(try space.repro().code == 0)
    #expect(space.files(below: "public") == ["a.txt", "deep/b.txt", "deep/keep.bak", "deep/tmp/y"])
  }

  @Test func aNewRule_removesArtifacts_andItsRemovalBringsThemBack() throws {
    let space = try space()
    #expect(try space.repro().ran == 7)
    try space.write(".hbignore", "tmp/\n")
    #expect(try space.repro().removed == ["public/deep/tmp/y", "public/tmp/x"])
    #expect(!space.exists("public/tmp"))
    try space.remove(".hbignore")
    let report = try space.repro()
    #expect(report.ran == 0 && report.restored == 2, "\(report)")
  }

  @Test func aDeeperFile_overrulesThoseAbove() throws {
    let space = try space()
    try space.write(".hbignore", "*.bak\n")
    try space.write("src/deep/.hbignore", "!b.bak\n.hbignore\n")
    #expect(try space.repro().code == 0)
    #expect(space.exists("public/deep/b.bak") && !space.exists("public/deep/keep.bak"))
    try space.write("src/deep/.hbignore", "!keep.bak\n.hbignore\n")
    #expect(try space.repro().code == 0)
    #expect(!space.exists("public/deep/b.bak") && space.exists("public/deep/keep.bak"))
  }
}
