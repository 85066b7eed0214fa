import Foundation
import Glibc
import Testing

/// What a stage without outputs had done when hbpipe was killed does not count.
struct KilledEffectTests {
  private func space(_ command: String, _ more: String = "") throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n  deploy: {cmd: '\(command)', deps: [a]}\n\(more)")
    try space.write("a", "1\n")
    return space
  }

  @Test func effect_isCarriedOutAgain_afterAnotherOneOfAKilledRun() throws {
    let space = try space(
      "cat a >> ../log",
      "  slow: {cmd: 'while [ -e hold ]; do sleep 0.01; done; cat a > out', deps: [a], outs: [out]}\n")
    #expect(try space.repro().code == 0)
    try space.write("hold", "")
    try space.write("a", "2\n")
    let run = try space.start(["repro", "-q", "-j2"])
    for _ in 0..<20_000 where space.text("../log") != "1\n2\n" { usleep(500) }
    run.signal(SIGKILL)
    _ = try run.wait()
    try #require(space.text("../log") == "1\n2\n")
    try space.remove("hold")
    try space.write("a", "1\n")
    #expect(try space.repro().code == 0)
    #expect(space.text("../log") == "1\n2\n1\n")
  }
}
