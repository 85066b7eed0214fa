import Foundation
import Glibc
import Testing

/// One random history: a site is edited, damaged and built again and again, with runs that are killed
/// in between. After every step the project has to be what a clean build gives.
struct History {
  let number: Int
  var random: SeededRandom
  var site: RandomSite
  let space: Space
  /// What stands on disk of the sources.
  private var written: [String: RandomSite.Source] = [:]
  /// Files in the outputs that hbpipe did not make, and must never touch.
  var foreign: [String: [UInt8]] = [:]
  /// Scripts that make a command fail, or wait, where it has made its outputs.
  var marks: [String: RandomSite.Source] = [:]
  private var earlier: [RandomSite] = []
  /// Since the last complete run there was none that was killed, and no edit.
  private(set) var isSettled = false
  private(set) var steps: [String] = []
  /// How often it was judged, and how often the random site was wrong in itself.
  private(set) var checks = 0
  private(set) var failingChecks = 0

  init(seed: UInt64, number: Int) throws {
    self.number = number
    random = SeededRandom(seed: seed &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D)
    site = RandomSite(&random)
    space = try Space(inMemory: true)
  }

  /// Builds, then changes and builds a few times.
  /// - Returns: what is wrong; empty where nothing is.
  /// - Throws: where the test itself cannot go on.
  mutating func play() throws -> [String] {
    note("begin with \(site.pipeline.stages.map(\.rawValue).joined(separator: " "))")
    try writeSources()
    if random.chance(20) { try killARun() }
    var problems = try check()
    for _ in 0..<random.number(2...5) where problems.isEmpty {
      earlier.append(site)
      problems = try change()
      if problems.isEmpty { problems = try check() }
    }
    return problems
  }

  mutating func note(_ step: String) { steps.append(step) }

  private mutating func change() throws -> [String] {
    var problems: [String] = []
    if random.chance(15) {
      problems = try failCommands()
    } else if random.chance(12) {
      problems = try freezeAWhile()
    }
    guard problems.isEmpty else { return problems }
    if random.chance(35) { note(try sabotage()) }
    if random.chance(15) { try breakAndRun() }
    for _ in 0..<random.number(0...3) { editModel() }
    try writeSources()
    guard random.chance(40) else { return [] }
    for _ in 0..<random.number(1...2) {
      if random.chance(25) { try stopACommand() } else { try killARun() }
      for _ in 0..<random.number(0...2) { editModel() }
      try writeSources()
    }
    return []
  }

  mutating func editModel() {
    isSettled = false
    if random.chance(12), let before = random.pick(earlier) {
      site = before
      note("back to an earlier state")
    } else {
      note(site.edit(&random))
    }
  }

  // MARK: Runs

  /// Starts a run and ends it, or edits while it goes on.
  private mutating func killARun() throws {
    isSettled = false
    let run = try space.start(["repro", "-q"] + (random.chance(30) ? ["-k"] : []))
    let delay = random.number(0...(site.hasImages ? 120_000 : 45_000))
    usleep(UInt32(delay))
    switch random.number(1...10) {
    case 1:
      note("interrupt a run after \(delay / 1000) ms")
      run.signal(SIGINT)
    case 2, 3:
      for _ in 0..<random.number(1...2) { editModel() }
      note("… these during a run, after \(delay / 1000) ms")
      try writeSources()
    default:
      note("kill a run after \(delay / 1000) ms")
      run.signal(SIGKILL)
    }
    let code = try run.wait().code
    if ![0, 1, 2, 130, 137].contains(code) { note("!! the run ended with \(code)") }
  }

  /// A run that fails, or that makes a part only: what it leaves must not show later.
  private mutating func breakAndRun() throws {
    isSettled = false
    switch random.number(1...4) {
    case 1:
      guard let path = random.pick(site.paths(of: .images) + site.paths(of: .raw)) else { return }
      note("run with a broken \(path)")
      written[path] = RandomSite.Source("\u{89}PNG is broken")
      try space.write(path, written[path]?.bytes ?? [])
      try space.run("repro", "-k")
    case 2:
      note("run without a template")
      try space.remove("src/theme/foot.html")
      written["src/theme/foot.html"] = nil
      try space.run("repro")
    case 3:
      note("run with a broken pipeline.yaml")
      written["pipeline.yaml"] = RandomSite.Source("stages: [")
      try space.write("pipeline.yaml", "stages: [")
      try space.run("repro")
    default:
      guard let stage = random.pick(site.pipeline.stages) else { return }
      editModel()
      try writeSources()
      let reach = random.pick(["repro"], ["repro"], ["repro", "--single"], ["repro", "--downstream"])
      note("\(reach.joined(separator: " ")) \(stage.rawValue)")
      _ = try space.start(reach + [stage.rawValue]).wait()
    }
  }

  // MARK: Sources on disk

  /// Brings the sources on disk to what the model says, in one of the ways in which editors do it.
  mutating func writeSources() throws {
    isSettled = false
    let wanted = site.allFiles.merging(marks) { _, mark in mark }
    for path in written.keys where wanted[path] == nil {
      try space.remove(path)
      written[path] = nil
      removeEmptyDirectories(above: path)
    }
    for (path, source) in wanted.sorted(by: { $0.key < $1.key }) where written[path] != source {
      if written[path]?.bytes != source.bytes || !space.exists(path) {
        if random.chance(30), space.exists(path) { try space.remove(path) }
        try space.write(path, source.bytes)
      }
      try space.setMode(path, source.isExecutable ? 0o755 : 0o644)
      written[path] = source
    }
    if random.chance(10), let path = random.pick(wanted.keys.sorted()) {
      note("touch \(path)")
      try #require(utimes(space.absolute(path), nil) == 0)
    }
  }

  private func removeEmptyDirectories(above path: String) {
    var directory = (path as NSString).deletingLastPathComponent
    while directory != "src", !directory.isEmpty, rmdir(space.absolute(directory)) == 0 {
      directory = (directory as NSString).deletingLastPathComponent
    }
  }

  /// What stands in `pipeline.yaml` is not the model's any more.
  mutating func expectRewriting(of path: String) { written[path] = nil }

  // MARK: The judgement

  /// The sources as they are, and nothing else.
  func cleanSpace() throws -> Space {
    let clean = try Space(inMemory: true)
    for (path, source) in site.allFiles.merging(marks, uniquingKeysWith: { _, mark in mark }) {
      try clean.write(path, source.bytes)
      if source.isExecutable { try clean.setMode(path, 0o755) }
    }
    return clean
  }

  private mutating func check() throws -> [String] {
    let clean = try cleanSpace()
    let expected = try clean.repro()
    let report = try space.repro("-j", String(random.number(1...3)))
    checks += 1
    if expected.code != 0 {
      failingChecks += 1
      // The random site is wrong in itself; then both have to say so.
      note("fails: \(expected)")
      return report.code == 0 ? ["a clean build fails (\(expected)), and repro does not"] : []
    }
    guard report.code == 0 else { return ["repro: \(report)"] }
    for (path, bytes) in foreign { try clean.write(path, bytes) }

    var problems = FileTree(root: space.root, leavingOut: [".hbcache"])
      .differences(from: FileTree(root: clean.root, leavingOut: [".hbcache"]))
    let again = try space.repro()
    if !again.didNothing(but: site.pipeline.has(.always) ? 1 : 0) { problems.append("the second run: \(again)") }
    isSettled = true
    note("check: \(report.ran) ran, \(report.restored) restored")
    return problems
  }
}
