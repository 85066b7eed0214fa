import Engine
import Posix
import Store

/// One command stage: what enters its key, and how it is carried out.
struct CommandStage: StageBuilder {
  let stage: StageName
  let declaration: CommandDeclaration
  let environment: [String: String]
  let logs: CommandLogs

  private struct Job: Sendable {}

  var reads: [Glob] {
    declaration.dependencies.flatMap(\.globs) + declaration.parameters.map { Glob(exactly: $0.file) }
  }
  var writes: [Glob] { declaration.outputs.flatMap(\.globs) }
  var uses: [(stage: StageName, place: Place)] { [] }
  var owns: [DeclaredOutput] { declaration.outputs }
  var canBeFrozen: Bool { true }

  var details: StageDetails {
    var details = StageDetails()
    details.commands = declaration.lines
    details.directory = declaration.directory
    details.dependencies = declaration.dependencies.map { dependency in
      switch dependency.extent {
      case .path(let path): path.string
      case .pattern(let pattern): pattern.text
      }
    }
    details.outputs = declaration.outputs.map {
      StageDetails.Output(path: $0.root?.string ?? $0.globs[0].text, isCached: $0.isCached, persists: $0.persists)
    }
    details.parameters = declaration.parameters.map { StageDetails.Parameters(file: $0.file, names: $0.names) }
    return details
  }

  // MARK: Expansion

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    var expansion = Expansion()
    var components = options()
    var inputs: Set<RepoPath> = []
    var order: [RepoPath] = []
    func take(_ file: InputFile) {
      guard inputs.insert(file.path).inserted else { return }
      order.append(file.path)
      components.append(KeyComponent(.input, file.path.string, file.identity))
    }
    do throws(EngineError) {
      for (number, dependency) in declaration.dependencies.enumerated() {
        if case .pattern(let pattern) = dependency.extent {
          components.append(KeyComponent(.option, "deps[\(number)]", pattern.text))
        }
        for file in try files(of: dependency, &components, context) { take(file) }
      }
      for parameters in declaration.parameters {
        components += try ParameterValues(parameters, context).components
        order.append(parameters.file)
      }
    } catch {
      expansion.failures.append((ActionName(stage: stage), error))
      return expansion
    }
    for variable in declaration.variables {
      let value = variable.value ?? environment[variable.name]
      let identity = variable.value ?? context.depend(onVariable: variable.name, value: value)
      components.append(KeyComponent(.variable, variable.name, identity))
    }
    let outputs = declaration.outputs
    expansion.actions = [
      Action(
        name: ActionName(stage: stage), components: components, inputs: order, outputs: .found(at: outputs),
        job: Job(), isRepeatable: !outputs.isEmpty && !outputs.contains(where: \.persists),
        alwaysRuns: outputs.isEmpty && declaration.dependencies.isEmpty && declaration.parameters.isEmpty,
        attempts: declaration.retries + 1)
    ]
    return expansion
  }

  /// What `pipeline.yaml` says that can change the result.
  private func options() -> [KeyComponent] {
    var components = [KeyComponent(.builder, "command", "2")]
    components += declaration.lines.enumerated().map { KeyComponent(.option, "cmd[\($0.offset)]", $0.element) }
    if let directory = declaration.directory { components.append(KeyComponent(.option, "wdir", directory.string)) }
    if declaration.isSandboxed { components.append(KeyComponent(.option, "sandbox", "true")) }
    for (number, output) in declaration.outputs.enumerated() {
      var value = output.root?.string ?? output.text
      if !output.isCached { value += " cache: false" }
      if output.persists { value += " persist" }
      if let kind = output.kind { value += " \(kind.rawValue)" }
      components.append(KeyComponent(.option, "outs[\(number)]", value))
    }
    return components
  }

  private func files(
    of dependency: CommandDeclaration.Dependency, _ components: inout [KeyComponent], _ context: ExpansionContext
  ) throws(EngineError) -> [InputFile] {
    switch dependency.extent {
    case .pattern(let pattern):
      return try context.files(matching: GlobSet(includes: [pattern], excludes: [], texts: []))
    case .path(let path):
      if let file = try context.file(at: path) { return [file] }
      guard context.isDirectory(path) else {
        throw .unmet(
          dependency.place, "\(path) does not exist, and stage `\(stage)` depends on it",
          hint: context.isMade(path)
            ? "another stage makes it: `hbpipe repro` without --single and --downstream runs that first"
            : "correct `deps`, or declare it in the `outs` of the stage that makes it")
      }
      components.append(KeyComponent(.input, path.string + "/", "directory"))
      return try context.files(matching: GlobSet(includes: [Glob(below: path)], excludes: [], texts: []))
    }
  }

  // MARK: Building

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    let sandbox = declaration.isSandboxed ? try Sandbox(for: action, declaration, context) : nil
    try runLines(below: sandbox?.directory, context)
    return [.found(below: sandbox?.directory)]
  }

  /// - Parameter top: what stands for the project's top.
  private func runLines(below top: RepoPath?, _ context: BuildContext) throws(EngineError) {
    let names = [context.tree.root, top?.string, declaration.directory?.string].compactMap(\.self)
    let directory = names.joined(separator: "/")
    if let wdir = declaration.directory {
      let status = try system { () throws(PosixError) in try FileStatus.read(directory) }
      guard status?.kind == .directory else {
        throw .unmet(declaration.directoryPlace, "`wdir`: there is no directory \(wdir)")
      }
    }
    var environment = environment
    environment["HBPIPE_ROOT"] = top.map { context.tree.absolute($0.string) } ?? context.tree.root
    environment["HBPIPE_STAGE"] = stage.string
    for variable in declaration.variables { if let value = variable.value { environment[variable.name] = value } }
    let shell = Shell(
      directory: directory, environment: environment, timeout: declaration.timeout, context: context,
      logs: logs)
    for line in declaration.lines where !CommandDeclaration.isBlank(line) {
      switch try shell.run(line) {
      case .exited(0): continue
      case .exited(let code): throw .builder("`\(line)` ended with exit status \(code)")
      case .signalled(let signal): throw .builder("`\(line)` was ended by signal \(signal)")
      }
    }
  }
}
