import Engine
import Store

/// A plan as people and programs read it: what `status` and `repro --dry-run` print.
struct PlanReport {
  struct Change: Encodable {
    let stage: String
    let path: String
    let action: String
    /// What would be done: run, restore, remove, wait or fail.
    let what: String
    let reason: String
    /// The reasons' codes.
    let codes: [String]
  }

  private struct Document: Encodable {
    let upToDate: Bool
    let actions: Int
    let changes: [Change]
  }

  let isUpToDate: Bool
  private let actions: Int
  private let artifacts: Int
  private let changes: [Change]

  init(_ plan: Plan) {
    isUpToDate = plan.isUpToDate
    let planned = plan.stages.flatMap(\.actions)
    actions = planned.count
    artifacts = planned.reduce(0) { $0 + ($1.artifacts?.count ?? 0) }
    changes =
      plan.stages.flatMap(Self.changes)
      + plan.orphaned.map { path in
        Change(
          stage: "", path: path.string, action: "", what: "remove",
          reason: "its stage is no longer in pipeline.yaml", codes: [Reason.removed.code])
      }
      + plan.damagedLockLines.map { place in
        Change(
          stage: "", path: Lock.fileName, action: "", what: "repair", reason: "\(place): not a line of a lock",
          codes: ["lock-damaged"])
      }
  }

  /// A project that is as its last run left it.
  init(_ clean: CleanState) {
    isUpToDate = true
    actions = clean.actions
    artifacts = clean.artifacts
    changes = []
  }

  private static func changes(of stage: StagePlan) -> [Change] {
    if let other = stage.waitsFor {
      let reason = Reason.upstream(other)
      return [
        Change(
          stage: stage.stage.string, path: stage.stage.string, action: stage.stage.string, what: "wait",
          reason: reason.description, codes: [reason.code])
      ]
    }
    let stale = stage.stale.map { path in
      Change(
        stage: stage.stage.string, path: path.string, action: "", what: "remove",
        reason: Reason.removed.description, codes: [Reason.removed.code])
    }
    let failures = stage.failures.map { failure in
      Change(
        stage: stage.stage.string, path: failure.action.item ?? stage.stage.string, action: "\(failure.action)",
        what: "fail", reason: Diagnosis(failure.error).headline, codes: ["failed"])
    }
    let planned = stage.actions.compactMap { planned -> Change? in
      var reason = planned.reasons.map(\.description).joined(separator: "; ")
      let what: String
      switch planned.decision {
      case .upToDate: return nil
      case .restore: what = "restore"
      case .run: what = "run"
      case .fail(let error):
        what = "fail"
        reason = Diagnosis(error).headline
      }
      return Change(
        stage: stage.stage.string,
        path: planned.action.name.item ?? planned.action.firstOutput?.string ?? stage.stage.string,
        action: "\(planned.action.name)", what: what, reason: reason, codes: planned.reasons.map(\.code))
    }
    return failures + planned + stale
  }

  func print(json: Bool, verbose: Bool) throws {
    if json {
      return try Console.printJSON(Document(upToDate: isUpToDate, actions: actions, changes: changes))
    }
    guard !isUpToDate else {
      return Console.print("up to date: \(counted(actions, "action")), \(counted(artifacts, "artifact"))")
    }
    var order: [String] = []
    for change in changes where !order.contains(change.stage) { order.append(change.stage) }
    for stage in order {
      let ofStage = changes.filter { $0.stage == stage }
      Console.print("\(stage.isEmpty ? "(gone)" : stage): \(Self.counts(ofStage))")
      let shown = verbose ? ofStage[...] : ofStage.prefix(3)
      for change in shown { Console.print("  \(change.what) \(change.path): \(change.reason)") }
      if shown.count < ofStage.count {
        Console.print("  … and \(ofStage.count - shown.count) more (-v lists them)")
      }
    }
  }

  private static func counts(_ changes: [Change]) -> String {
    ["run", "restore", "remove", "fail", "wait", "repair"].compactMap { what in
      let count = changes.count { $0.what == what }
      if count == 0 { return nil }
      return what == "wait" ? "waits" : "\(count) to \(what)"
    }.joined(separator: ", ")
  }
}

extension Action {
  /// What stands for the action where it has no input of its own.
  var firstOutput: RepoPath? {
    switch outputs {
    case .known(let slots): slots.first?.path
    case .found(let roots): roots.first
    }
  }
}
