import ArgumentParser
import Engine
import Store

struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Let stages' artifacts stay as they are, whatever changes.",
    discussion: "It writes `frozen: true` into pipeline.yaml. Only command stages can be frozen.")

  @Argument(help: "Entries of `stages:`.")
  var stages: [String]

  func run() throws { try setFrozen(true, stages) }
}

struct Unfreeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unfreeze", abstract: "Let frozen stages run again when what they depend on changes.")

  @Argument(help: "Entries of `stages:`.")
  var stages: [String]

  func run() throws { try setFrozen(false, stages) }
}

private func setFrozen(_ isFrozen: Bool, _ stages: [String]) throws {
  let session = try Session()
  let tree = session.project.tree
  let held = try ProjectLock.take(tree, waiting: false)
  defer { withExtendedLifetime(held) {} }
  let before = String(decoding: try tree.readAll(PipelineFile.fileName), as: UTF8.self)
  var text = before
  for stage in stages { text = try FrozenFlag.set(isFrozen, of: stage, in: text) }
  guard text != before else {
    return Console.print("nothing to do: \(stages.joined(separator: ", ")) \(isFrozen ? "frozen" : "not frozen")")
  }
  // What cannot be frozen is told before the file is changed.
  _ = try session.parse(text)
  try tree.replace(PipelineFile.fileName, with: Array(text.utf8))
  Console.print("\(isFrozen ? "froze" : "unfroze") \(stages.joined(separator: ", "))")
}
