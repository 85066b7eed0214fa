import Store

/// What a run is asked to do, beside its targets.
package struct RunOptions: Sendable {
  /// Actions under way at once.
  package var jobs: Int
  /// Go on with what does not depend on a failed action.
  package var keepGoing: Bool
  /// Run every action, up to date or not, and replace files that are not hbpipe's.
  package var force: Bool

  package init(jobs: Int, keepGoing: Bool, force: Bool) {
    self.jobs = jobs
    self.keepGoing = keepGoing
    self.force = force
  }
}

/// What became of an action.
package enum ActionOutcome: Sendable {
  case ran
  case restored
  case upToDate
  case failed(EngineError)
}

/// What a run did.
package struct RunSummary: Sendable {
  package var ran = 0
  package var restored = 0
  package var upToDate = 0
  /// Failed, and for that reason not run.
  package var failures: [(action: ActionName, error: EngineError)] = []
  /// Stages that were left out because what they read could not be made.
  package var blocked: [StageName] = []
  package var removed: [RepoPath] = []
  package var artifacts = 0
  package var isCancelled = false
  /// Whether there is something that every run has to look at: an action that always runs, bytes that are missing.
  var hasVolatile = false

  package init() {}

  /// Of a run that found everything as the last one left it.
  package init(_ clean: CleanState) {
    upToDate = clean.actions
    artifacts = clean.artifacts
  }

  /// Whether every action that was asked for is done.
  var isComplete: Bool { failures.isEmpty && blocked.isEmpty && !isCancelled }

  package var actions: Int { ran + restored + upToDate + failures.count }
}

/// When and where an action was carried out.
package struct ActionSpan: Sendable {
  package let start: ContinuousClock.Instant
  package let end: ContinuousClock.Instant
  /// Which of the places for actions under way it took, from 0.
  package let slot: Int
}

/// Follows a run; every call comes from the coordinator's thread.
package protocol RunObserver: AnyObject {
  /// More actions have to be carried out than were known before.
  func queued(_ count: Int)
  func started(_ action: ActionName)
  /// - Parameter span: nil where nothing had to be carried out.
  func finished(_ action: ActionName, _ outcome: ActionOutcome, reasons: [Reason], log: [String], span: ActionSpan?)
  func warned(_ message: String, about action: ActionName?)
  /// The coordinator itself has done something that took time.
  func coordinated(_ what: String, since start: ContinuousClock.Instant)
}
