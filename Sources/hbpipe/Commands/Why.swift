import ArgumentParser
import Engine
import Store

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say what an artifact is made from, and what changed since the lock was written.")

  @Argument(help: "An artifact's path.")
  var path: String

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Component: Encodable {
    let kind: String
    let name: String
    let value: String
  }

  private struct Document: Encodable {
    let path: String
    let stage: String
    let action: String
    let actionKey: String
    let lockedKey: String?
    let upToDate: Bool
    let reasons: [String]
    let codes: [String]
    let inputs: [Component]
  }

  func run() throws {
    let planner = try Session().planner()
    let plan = try planner.plan()
    let query = ArtifactQuery(path, in: planner.lock)
    guard let artifact = query.normalizedPath, let planned = plan.action(making: artifact) else {
      return try explainUnplanned(plan, query, planner.graph)
    }
    let action = planned.action
    let document = Document(
      path: artifact.string, stage: action.name.entryText, action: "\(action.name)", actionKey: action.key.hex,
      lockedKey: planner.lock.entries[artifact]?.key.hex, upToDate: planned.isUpToDate,
      reasons: planned.reasons.map(\.description), codes: planned.reasons.map(\.code),
      inputs: action.components.map { Component(kind: $0.kind.rawValue, name: $0.name, value: $0.value) })
    if json { return try Console.printJSON(document) }
    Console.print(document.path)
    var facts = [("stage", document.stage), ("action", document.action), ("action key", document.actionKey)]
    if let locked = document.lockedKey, locked != document.actionKey { facts.append(("locked key", locked)) }
    facts += document.inputs.map { ($0.kind, "\($0.name)  \($0.value)") }
    facts += planned.isUpToDate ? [("since", "nothing changed")] : document.reasons.map { ("since", $0) }
    Console.print(aligned(facts))
  }

  /// An artifact that no action of the plan makes: of a stage that waits, or of one that is gone.
  private func explainUnplanned(_ plan: Plan, _ query: ArtifactQuery, _ graph: Graph) throws {
    let entry = try query.one()
    let stage = graph.stage(of: entry.action)?.name
    let waiting = plan.stages.first { $0.stage == stage }?.waitsFor
    let reason = waiting.map(Reason.upstream) ?? Reason.removed
    let document = Document(
      path: entry.path.string, stage: entry.action.entryText, action: "\(entry.action)",
      actionKey: entry.key.hex, lockedKey: entry.key.hex, upToDate: false, reasons: [reason.description],
      codes: [reason.code], inputs: [])
    if json { return try Console.printJSON(document) }
    Console.print(document.path)
    Console.print(
      aligned([
        ("stage", document.stage), ("action", document.action), ("locked key", document.actionKey),
        ("since", reason.description),
      ]))
  }
}
