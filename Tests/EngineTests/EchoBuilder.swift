import Engine
import Foundation
import Store
import Synchronization
import Testing

/// Command stages as a template leaves them: what they declare, and nothing is run.
struct EchoBuilder: Builder {
  let name = "command"
  /// Every declaration in the order in which they are made: of a fan-out those for its files come late.
  let declared: Recorder

  init(_ declared: Recorder = Recorder()) { self.declared = declared }

  final class Recorder: Sendable {
    private let made = Mutex<[EchoStage]>([])

    var stages: [EchoStage] { made.withLock { $0 } }
    func note(_ stage: EchoStage) { made.withLock { $0.append(stage) } }
  }

  func declare(_ options: OptionReader, context: DeclarationContext) throws(EngineError) -> any StageBuilder {
    var stage = EchoStage(stage: context.stage)
    stage.commands = try options.strings("cmd").map(\.text)
    for key in options.rest {
      guard let node = options.node(key) else { continue }
      stage.fields[key] = node
      guard ["deps", "outs"].contains(key) else { continue }
      for (text, place) in try options.strings(key) {
        let globs =
          Glob.isPattern(text)
          ? try Glob.parse(text, at: place, key: key) : [Glob(exactly: try OptionReader.path(text, at: place, key))]
        if key == "deps" { stage.reads += globs } else { stage.writes += globs }
      }
    }
    declared.note(stage)
    return stage
  }
}

struct EchoStage: StageBuilder {
  let stage: StageName
  var commands: [String] = []
  var fields: [String: YAMLNode] = [:]
  var reads: [Glob] = []
  var writes: [Glob] = []
  var uses: [(stage: StageName, place: Place)] { [] }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    var expansion = Expansion()
    expansion.actions = [
      Action(
        name: ActionName(stage: stage), components: commands.map { KeyComponent(.option, "cmd", $0) }, inputs: [],
        outputs: .known(writes.compactMap(\.onlyPath).map { ($0.string, $0) }), job: commands)
    ]
    return expansion
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    writes.compactMap(\.onlyPath).map { .bytes(role: $0.string, Array("made\n".utf8)) }
  }
}

/// A `pipeline.yaml` of this text after its version, with these files of variables.
func templates(_ text: String, files: [String: String] = [:]) throws(EngineError) -> PipelineFile {
  try PipelineFile.parse("version: 1\n" + text, builders: [EchoBuilder()]) { (path) throws(EngineError) in
    guard let text = files[path.string] else { return nil }
    return try DataDocument.parse(Array(text.utf8), file: path)
  }
}

extension PipelineFile {
  /// What every stage runs, by the stage's name.
  var commands: [String: [String]] {
    Dictionary(
      stages.map { ($0.name.string, ($0.builder as? EchoStage)?.commands ?? []) }, uniquingKeysWith: { _, last in last }
    )
  }
}

/// Asks Python: a script that reads one JSON document and prints one.
func python<Answer: Decodable>(_ script: String, _ question: some Encodable, as type: Answer.Type) throws -> Answer {
  let space = try Workspace()
  let input = try JSONEncoder().encode(question)
  let program = "import json, sys\nquestion = json.load(sys.stdin)\n\(script)\nprint(json.dumps(answer))\n"
  let output = try space.run("python3", ["-c", program], input: Array(input))
  return try JSONDecoder().decode(Answer.self, from: Data(output))
}
