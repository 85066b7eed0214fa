import Foundation
import Glibc
import Posix
import Store
import Testing

@Suite(.serialized) struct ProjectLockTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func isFree() -> Bool {
    guard let lock = try? ProjectLock.take(space.tree, waiting: false) else { return false }
    _ = consume lock
    return true
  }

  /// util-linux's `flock` becomes a program that holds the lock for as long as it lives.
  private func holder(seconds: String) throws -> Process {
    try space.tree.makeDirectory(CacheLayout.directory)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    process.arguments = ["--no-fork", space.absolute(CacheLayout.projectLock), "sleep", seconds]
    try process.run()
    for _ in 0..<500 where isFree() { usleep(10_000) }
    return process
  }

  @Test func lock_isFreeAgain_onceItIsLetGo() throws {
    do { _ = try ProjectLock.take(space.tree, waiting: false) }
    #expect(isFree())
    #expect(isFree())
  }

  @Test func secondTaking_fails_andNamesTheHolder() throws {
    let held = try ProjectLock.take(space.tree, waiting: false)
    #expect(try space.text(CacheLayout.projectLock) == "\(getpid())")
    let error = #expect(throws: StoreError.self) {
      _ = try ProjectLock.take(space.tree, waiting: false)
    }
    guard case .held(let holder) = error else {
      Issue.record("not .held: \(String(describing: error))")
      return
    }
    #expect(holder == "\(getpid())")
    _ = consume held
    #expect(isFree())
  }

  @Test func lock_isHeldByAnotherProcess_untilThatIsKilled() throws {
    let process = try holder(seconds: "60")
    #expect(process.isRunning)
    #expect(throws: StoreError.self) { _ = try ProjectLock.take(space.tree, waiting: false) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(isFree())
  }

  @Test func waiting_endsWhenTheOtherProcessDoes() throws {
    let process = try holder(seconds: "0.5")
    let lock = try ProjectLock.take(space.tree, waiting: true)
    #expect(!isFree())
    _ = consume lock
    process.waitUntilExit()
    #expect(isFree())
  }

  /// The name of a longer process id must not show behind a shorter one.
  @Test func holder_isAlwaysTheLatest() throws {
    try space.write(CacheLayout.projectLock, "99999999999")
    let lock = try ProjectLock.take(space.tree, waiting: false)
    #expect(try space.text(CacheLayout.projectLock) == "\(getpid())")
    _ = consume lock
  }

  /// A program that a command leaves behind must not hold the project.
  @Test func lock_isNotInherited_byProgramsThatAreStarted() throws {
    let lock = try ProjectLock.take(space.tree, waiting: false)
    let null = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_RDWR, mode: 0)
    let child = try ChildProcess.start(
      ["/bin/sleep", "60"], environment: [:], directory: "/",
      streams: .init(input: null.descriptor, output: null.descriptor, error: null.descriptor))
    _ = consume lock
    // Another test's program may hold the descriptor for the moment between its fork and its exec.
    #expect((0..<100).contains { _ in isFree() || usleep(10_000) != 0 })
    child.signalGroup(SIGKILL)
    #expect(child.wait() == .signalled(SIGKILL))
  }
}
