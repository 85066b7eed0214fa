import Engine
import Store

/// `uses: copy`: takes files as they are. One action a file.
///
///     static: { uses: copy, from: "uploads/theme/static/**", to: public }
package struct CopyBuilder: Builder {
  package let name = "copy"

  package init() {}

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    let sources = try GlobSet(options, key: "from", example: "uploads/static/**")
    guard let target = try options.path("to") else {
      throw .invalid(options.place, "stage `\(context.stage)` has no `to`", hint: "for example: to: public")
    }
    try OptionReader.refuseReserved(target, at: options.placeOf("to"), "to")
    return CopyStage(stage: context.stage, sources: sources, target: target)
  }
}

struct CopyStage: StageBuilder {
  let stage: StageName
  let sources: GlobSet
  let target: RepoPath

  private struct Job: Sendable { let source: InputFile }

  var reads: [Glob] { sources.includes }
  var writes: [Glob] { [Glob(below: target)] }
  var uses: [(stage: StageName, place: Place)] { [] }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    var expansion = Expansion()
    for source in try context.files(matching: sources) {
      let path = target.appending(sources.relative(source.path))
      expansion.actions.append(
        Action(
          name: ActionName(stage: stage, item: source.path.string),
          components: [
            KeyComponent(.builder, "copy", "1"),
            KeyComponent(.option, "executable", String(source.isExecutable)),
            KeyComponent(.input, "source", source.digest.hex),
          ],
          inputs: [source.path], outputs: .known([("copy", path)]), job: Job(source: source)))
    }
    return expansion
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    guard let job = action.job as? Job else { preconditionFailure("a copy action has a copy job") }
    return [.copy(role: "copy", of: job.source.path, isExecutable: job.source.isExecutable)]
  }
}
