import Store

/// The unit of work: a stage applied to one input, or, for a command stage, once.
package struct Action: Sendable {
  /// Where its artifacts go.
  package enum Outputs: Sendable {
    /// Fixed before anything is made: role → path.
    case known([(role: String, path: RepoPath)])
    /// Files or directories whose content only the run shows. A role is the artifact's path.
    case found(at: [RepoPath])
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

  package init(
    name: ActionName, components: [KeyComponent], inputs: [RepoPath], outputs: Outputs,
    job: any Sendable, warnings: [String] = []
  ) {
    self.name = name
    self.components = components
    key = ActionKey(components)
    self.inputs = inputs
    self.outputs = outputs
    self.job = job
    self.warnings = warnings
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
    case .found(let roots):
      var artifacts: [Artifact] = []
      for output in record.outputs {
        guard let path = RepoPath(output.role), roots.contains(where: { path == $0 || path.isInside($0) })
        else { return nil }
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
}
