import Engine
import Posix
import Store

/// `cmd:`: a shell command with the files it reads and makes. One action.
///
///     search: { cmd: ./search.sh public/blog > public/search.json, deps: [search.sh, public/blog], outs: [public/search.json] }
package struct CommandBuilder: Builder {
  package let name = "command"
  private let environment: [String: String]

  /// - Parameter environment: what commands are started with; it enters no key.
  package init(environment: [String: String]) { self.environment = environment }

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    func paths(_ key: String) throws(EngineError) -> [RepoPath] {
      var paths: [RepoPath] = []
      for (text, place) in try options.strings(key) {
        let path = try OptionReader.path(text, at: place, key)
        if key == "outs" { try OptionReader.refuseReserved(path, at: place, key) }
        paths.append(path)
      }
      return paths
    }
    let lines = try options.strings("cmd").map(\.text)
    guard !lines.isEmpty, !lines.allSatisfy(\.isEmpty) else {
      throw .invalid(options.placeOf("cmd"), "`cmd` of stage `\(context.stage)` is empty")
    }
    _ = try options.string("desc")
    let outputs = try paths("outs")
    for (position, output) in outputs.enumerated() {
      for other in outputs[..<position] where output == other || output.isInside(other) || other.isInside(output) {
        throw .invalid(options.placeOf("outs"), "`outs` of stage `\(context.stage)`: \(other) and \(output) overlap")
      }
    }
    let dependencies = try paths("deps")
    for dependency in dependencies where outputs.contains(where: { dependency == $0 || dependency.isInside($0) }) {
      throw .cycle([context.stage, context.stage], options.placeOf("deps"))
    }
    return CommandStage(
      stage: context.stage, lines: lines, dependencies: dependencies, outputs: outputs,
      environment: environment)
  }
}

struct CommandStage: StageBuilder {
  let stage: StageName
  /// Run one after the other, each by the shell, until one fails.
  let lines: [String]
  let dependencies: [RepoPath]
  let outputs: [RepoPath]
  let environment: [String: String]

  private struct Job: Sendable {}

  var reads: [Glob] { dependencies.flatMap { [Glob(exactly: $0), Glob(below: $0)] } }
  var writes: [Glob] { outputs.flatMap { [Glob(exactly: $0), Glob(below: $0)] } }
  var uses: [(stage: StageName, place: Place)] { [] }
  var owns: [RepoPath] { outputs }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    var expansion = Expansion()
    var components = [KeyComponent(.builder, "command", "1")]
    components += lines.enumerated().map { KeyComponent(.option, "cmd[\($0.offset)]", $0.element) }
    components += outputs.map { KeyComponent(.option, "out", $0.string) }
    var inputs: [RepoPath] = []
    for dependency in dependencies {
      var files: [InputFile] = []
      if let file = try context.file(at: dependency) {
        files = [file]
      } else if context.isDirectory(dependency) {
        let below = GlobSet(includes: [Glob(below: dependency)], excludes: [], texts: [])
        files = try context.files(matching: below)
        components.append(KeyComponent(.input, dependency.string + "/", "directory"))
      } else {
        let error = EngineError.input(
          dependency, "stage `\(stage)` depends on it, and it does not exist",
          hint: "correct `deps`, or declare it in the `outs` of the stage that makes it")
        expansion.failures.append((ActionName(stage: stage), error))
        return expansion
      }
      for file in files {
        let mode = file.isExecutable ? " executable" : ""
        components.append(KeyComponent(.input, file.path.string, file.digest.hex + mode))
        inputs.append(file.path)
      }
    }
    expansion.actions = [
      Action(
        name: ActionName(stage: stage), components: components, inputs: inputs, outputs: .found(at: outputs),
        job: Job())
    ]
    return expansion
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    for line in lines {
      let (ending, printed) = try Shell.run(
        line, directory: context.tree.root, environment: environment, cancellation: context.cancellation)
      for text in printed { context.log(text) }
      if context.cancellation.isRequested { throw .cancelled }
      switch ending {
      case .exited(0): continue
      case .exited(let code): throw .builder("`\(line)` ended with exit status \(code)")
      case .signalled(let signal): throw .builder("`\(line)` was ended by signal \(signal)")
      }
    }
    return outputs.map(BuiltOutput.inPlace)
  }
}
