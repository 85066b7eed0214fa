import Store

/// An action with what is to become of it.
package struct PlannedAction: Sendable {
  package enum Decision: Sendable {
    /// The lock has it, and the work tree holds it.
    case upToDate([Artifact])
    /// Its artifacts are known; some have to be put in place.
    case restore([Artifact])
    case run
    /// It cannot be carried out.
    case fail(EngineError)
  }

  package let action: Action
  package let decision: Decision
  /// Empty where it is up to date.
  package let reasons: [Reason]
  /// Artifacts that somebody changed by hand, whose bytes have to be kept before they are replaced.
  let preserved: [RepoPath]

  package var artifacts: [Artifact]? {
    switch decision {
    case .upToDate(let artifacts), .restore(let artifacts): artifacts
    case .run, .fail: nil
    }
  }

  package var isUpToDate: Bool { if case .upToDate = decision { true } else { false } }
}

/// A stage with all its actions decided.
package struct StagePlan: Sendable {
  package let stage: StageName
  package var actions: [PlannedAction] = []
  package var failures: [(action: ActionName, error: EngineError)] = []
  /// Artifacts that no action makes any more.
  package var stale: [RepoPath] = []
  /// Whether its actions are known. A stage that cannot be expanded has one failure, its own.
  package var isExpanded = true
  /// Why the stage cannot be planned yet: a stage that it reads from is going to run.
  package var waitsFor: StageName?

  package var isUpToDate: Bool {
    waitsFor == nil && stale.isEmpty && failures.isEmpty && actions.allSatisfy(\.isUpToDate)
  }
}

/// What `repro` would do.
package struct Plan: Sendable {
  package var stages: [StagePlan] = []
  /// Artifacts of stages that `pipeline.yaml` no longer has.
  package var orphaned: [RepoPath] = []
  package var damagedLockLines: [Place] = []

  package var isUpToDate: Bool {
    orphaned.isEmpty && damagedLockLines.isEmpty && stages.allSatisfy(\.isUpToDate)
  }

  /// The planned action that makes a path.
  package func action(making path: RepoPath) -> PlannedAction? {
    for stage in stages {
      if let planned = stage.actions.first(where: { $0.action.mayMake(path) }) { return planned }
    }
    return nil
  }
}
