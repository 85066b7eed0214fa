import Builders
import Engine
import Foundation
import Glibc
import Hashing
import Store
import Testing

/// A temporary project that the real builders build in this process.
final class Site {
  let root: String

  /// Takes the lines of `stages:`.
  init(_ stages: String...) throws {
    root = NSTemporaryDirectory() + "hbpipe-builders-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let lines = stages.map { "  \($0)\n" }.joined()
    try write("pipeline.yaml", "version: 1\nsite: {url: 'https://x.org'}\nstages:\n\(lines)")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ path: String, _ bytes: [UInt8]) throws {
    let url = URL(fileURLWithPath: root + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

  func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }

  func exists(_ path: String) -> Bool { access(root + "/" + path, F_OK) == 0 }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + "/" + path) }

  struct Result {
    let summary: RunSummary
    let warnings: [String]
    let reasons: [String: [Reason]]

    /// The errors by the action's name, as text.
    var failures: [String: String] {
      Dictionary(
        summary.failures.map { ($0.action.description, "\($0.error)") },
        uniquingKeysWith: { first, _ in first })
    }
  }

  @discardableResult
  func run() throws -> Result {
    let project = try Project(root: root, toolVersion: "test", programs: [])
    let planner = try Planner(project, builders: Self.builders(root: project.tree.root))
    let observer = Observer()
    let run = Run(
      planner, .all, RunOptions(jobs: 2, keepGoing: true, force: false), cancellation: Cancellation(),
      observer: observer)
    return Result(summary: try run.execute(), warnings: observer.warnings, reasons: observer.reasons)
  }

  static func builders(root: String) -> [any Builder] {
    [
      ImageBuilder(workers: ImageWorkers(program: worker, directory: root)), PageBuilder(), ListBuilder(),
      CopyBuilder(), CommandBuilder(environment: ["PATH": "/usr/bin:/bin"]),
    ]
  }

  /// hbpipe-vips stands beside the tests.
  private static var worker: String {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: program).deletingLastPathComponent().path + "/hbpipe-vips"
  }
}

private final class Observer: RunObserver {
  var warnings: [String] = []
  var reasons: [String: [Reason]] = [:]

  func queued(_ count: Int) {}
  func started(_ action: ActionName) {}

  func finished(
    _ action: ActionName, _ outcome: ActionOutcome, reasons: [Reason], log: [String], span: ActionSpan?
  ) {
    self.reasons[action.description] = reasons
  }

  func warned(_ message: String, about action: ActionName?) { warnings.append(message) }
  func coordinated(_ what: String, since start: ContinuousClock.Instant) {}
}

/// The stage of posts that most tests have, with a template that shows what it is given.
let postsStage =
  "posts: {uses: page, from: 'posts/*.md', to: 'public/{slug}/index.html', template: t/post.html, images: []}"

/// Fields between bars, so that a test can look at one.
let template = """
  title={{page.title}}|url={{page.url}}|canonical={{page.canonical}}|iso={{page.date.iso}}|\
  human={{page.date.human}}|description={{page.description}}|minutes={{page.reading_minutes}}|\
  tags={{#page.tags}}({{name}}:{{slug}}){{/page.tags}}|content={{{page.content}}}
  """

/// One post's page, built from this text.
func page(_ text: String, named name: String = "post") throws -> (
  fields: [String: String], result: Site.Result
) {
  try page(Array(text.utf8), named: name)
}

func page(_ bytes: [UInt8], named name: String = "post") throws -> (
  fields: [String: String], result: Site.Result
) {
  let site = try Site(postsStage)
  try site.write("t/post.html", template)
  try site.write("posts/\(name).md", bytes)
  let result = try site.run()
  let folders = (try? FileManager.default.contentsOfDirectory(atPath: site.root + "/public")) ?? []
  guard let folder = folders.first else { return ([:], result) }
  var fields: [String: String] = [:]
  for part in try site.text("public/\(folder)/index.html").split(
    separator: "|", omittingEmptySubsequences: false)
  {
    let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
  }
  return (fields, result)
}
