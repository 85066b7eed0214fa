import Engine
import Store

/// A builder whose stages declare what they read, write and use, and do nothing.
///
///     a: { uses: stub, reads: ["x/**"], writes: [y], needs: [b] }
struct StubBuilder: Builder {
  let name = "stub"

  func declare(_ options: OptionReader, context: DeclarationContext) throws(EngineError) -> any StageBuilder {
    var stage = StubStage()
    for (text, place) in try options.strings("reads") {
      stage.reads += try Glob.parse(text, at: place, key: "reads")
    }
    for (text, place) in try options.strings("writes") {
      stage.writes += try Glob.parse(text, at: place, key: "writes")
    }
    for (text, place) in try options.strings("needs") {
      guard let name = StageName(text) else { throw .invalid(place, "no stage name") }
      stage.uses.append((name, place))
    }
    return stage
  }
}

struct StubStage: StageBuilder {
  var reads: [Glob] = []
  var writes: [Glob] = []
  var uses: [(stage: StageName, place: Place)] = []

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion { Expansion() }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] { [] }
}

/// The stages of a `pipeline.yaml` whose stages are these lines.
func pipeline(_ stages: String...) throws(EngineError) -> PipelineFile {
  let text = "version: 1\nstages:\n" + stages.map { "  \($0)\n" }.joined()
  return try PipelineFile.parse(text, builders: [StubBuilder()])
}
