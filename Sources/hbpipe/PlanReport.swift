import Engine
import Store

/// A plan as people and programs read it: what `status` and `repro --dry-run` print.
struct PlanReport {
  struct Change: Encodable {
    let stage: String
    let path: String
    let action: String
    /// What would be done: run, restore, remove, wait, fail or repair.
    let what: String
    /// On one line.
    let reason: String
    let reasons: [String]
    /// The reasons' codes.
    let codes: [String]

    init(_ what: String, _ path: String, stage: StageName?, action: ActionName? = nil, because reasons: [Reason]) {
      self.init(
        what, path, stage: stage, action: action, because: reasons.map(\.description), codes: reasons.map(\.code),
        summary: Reason.summary(reasons, atMost: 2))
    }

    init(
      _ what: String, _ path: String, stage: StageName?, action: ActionName? = nil, because reasons: [String],
      codes: [String], summary: String? = nil
    ) {
      self.stage = stage?.string ?? ""
      self.path = path
      self.action = action?.description ?? ""
      self.what = what
      self.reasons = reasons
      self.codes = codes
      reason = summary ?? reasons.joined(separator: "; ")
    }
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
      + plan.orphaned.map { Change("remove", $0.string, stage: nil, because: [.removed]) }
      + plan.damagedLockLines.map { place in
        Change(
          "repair", Lock.fileName, stage: nil, because: ["\(place): not a line of a lock"], codes: ["lock-damaged"])
      }
  }

  /// A project that is as its last run left it.
  init(_ clean: CleanState) {
    isUpToDate = true
    actions = clean.actions
    artifacts = clean.artifacts
    changes = []
  }

  private static func changes(of plan: StagePlan) -> [Change] {
    let stage = plan.stage
    if let other = plan.waitsFor { return [Change("wait", stage.string, stage: stage, because: [.upstream(other)])] }

    func failure(_ action: ActionName, _ path: String, _ error: EngineError) -> Change {
      Change(
        "fail", path, stage: stage, action: action, because: [Diagnosis(error).headline], codes: ["failed"])
    }
    let failures = plan.failures.map { failure($0.action, $0.action.item ?? stage.string, $0.error) }
    let planned = plan.actions.compactMap { planned -> Change? in
      let name = planned.action.name
      let path = name.item ?? planned.action.firstOutput?.string ?? stage.string
      switch planned.decision {
      case .upToDate: return nil
      case .restore: return Change("restore", path, stage: stage, action: name, because: planned.reasons)
      case .run: return Change("run", path, stage: stage, action: name, because: planned.reasons)
      case .fail(let error): return failure(name, path, error)
      }
    }
    return failures + planned + plan.stale.map { Change("remove", $0.string, stage: stage, because: [.removed]) }
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
      for change in shown { Console.print("  \(change.what) \(printable(change.path)): \(printable(change.reason))") }
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
    case .found(let declared): declared.first?.root
    }
  }
}
