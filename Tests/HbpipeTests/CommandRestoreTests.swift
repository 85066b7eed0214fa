import Foundation
import Testing

/// What commands have made before comes back from the cache, whatever stands in its place now.
struct CommandRestoreTests {
  /// What the command makes first, and then, out of the same source.
  @Test(arguments: [
    ("cat src/a > out", "mkdir out; cat src/a > out/x"), ("mkdir out; cat src/a > out/x", "cat src/a > out"),
    ("mkdir -p out/x; cat src/a > out/x/y", "mkdir out; cat src/a > out/x"),
    ("mkdir out; cat src/a > out/x", "mkdir -p out/x; cat src/a > out/x/y"),
    ("mkdir -p out/x", "mkdir out; cat src/a > out/x"), ("mkdir -p out/x/y", "cat src/a > out"),
  ])
  func output_comesBack_whereAnotherKindOfItStands(_ first: String, _ second: String) throws {
    let space = try Space()
    try space.write("src/a", "1\n")
    func repro(_ command: String) throws -> ReproReport {
      try space.write("pipeline.yaml", "version: 1\nstages:\n  s: {cmd: '\(command)', deps: [src/a], outs: [out]}\n")
      return try space.repro()
    }
    #expect(try repro(first).code == 0)
    let before = FileTree(root: space.root, leavingOut: [".hbcache"])
    #expect(try repro(second).code == 0)
    let report = try repro(first)
    #expect(report.code == 0 && report.ran == 0 && report.restored == 1, "\(report)")
    #expect(FileTree(root: space.root, leavingOut: [".hbcache"]).differences(from: before) == [])
    #expect(try space.repro().didNothing)
  }

  private func mirror() throws -> Space {
    let space = try Space()
    try space.write(
      "pipeline.yaml",
      """
      version: 1
      stages:
        m:
          foreach: {glob: "src/**"}
          do: {cmd: 'cat ${item.path} > out/${item.path}', deps: ['${item.path}'], outs: ['out/${item.path}']}

      """)
    try space.write("src/a", "1\n")
    return space
  }

  /// A source becomes a directory and a file again; so do its artifacts, and the lock.
  @Test(arguments: [false, true]) func artifactsOfFilesThatBecomeDirectories_follow(withoutOutputs: Bool) throws {
    let space = try mirror()
    #expect(try space.repro().code == 0)
    let before = FileTree(root: space.root, leavingOut: [".hbcache"])
    try space.remove("src/a")
    try space.write("src/a/inner", "2\n")
    #expect(try space.repro().code == 0)
    #expect(space.files(below: "out") == ["src/a/inner"])
    try space.remove("src/a")
    try space.write("src/a", "1\n")
    if withoutOutputs { try space.remove("out") }
    let report = try space.repro()
    #expect(report.code == 0, "\(report)")
    #expect(FileTree(root: space.root, leavingOut: [".hbcache"]).differences(from: before) == [])
  }

  @Test func lockForgets_whatStoodBelowAFileThatIsMadeAnew() throws {
    let space = try mirror()
    try space.remove("src/a")
    try space.write("src/a/inner", "2\n")
    #expect(try space.repro().code == 0)
    try space.remove("src/a")
    try space.write("src/a", "1\n")
    #expect(try space.repro().code == 0)
    #expect(space.lockLines.map { $0.prefix { $0 != "\t" } } == ["out/src/a"])
  }
}
