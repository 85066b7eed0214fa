import Foundation
import Glibc
import Testing

/// Two hbpipe in one project, and runs that are stopped from outside.
struct TwoRunsTests {
  /// A project whose command waits until the test lets it go on.
  private func waitingSpace() throws -> Space {
    let space = try Space()
    try space.write(
      "pipeline.yaml",
      """
      version: 1
      stages:
        early: { uses: copy, from: "a/*", to: public }
        slow:
          cmd: "touch started; while [ ! -e go ]; do sleep 0.01; done; echo done > public/slow.txt"
          deps: [public/a.txt]
          outs: [public/slow.txt]

      """)
    try space.write("a/a.txt", "a")
    return space
  }

  private func wait(for path: String, in space: Space) throws {
    for _ in 0..<20_000 where !space.exists(path) { usleep(500) }
    try #require(space.exists(path), "\(path) never came")
  }

  @Test func repro_endsWith5_whileAnotherOneRuns() throws {
    let space = try waitingSpace()
    let first = try space.start(["repro", "--json"])
    try wait(for: "started", in: space)
    let second = try space.run("repro")
    #expect(second.code == 5)
    #expect(second.errors.contains("another hbpipe is at work in this project (process \(first.processID))"))
    #expect(second.errors.contains("--wait"))
    #expect(try space.run("gc").code == 5)
    #expect(try space.run("status").code == 0, "looking is allowed")
    try space.write("go", "")
    #expect(try first.wait().code == 0)
    #expect(space.text("public/slow.txt") == "done\n")
    #expect(try space.repro().didNothing)
  }

  @Test func repro_waitsForTheOther_whenTold() throws {
    let space = try waitingSpace()
    let first = try space.start(["repro"])
    try wait(for: "started", in: space)
    let second = try space.start(["repro", "--wait", "--json"])
    usleep(50_000)
    try space.write("go", "")
    #expect(try first.wait().code == 0)
    let report = try second.wait().decode(ReproReport.self)
    #expect(report.ran == 0 && report.restored == 0 && report.upToDate == 2, "\(report)")
  }

  @Test func repro_leavesAWholeProject_whenManyStartTogether() throws {
    let space = try SmallBlog.space()
    let runs = try (0..<6).map { number in
      try space.start(["repro", "-q"] + (number.isMultiple(of: 2) ? ["--wait"] : []))
    }
    let codes = try runs.map { try $0.wait().code }
    #expect(codes.allSatisfy { $0 == 0 || $0 == 5 }, "\(codes)")
    #expect(try space.repro().didNothing)
    #expect(try space.run("verify").code == 0)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func repro_endsWith130AndKeepsWhatIsFinished_whenInterrupted(signal: Int32) throws {
    let space = try waitingSpace()
    let run = try space.start(["repro", "--json"])
    try wait(for: "started", in: space)
    run.signal(signal)
    let ending = try run.wait()
    #expect(ending.code == 130, "\(ending)")
    #expect(try ending.decode(ReproReport.self).ran == 1)
    #expect(!space.exists("public/slow.txt"))
    try space.shell("! pgrep -f \"$PWD\" && ! pgrep -g \(run.processID)")
    try space.write("go", "")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 1 && report.upToDate == 1, "\(report)")
  }

  /// A process that has ended but that nobody waited for is not alive.
  private static func isAlive(_ process: Int32) -> Bool {
    guard let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
    return !String(decoding: status, as: UTF8.self).contains(") Z ")
  }

  @Test func repro_endsTheCommandsWholeProcessGroup_whenInterrupted() throws {
    let space = try Space()
    try space.write(
      "pipeline.yaml",
      """
      version: 1
      stages:
        slow: { cmd: "sh -c 'echo $$ > child; exec sleep 300' & wait", outs: [out.txt] }

      """)
    let run = try space.start(["repro"])
    try wait(for: "child", in: space)
    usleep(20_000)
    run.signal(SIGINT)
    #expect(try run.wait().code == 130)
    let child = try #require(space.text("child").flatMap { Int32($0.dropLast()) })
    for _ in 0..<200 where Self.isAlive(child) { usleep(5000) }
    #expect(!Self.isAlive(child), "the command's child is gone")
  }

  @Test func repro_isNotDisturbed_byTheCommandOfARunThatWasKilled() throws {
    let space = try Space()
    let command = "touch started; sleep 0.4; echo stale > public/out.txt"
    let pipeline = "version: 1\nstages:\n  make: { cmd: \"\(command)\", deps: [in.txt], outs: [public/out.txt] }\n"
    try space.write("pipeline.yaml", pipeline)
    try space.write("in.txt", "in")
    let run = try space.start(["repro", "-q"])
    try wait(for: "started", in: space)
    run.signal(SIGKILL)
    _ = try run.wait()
    try space.write("pipeline.yaml", pipeline.replacing(command, with: "echo new > public/out.txt"))
    // It may well say that something still runs, but not that all is done when it is not.
    var report = try space.repro()
    for _ in 0..<100 where report.code == 5 {
      usleep(20_000)
      report = try space.repro()
    }
    #expect(report.code == 0, "\(report)")
    usleep(700_000)
    #expect(space.text("public/out.txt") == "new\n")
    #expect(try space.repro().didNothing)
    #expect(try space.run("verify").code == 0)
  }

  @Test func repro_removesWhatAKilledCommandMade_whenItsStageIsGone() throws {
    let space = try Space()
    let stage = "  make: { cmd: \"mkdir -p out/deep; echo 1 > out/deep/a; touch started; sleep 1\", outs: [out] }\n"
    try space.write("pipeline.yaml", "version: 1\nstages:\n" + stage)
    let run = try space.start(["repro", "-q"])
    try wait(for: "started", in: space)
    run.signal(SIGKILL)
    _ = try run.wait()
    try space.write("src/a.txt", "a")
    try space.write("pipeline.yaml", "version: 1\nstages:\n  all: { uses: copy, from: \"src/*\", to: public }\n")
    #expect(try space.repro().code == 0)
    #expect(!space.exists("out"), "nothing of the killed command is left")
    #expect(try space.repro().didNothing)
  }

  @Test func repro_runsTheCommandAgain_whenItWasKilledWithItsDirectoryHalfMade() throws {
    let space = try Space()
    try space.write(
      "pipeline.yaml",
      """
      version: 1
      stages:
        make:
          cmd: "mkdir -p out; echo 1 > out/a; [ -e go ] || { touch started; sleep 0.2; exit 1; }; echo 2 > out/b"
          outs: [out]

      """)
    let run = try space.start(["repro", "-q"])
    try wait(for: "started", in: space)
    run.signal(SIGKILL)
    _ = try run.wait()
    try space.write("go", "")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 1, "\(report)")
    #expect(space.files(below: "out") == ["a", "b"])
  }
}
