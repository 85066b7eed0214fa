import ArgumentParser
import Engine
import Posix
import Store

struct StageCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "What the stages are.", subcommands: [StageList.self],
    defaultSubcommand: StageList.self)
}

struct StageList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the stages, with all that foreach and matrix generate.",
    discussion:
      "A stage that is applied to files is one stage here; `hbpipe status -v` and `dag --actions` list its actions.")

  @Flag(help: "Report as one JSON document: commands, dependencies, outputs and parameters with their values.")
  var json = false

  private struct Output: Encodable {
    let path: String
    let cache: Bool
    let persist: Bool
  }

  private struct Document: Encodable {
    let name: String
    let entry: String
    let uses: String
    let desc: String?
    let meta: Value?
    let frozen: Bool
    let alwaysChanged: Bool
    let pool: String?
    /// The patterns of the files that the stage is applied to.
    let foreach: [String]?
    let cmd: [String]
    let wdir: String
    let deps: [String]
    let outs: [Output]
    let params: [String: [String: Value]]
    let line: Int
  }

  func run() throws {
    let session = try Session()
    let stages = try session.pipeline().stages
    guard json else {
      let lines = stages.map { stage in
        let words = stage.summary ?? stage.outputsInWords
        return (stage.name.string, stage.isFrozen ? "(frozen) " + words : words)
      }
      return Console.print(aligned(lines, indent: ""))
    }
    try Console.printJSON(try stages.map { try document(of: $0, session) })
  }

  private func document(of stage: Stage, _ session: Session) throws -> Document {
    let details = stage.builder.details
    var parameters: [String: [String: Value]] = [:]
    for file in details.parameters {
      guard let node = try session.document(at: file.file) else {
        throw EngineError.unmet(
          stage.place, "\(file.file) does not exist, and stage `\(stage.name)` reads parameters from it")
      }
      let values = try node.parameters(file.names, of: file.file, at: stage.place)
      parameters[file.file.string] = Dictionary(
        values.map { ($0.name, $0.value.value) }, uniquingKeysWith: { first, _ in first })
    }
    return Document(
      name: stage.name.string, entry: stage.entry.string, uses: stage.uses, desc: stage.summary, meta: stage.meta,
      frozen: stage.isFrozen, alwaysChanged: stage.isAlwaysChanged, pool: stage.pool,
      foreach: details.items.isEmpty ? nil : details.items, cmd: details.commands,
      wdir: details.directory?.string ?? ".", deps: details.dependencies,
      outs: details.outputs.map { Output(path: $0.path, cache: $0.isCached, persist: $0.persists) },
      params: parameters, line: stage.place.line)
  }
}

extension Stage {
  fileprivate var outputsInWords: String {
    let outputs = builder.details.outputs.map(\.path)
    if !outputs.isEmpty { return "Outputs " + outputs.joined(separator: ", ") }
    return uses == "command" ? "No outputs" : uses
  }
}
