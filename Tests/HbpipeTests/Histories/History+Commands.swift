import Foundation
import Glibc

/// Commands that fail, that are stopped halfway, and that are frozen.
extension History {
  /// Runs while some commands fail, when all their outputs are made: nothing of these may stay, and the rest is
  /// as it was, or as it has to be now.
  mutating func failCommands() throws -> [String] {
    guard isSettled, random.pick(site.pipeline.commands) != nil else { return [] }
    for _ in 0..<random.number(1...3) {
      guard let stage = random.pick(site.pipeline.commands) else { continue }
      marks[stage.mark] = RandomSite.Source(random.pick("exit 3\n", "false\n", "kill -9 $$\n", "kill -TERM $$\n"))
      note("\(stage.rawValue) fails")
    }
    for _ in 0..<random.number(0...2) { editModel() }
    try writeSources()
    let before = outputs(of: space)
    let clean = try cleanSpace()
    let expected = try clean.repro("-k")
    let options = random.chance(70) ? ["-k"] : []
    let report = try space.start(["repro", "-q"] + options).wait()
    note("repro \(options.joined()) ended with \(report.code)")
    guard (report.code == 0) == (expected.code == 0), [0, 1].contains(report.code) else {
      return ["a clean build: \(expected)", "after failures: \(report)"]
    }

    let after = outputs(of: space)
    let possible = outputs(of: clean)
    var problems = Set(after.entries.keys).union(before.entries.keys).union(possible.entries.keys).sorted().filter {
      after.entries[$0] != before.entries[$0] && after.entries[$0] != possible.entries[$0]
    }.map { "neither as before the failure nor as a clean build has it: \($0)" }
    if !options.isEmpty {
      let again = try space.start(["repro", "-q", "-k"]).wait()
      if again.code != report.code { problems.append("the next run: \(again)") }
      problems += outputs(of: space).differences(from: after)
    }
    marks = [:]
    try writeSources()
    return problems
  }

  /// Starts a run and ends it while a command is at work that has made its outputs.
  mutating func stopACommand() throws {
    guard let stage = random.pick(site.pipeline.commands) else { return }
    let sign = space.absolute("../at-work")
    unlink(sign)
    marks = [stage.mark: RandomSite.Source(": > '\(sign)'; sleep 60\n")]
    try writeSources()
    let run = try space.start(["repro", "-q"] + (random.chance(50) ? ["-k"] : []))
    while access(sign, F_OK) != 0, !run.hasEnded { usleep(500) }
    let signal = random.pick(SIGKILL, SIGKILL, SIGKILL, SIGTERM, SIGINT)
    run.signal(signal)
    note("stop \(stage.rawValue) at work with signal \(signal)")
    let code = try run.wait().code
    if ![0, 1, 130, 137].contains(code) { note("!! the run ended with \(code)") }
    marks = [:]
  }

  /// What a frozen stage has made stays as it is while sources change; afterwards it is made as if nothing had been.
  /// In between there is nothing to compare with: a clean build of a frozen stage is an error.
  mutating func freezeAWhile() throws -> [String] {
    guard isSettled, let stage = random.pick(site.pipeline.commands) else { return [] }
    let name = stage.rawValue
    let before = lockLines(of: name)
    let freezing = try space.run("freeze", name)
    guard freezing.code == 0 else { return ["freeze \(name): \(freezing)"] }
    note("freeze \(name)")
    for _ in 0..<random.number(1...3) { note(site.editFiles(&random)) }
    try writeSources()
    let run = try space.run("repro", "-k")
    var problems = [0, 1].contains(run.code) ? [] : ["with a frozen stage: \(run)"]
    if lockLines(of: name) != before { problems.append("\(name) was frozen, and changed") }
    problems += before.map { String($0.prefix { $0 != "\t" }) }.filter { !$0.isEmpty && !space.exists($0) }
      .map { "\(name) was frozen, and \($0) is gone" }
    let thawing = try space.run("unfreeze", name)
    if thawing.code != 0 { problems.append("unfreeze \(name): \(thawing)") }
    note("unfreeze \(name)")
    expectRewriting(of: "pipeline.yaml")
    try writeSources()
    return problems
  }

  private func lockLines(of entry: String) -> [String] {
    space.lockLines.filter { line in
      let action = line.split(separator: "\t").last ?? ""
      return action == entry || action.hasPrefix(entry + "@")
    }
  }

  private func outputs(of space: Space) -> FileTree {
    FileTree(
      root: space.root, leavingOut: [".hbcache", "src", "pipeline.yaml", "pipeline.lock", "params.yaml", ".hbignore"])
  }
}
