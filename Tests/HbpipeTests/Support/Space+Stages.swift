import Foundation
import Glibc
import Testing

extension Space {
  /// A project of these entries of `stages:`.
  /// - Parameters:
  ///   - top: what stands above `stages:`.
  ///   - files: sources, by path.
  static func of(_ stages: String, top: String = "", files: [String: String] = [:]) throws -> Space {
    let space = try Space()
    try space.declare(stages, top: top)
    for (path, text) in files { try space.write(path, text) }
    return space
  }

  /// The same, built.
  static func built(_ stages: String, top: String = "", files: [String: String] = [:]) throws -> Space {
    let space = try of(stages, top: top, files: files)
    let report = try space.repro()
    try #require(report.code == 0, "\(report)")
    return space
  }

  /// Writes `pipeline.yaml`: `stages:` stands in the line after `top`, its entries follow, two columns in.
  func declare(_ stages: String, top: String = "") throws {
    let entries = stages.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "  " + $0 }
    let head = ["version: 1"] + (top.isEmpty ? [] : [top]) + ["stages:"]
    try write("pipeline.yaml", (head + entries).joined(separator: "\n") + "\n")
  }

  /// `repro --json` with these variables.
  func repro(_ arguments: String..., environment: [String: String]) throws -> ReproReport {
    let ending = try start(["repro", "--json"] + arguments, environment: environment).wait()
    guard var report = try? ending.decode(ReproReport.self) else {
      return ReproReport(code: ending.code, errors: ending.errors)
    }
    (report.code, report.errors) = (ending.code, ending.errors)
    return report
  }

  /// The actions that a plain `repro` has run; it has to end well.
  func ran(_ arguments: String...) throws -> Set<String> {
    let run = ExplainedRun(try start(["repro", "--explain"] + arguments).wait())
    #expect(run.code == 0, "\(run.output) \(run.errors)")
    return run.ran
  }

  /// Waits until a path is there.
  func wait(for path: String) throws {
    for _ in 0..<20_000 where !exists(path) { usleep(500) }
    try #require(exists(path), "\(path) never came")
  }

  /// The digest that the lock has of an artifact.
  func hash(of path: String) throws -> String {
    let line = try #require(lockLines.first { $0.hasPrefix(path + "\t") }, "the lock has no \(path): \(lockLines)")
    return String(line.split(separator: "\t")[1])
  }

  /// The files at or below a path that hold a text, as `grep` finds them.
  func files(holding text: String, below path: String = ".") -> [String] {
    let all = exists(path) ? files(below: path).map { path + "/" + $0 } : []
    return (all.isEmpty ? [path] : all).filter { self.text($0)?.contains(text) == true }
  }

  /// `stat`; nil where there is no such file.
  func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(absolute(path), &status) == 0 ? status : nil
  }

  func isExecutable(_ path: String) -> Bool { status(path).map { $0.st_mode & S_IXUSR != 0 } ?? false }

  /// The process whose number a command has written to a file.
  func process(in path: String) throws -> TestedProcess {
    try wait(for: path)
    for _ in 0..<2000 where text(path)?.hasSuffix("\n") != true { usleep(500) }
    return TestedProcess(number: try #require(text(path).flatMap { Int32($0.dropLast()) }, "\(path) holds no number"))
  }
}

/// A process that hbpipe has started, or a command of its.
struct TestedProcess {
  let number: Int32

  /// A process that has ended but that nobody waited for is not alive.
  var isAlive: Bool {
    guard let status = FileManager.default.contents(atPath: "/proc/\(number)/stat") else { return false }
    return !String(decoding: status, as: UTF8.self).contains(") Z ")
  }

  /// Waits a little for its end.
  func isGone() -> Bool {
    for _ in 0..<400 where isAlive { usleep(5000) }
    return !isAlive
  }
}
