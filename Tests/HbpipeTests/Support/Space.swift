import Foundation
import Glibc
import Synchronization
import Testing

/// A temporary workspace in which the real hbpipe is run; it goes with the test.
final class Space: Sendable {
  /// Holds the project and, beside it, what programs print.
  private let base: String
  private let runs = Atomic<Int>(0)
  /// The project's directory.
  let root: String

  /// Makes an empty project: on a memory file system, where there is one and many are needed.
  init(inMemory: Bool = false) throws {
    let top = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : NSTemporaryDirectory()
    var template = Array((top + "hbpipe-test-XXXXXX").utf8CString)
    try #require(mkdtemp(&template) != nil, "no temporary directory")
    base = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    root = base + "/project"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
  }

  /// `HBPIPE_KEEP=1` leaves it for a look afterwards.
  deinit {
    guard ProcessInfo.processInfo.environment["HBPIPE_KEEP"] == nil else { return }
    try? FileManager.default.removeItem(atPath: base)
  }

  // MARK: Programs

  /// Starts hbpipe in the project without waiting for it.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    try start(program: [Program.path, "-C", root] + arguments, environment: environment)
  }

  private func start(program: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    let number = runs.wrappingAdd(1, ordering: .relaxed).newValue
    return try RunningProgram(
      program, environment: environment,
      outputs: ("\(base)/output-\(number)", "\(base)/errors-\(number)"))
  }

  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Ending {
    try start(arguments, environment: environment).wait()
  }

  /// `repro --json` with its report.
  func repro(_ arguments: String...) throws -> ReproReport {
    let ending = try start(["repro", "--json"] + arguments).wait()
    guard var report = try? ending.decode(ReproReport.self) else {
      return ReproReport(code: ending.code, errors: ending.errors)
    }
    (report.code, report.errors) = (ending.code, ending.errors)
    return report
  }

  /// `repro --explain`, as the actions that were carried out.
  func explainedRepro(_ arguments: String...) throws -> ExplainedRun {
    ExplainedRun(try start(["repro", "--explain"] + arguments).wait())
  }

  /// A shell command in the project; it has to end well.
  func shell(_ line: String) throws {
    let ending = try start(program: ["/usr/bin/env", "-C", root, "/bin/sh", "-c", line]).wait()
    try #require(ending.code == 0, "`\(line)`: \(ending.errors)")
  }

  // MARK: Files

  func absolute(_ path: String) -> String { root + "/" + path }

  func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

  /// Writes in place, as editors that keep the inode do.
  func write(_ path: String, _ bytes: [UInt8]) throws {
    let directory = (absolute(path) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let file = open(absolute(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try #require(file >= 0, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    defer { close(file) }
    try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
  }

  /// nil where there is no such file.
  func bytes(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: absolute(path)).map { Array($0) }
  }

  func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

  func edit(_ path: String, replacing old: String, with new: String) throws {
    let before = try #require(text(path))
    let after = before.replacing(old, with: new)
    try #require(before != after, "\(path) does not hold `\(old)`")
    try write(path, after)
  }

  func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(absolute(path), &status) == 0
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: absolute(path)) }

  func move(_ path: String, to other: String) throws {
    let directory = (absolute(other) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: absolute(path), toPath: absolute(other))
  }

  func link(_ path: String, to target: String) throws {
    let directory = (absolute(path) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try #require(symlink(target, absolute(path)) == 0)
  }

  func setMode(_ path: String, _ mode: mode_t) throws { try #require(chmod(absolute(path), mode) == 0) }

  /// Every file below a directory, sorted; nothing where there is no such directory.
  func files(below directory: String = ".") -> [String] {
    FileTree(root: absolute(directory)).entries.filter { $0.value != .directory }.keys.sorted()
  }

  /// Every line of `pipeline.lock` but its comment.
  var lockLines: [String] {
    (text("pipeline.lock") ?? "").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  /// A second workspace with the same sources: everything but the paths that are left out.
  func copy(leavingOut: Set<String> = [".hbcache", "public", "pipeline.lock"]) throws -> Space {
    let copy = try Space()
    for name in try FileManager.default.contentsOfDirectory(atPath: root) where !leavingOut.contains(name) {
      try copy.shell("cp -R '\(absolute(name))' .")
    }
    return copy
  }
}
