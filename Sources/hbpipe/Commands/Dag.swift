import ArgumentParser
import Engine
import Store

struct Dag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dag", abstract: "Show which stage depends on which.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, dot }

  @Option(help: "text, mermaid or dot.")
  var format: Format = .text

  @Flag(help: "Show every action, with its inputs.")
  var actions = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Node: Encodable {
    let name: String
    let uses: String
    let dependsOn: [String]
  }

  func run() throws {
    let planner = try Session().planner()
    let nodes = actions ? try actionNodes(planner) : stageNodes(planner.graph)
    if json { return try Console.printJSON(nodes) }
    switch format {
    case .text:
      for node in nodes {
        Console.print(node.name + (node.uses.isEmpty ? "" : " (\(node.uses))"))
        for other in node.dependsOn { Console.print("  ← \(other)") }
      }
    case .mermaid: printMermaid(nodes)
    case .dot:
      Console.print("digraph pipeline {\n  rankdir=LR;")
      for node in nodes {
        Console.print("  \(quoted(node.name));")
        for other in node.dependsOn { Console.print("  \(quoted(other)) -> \(quoted(node.name));") }
      }
      Console.print("}")
    }
  }

  private func stageNodes(_ graph: Graph) -> [Node] {
    zip(graph.stages, graph.dependencies).map { stage, dependencies in
      Node(
        name: stage.name.string, uses: stage.uses,
        dependsOn: dependencies.filter { $0.edge != .order }.map { graph.stages[$0.number].name.string })
    }
  }

  private func actionNodes(_ planner: Planner) throws -> [Node] {
    try planner.plan().stages.flatMap { stage in
      stage.actions.map { planned in
        Node(
          name: "\(planned.action.name)", uses: planner.graph[stage.stage]?.uses ?? "",
          dependsOn: planned.action.inputs.map(\.string))
      }
    }
  }

  /// Mermaid wants plain ids; names stand in labels.
  private func printMermaid(_ nodes: [Node]) {
    var ids: [String: String] = [:]
    func id(_ name: String) -> String {
      if let known = ids[name] { return known }
      ids[name] = "n\(ids.count)"
      Console.print("  n\(ids.count - 1)[\(quoted(name))]")
      return "n\(ids.count - 1)"
    }
    Console.print("flowchart LR")
    for node in nodes {
      let own = id(node.name)
      for other in node.dependsOn.map(id) { Console.print("  \(other) --> \(own)") }
    }
  }

  private func quoted(_ text: String) -> String {
    let escapes = [("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n")]
    return "\"" + escapes.reduce(text) { replacingBytes($0, $1.0, with: $1.1) } + "\""
  }
}
