import Foundation
import Glibc
import Posix
import Testing

@Suite struct ChildProcessTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func start(_ line: String, orphans: ChildProcess.Orphans = .die) throws -> ChildProcess {
    let nothing = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_RDWR, mode: 0)
    return try ChildProcess.start(
      ["/bin/sh", "-c", line], environment: ["PATH": "/usr/bin:/bin"], directory: space.root,
      streams: .init(input: nothing.descriptor, output: nothing.descriptor, error: nothing.descriptor),
      orphans: orphans)
  }

  /// The number that a program has written into a file.
  private func number(in path: String) throws -> Int32 {
    for _ in 0..<4000 {
      if let text = try? space.text(path), text.hasSuffix("\n"), let number = Int32(text.dropLast()) { return number }
      usleep(1000)
    }
    throw PosixError("read", path, code: ETIMEDOUT)
  }

  private func waitForFile(_ path: String) throws {
    for _ in 0..<4000 where !space.exists(path) { usleep(1000) }
    try #require(space.exists(path), "\(path) never came")
  }

  /// Whether a process is there and no zombie; it may take a moment to go.
  private func lives(_ process: Int32) -> Bool {
    for _ in 0..<1000 {
      guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let state = status.split(separator: ")").last?.first(where: { $0 != " " }), state != "Z", state != "X"
      else { return false }
      usleep(1000)
    }
    return true
  }

  @Test(arguments: [ChildProcess.Orphans.die, .goOn]) func ending_isTheProgramsOwn(_ orphans: ChildProcess.Orphans)
    throws
  {
    for (line, ending) in [
      ("exit 0", ChildProcess.Ending.exited(0)), ("exit 7", .exited(7)), ("exit 255", .exited(255)),
      ("kill -9 $$", .signalled(SIGKILL)), ("kill -TERM $$", .signalled(SIGTERM)), ("kill -INT $$", .signalled(SIGINT)),
      ("kill -HUP $$", .signalled(SIGHUP)),
    ] {
      #expect(try start(line, orphans: orphans).wait() == ending, "\(line)")
      #expect(try start(line, orphans: orphans).waitEndingGroup() == ending, "\(line), its group ended")
    }
  }

  @Test(arguments: [ChildProcess.Orphans.die, .goOn]) func end_isWaitedFor_withinATime(_ orphans: ChildProcess.Orphans)
    throws
  {
    let process = try start("while [ ! -e go ]; do sleep 0.01; done; exit 3", orphans: orphans)
    #expect(!process.hasEnded(within: 0))
    #expect(!process.hasEnded(within: 30))
    try space.write("go", "")
    #expect(process.hasEnded(within: 10_000))
    #expect(process.hasEnded(), "it is not reaped by being asked")
    #expect(process.hasEnded(within: 0))
    #expect(process.wait() == .exited(3))
  }

  @Test func waitingForTheEnd_returnsAtOnce_whenItComes() throws {
    let process = try start("sleep 0.1")
    let time = ContinuousClock().measure { #expect(process.hasEnded(within: 60_000)) }
    #expect(time < .seconds(30))
    _ = process.wait()
  }

  /// What a command leaves running in the background goes with it.
  @Test(arguments: [
    "sleep 600 & echo $! > number", "(sleep 600 & echo $! > number) & wait",
    "trap '' TERM HUP INT; sleep 600 & echo $! > number",
    "(trap '' TERM; echo $$ > ignored; sleep 600) & (sleep 600 & echo $! > number); sleep 0.05",
  ])
  func backgroundProcess_isEnded_withItsGroup(_ line: String) throws {
    let process = try start(line)
    let background = try number(in: "number")
    #expect(process.waitEndingGroup() == .exited(0))
    #expect(!lives(background))
  }

  @Test func backgroundProcess_livesOn_whenNobodyEndsItsGroup() throws {
    let process = try start("sleep 600 & echo $! > number")
    let background = try number(in: "number")
    #expect(process.wait() == .exited(0))
    #expect(kill(background, 0) == 0)
    kill(background, SIGKILL)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func signal_endsTheProgram_andIsTold(_ signal: Int32) throws {
    let process = try start(": > ready; while true; do sleep 0.01; done")
    try waitForFile("ready")
    process.signalGroup(signal)
    #expect(process.hasEnded(within: 10_000))
    #expect(process.waitEndingGroup() == .signalled(signal))
  }

  /// The supervisor is of the group, too: it does not leave before the program does.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func signalThatTheProgramIgnores_isIgnored(_ signal: Int32) throws {
    let process = try start("trap '' TERM INT HUP; : > ready; while [ ! -e go ]; do sleep 0.01; done; exit 5")
    try waitForFile("ready")
    for _ in 0..<3 { process.signalGroup(signal) }
    #expect(!process.hasEnded(within: 100), "the program is still there")
    try space.write("go", "")
    #expect(process.waitEndingGroup() == .exited(5))
  }

  @Test func programThatHandlesASignal_endsInItsOwnWay() throws {
    let process = try start("trap 'exit 6' TERM; : > ready; while true; do sleep 0.01; done")
    try waitForFile("ready")
    process.signalGroup(SIGTERM)
    #expect(process.waitEndingGroup() == .exited(6))
  }

  @Test func kill_endsEverything() throws {
    let process = try start("trap '' TERM; sleep 600 & echo $! > number; wait")
    let background = try number(in: "number")
    process.signalGroup(SIGKILL)
    #expect(process.waitEndingGroup() == .signalled(SIGKILL))
    #expect(!lives(background))
  }

  @Test func programThatIsNone_isTold() throws {
    for orphans in [ChildProcess.Orphans.die, .goOn] {
      let error = #expect(throws: PosixError.self) {
        let nothing = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_RDWR, mode: 0)
        _ = try ChildProcess.start(
          ["/none/at/all"], environment: [:], directory: space.root,
          streams: .init(input: nothing.descriptor, output: nothing.descriptor, error: nothing.descriptor),
          orphans: orphans)
      }
      #expect(error?.code == ENOENT)
    }
  }

  /// No child of ours is left, whatever became of it.
  @Test func manyAtOnce_areAllTold() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for code in 0..<40 {
        group.addTask { [self] in try start("sleep 600 & exit \(code)").waitEndingGroup() == .exited(Int32(code)) }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}
