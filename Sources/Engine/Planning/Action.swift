import Store

/// The unit of work: a stage applied to one input, or, for a command stage, once.
package struct Action: Sendable {
  /// Where its artifacts go.
  package enum Outputs: Sendable {
    /// Fixed before anything is made: role → path.
    case known([(role: String, path: RepoPath)])
    /// Files or directories whose content only the run shows. A role is the artifact's path.
    case found(at: [DeclaredOutput])
  }

  package let name: ActionName
  /// All that can change what it makes, by name.
  package let components: [KeyComponent]
  package let key: ActionKey
  /// The files whose bytes it reads.
  package let inputs: [RepoPath]
  package let outputs: Outputs
  /// What the builder needs to carry it out; nobody else looks inside.
  package let job: any Sendable
  /// What people should know of it though it is no error, such as a missing image.
  package let warnings: [String]
  /// Whether an earlier result with the same key may stand for this one. Not where what is already there enters the
  /// result, and not where the run itself matters, as a deployment does.
  package let isRepeatable: Bool
  /// Whether there is nothing that could say that it is up to date.
  package let alwaysRuns: Bool
  /// How often a command is run until it ends well.
  package let attempts: Int

  package init(
    name: ActionName, components: [KeyComponent], inputs: [RepoPath], outputs: Outputs,
    job: any Sendable, warnings: [String] = [], isRepeatable: Bool = true, alwaysRuns: Bool = false,
    attempts: Int = 1
  ) {
    self.name = name
    self.components = components
    key = ActionKey(components)
    self.isRepeatable = isRepeatable
    self.alwaysRuns = alwaysRuns
    self.attempts = attempts
    self.inputs = inputs
    self.outputs = outputs
    self.job = job
    self.warnings = warnings
  }

  /// An action of a frozen stage: what the lock has of it is all that is known.
  init(frozen name: ActionName, key: ActionKey, artifacts: [Artifact]) {
    self.name = name
    self.key = key
    components = []
    inputs = []
    outputs = .known(artifacts.map { ($0.path.string, $0.path) })
    job = ()
    warnings = []
    isRepeatable = false
    alwaysRuns = false
    attempts = 1
  }

  /// The same action with one more input.
  func reading(_ file: InputFile, as name: String) -> Action {
    Action(
      name: self.name, components: components + [KeyComponent(.input, name, file.identity)],
      inputs: inputs.contains(file.path) ? inputs : inputs + [file.path], outputs: outputs, job: job,
      warnings: warnings, isRepeatable: isRepeatable, alwaysRuns: alwaysRuns, attempts: attempts)
  }

  /// The same action under another name, for a builder that hands it on.
  func renamed(_ name: ActionName, job: any Sendable) -> Action {
    Action(
      name: name, components: components, inputs: inputs, outputs: outputs, job: job, warnings: warnings,
      isRepeatable: isRepeatable, alwaysRuns: alwaysRuns, attempts: attempts)
  }

  /// Where a record's outputs belong for this action; nil where the record does not fit.
  func artifacts(of record: ActionRecord) -> [Artifact]? {
    switch outputs {
    case .known(let slots):
      guard slots.count == record.outputs.count else { return nil }
      var artifacts: [Artifact] = []
      for slot in slots {
        guard let output = record.outputs.first(where: { $0.role == slot.role }) else { return nil }
        artifacts.append(Artifact(path: slot.path, digest: output.digest, kind: output.kind))
      }
      return artifacts
    case .found:
      var artifacts: [Artifact] = []
      for output in record.outputs {
        guard let path = RepoPath(output.role), mayMake(path) else { return nil }
        artifacts.append(Artifact(path: path, digest: output.digest, kind: output.kind))
      }
      return artifacts
    }
  }

  /// The role of an artifact at a path, for the action's record.
  func role(of path: RepoPath) -> String {
    if case .known(let slots) = outputs, let slot = slots.first(where: { $0.path == path }) { return slot.role }
    return path.string
  }

  /// Whether it can do all that it has to without leaving an artifact.
  var mayMakeNothing: Bool {
    if case .found(let declared) = outputs { declared.allSatisfy { $0.root == nil } } else { false }
  }

  /// Whether an artifact's bytes are kept in the cache.
  func keepsInCache(_ path: RepoPath) -> Bool {
    guard case .found(let declared) = outputs else { return true }
    return declared.first { $0.covers(path) }?.isCached ?? true
  }

  /// Whether an artifact at the path can be the action's.
  package func mayMake(_ path: RepoPath) -> Bool {
    switch outputs {
    case .known(let slots): slots.contains { $0.path == path }
    case .found(let declared): declared.contains { $0.covers(path) }
    }
  }
}
