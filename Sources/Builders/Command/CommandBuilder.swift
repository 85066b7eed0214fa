import Engine
import Store

/// `cmd:`: shell commands with the files that they read and make, under the names of DVC's stages. One action.
///
///     search: { cmd: ./search.sh public/blog > public/search.json, deps: [search.sh, public/blog], outs: [public/search.json] }
package struct CommandBuilder: Builder {
  package let name = "command"
  private let environment: [String: String]
  private let logs = CommandLogs()

  /// - Parameter environment: what commands are started with; only variables that a stage names enter its key.
  package init(environment: [String: String]) { self.environment = environment }

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    CommandStage(
      stage: context.stage, declaration: try CommandDeclaration(options, stage: context.stage),
      environment: environment, logs: logs)
  }
}
