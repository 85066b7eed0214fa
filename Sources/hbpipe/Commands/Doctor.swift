import ArgumentParser
import Builders
import Engine
import Foundation
import Hashing
import Posix
import Remote
import Store

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what hbpipe works with here: versions, link type, cache, remote.")

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Document: Encodable {
    let hbpipe: String
    /// Library → version.
    let libraries: [String: String]
    let project: String
    let pipeline: String
    let linkType: String
    let objects: Int
    let cacheBytes: Int64
    let remote: String
    let remoteReachable: Bool?
    let problems: [String]
  }

  func run() throws {
    let session = try Session()
    let tree = session.project.tree
    var problems: [String] = []
    var libraries = [
      "OpenSSL": opensslVersion, "SQLite": FactsCache.libraryVersion, "cmark-gfm": PageBuilder.markdownVersion,
    ]
    do {
      libraries.merge(try session.imageWorkers().greeting().versions) { first, _ in first }
    } catch {
      problems.append(Diagnosis(error).headline)
    }

    var pipeline = "sound"
    var remote = "none"
    var isReachable: Bool?
    do {
      let file = try session.pipeline()
      pipeline = counted(try Graph(file.stages).stages.count, "stage")
      if let declared = file.remote, let location = RemoteLocation(declared.url) {
        let environment = ProcessInfo.processInfo.environment
        let answer = Reachability.check(
          location, endpoint: environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"],
          region: environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1")
        switch answer {
        case .reachable(let words): (remote, isReachable) = ("\(declared.url): \(words)", true)
        case .unreachable(let words):
          (remote, isReachable) = ("\(declared.url): \(words)", false)
          problems.append("remote \(declared.url): \(words)")
        }
      }
    } catch {
      pipeline = Diagnosis(error).headline
      problems.append(pipeline)
    }
    let objects = session.project.store.all()
    let link = try Checkout(tree: tree, store: session.project.store).probe()
    let document = Document(
      hbpipe: Hbpipe.version, libraries: libraries, project: tree.root, pipeline: pipeline, linkType: link.rawValue,
      objects: objects.count, cacheBytes: objects.reduce(0) { $0 + $1.size }, remote: remote,
      remoteReachable: isReachable, problems: problems)
    if json { try Console.printJSON(document) } else { describe(document) }
    if !problems.isEmpty { throw ExitCode(isReachable == false && problems.count == 1 ? 4 : 1) }
  }

  private func describe(_ document: Document) {
    var facts = [("hbpipe", document.hbpipe)]
    facts += document.libraries.sorted { $0.key.lowercased() < $1.key.lowercased() }.map { ($0.key, $0.value) }
    facts += [
      ("project", document.project), ("pipeline", document.pipeline), ("link type", document.linkType),
      ("cache", "\(counted(document.objects, "object")), \(humanSize(document.cacheBytes))"),
      ("remote", document.remote),
    ]
    Console.print(aligned(facts))
    for problem in document.problems { Console.talk("hbpipe: \(problem)") }
  }
}
