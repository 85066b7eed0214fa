import ArgumentParser
import Engine
import Hashing
import Posix
import Store

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Say all that is known of an artifact: what it is, what made it, from what, where it is.")

  @Argument(help: "A path, or the first digits of a digest or an action key; with --log, also a stage or stage@item.")
  var artifact: String

  @Flag(help: "Print what the command that made it, or failed to, had to say.")
  var log = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Input: Encodable {
    let kind: String
    let name: String
    let value: String
  }

  private struct Document: Encodable {
    let path: String
    let sha256: String
    let size: Int64
    let mediaType: String
    let stage: String
    let action: String
    let actionKey: String
    /// Every artifact with the same bytes.
    let paths: [String]
    /// Where the bytes are: the work tree, the cache.
    let places: [String]
    /// What entered the action key; absent where this machine's cache has no record of it.
    let inputs: [Input]?
    let seconds: Double?
    let log: [String]?
  }

  func run() throws {
    let session = try Session()
    let lock = try session.lock()
    if log { return try printLog(session, lock) }
    let documents = try ArtifactQuery(artifact, in: lock).matches().map { document(of: $0, lock, session) }
    if json { return try Console.printJSON(documents) }
    guard documents.count == 1 else {
      for document in documents {
        Console.print("\(document.sha256.prefix(8))  \(document.path)  \(humanSize(document.size))  \(document.action)")
      }
      return
    }
    describe(documents[0])
  }

  private func document(of entry: LockEntry, _ lock: Lock, _ session: Session) -> Document {
    let same = lock.entries.values.filter { $0.digest == entry.digest }.map(\.path).sorted()
    let record = session.project.actions.read(entry.key)
    var places = same.filter { path in
      guard let file = try? session.project.tree.open(path.string) else { return false }
      return (try? Digest(of: file)) == entry.digest
    }.map { "work tree: \($0)" }
    switch session.project.store.condition(of: entry.digest) {
    case .intact: places.append("cache: \(CacheLayout.object(entry.digest.hash))")
    case .damaged: places.append("cache: damaged")
    case .absent: break
    }
    return Document(
      path: entry.path.string, sha256: entry.digest.hex, size: entry.digest.size,
      mediaType: mediaType(of: entry.path), stage: entry.action.entryText, action: "\(entry.action)",
      actionKey: entry.key.hex, paths: same.map(\.string), places: places,
      inputs: record?.components.map { Input(kind: $0.kind.rawValue, name: $0.name, value: $0.value) },
      seconds: record?.seconds, log: record?.log)
  }

  /// The log of an action: of its last failure, where it has not succeeded since, else of the run that the lock has.
  private func printLog(_ session: Session, _ lock: Lock) throws {
    let project = session.project
    let failed = project.failureLogs.actions().compactMap(ActionName.init)
    var actions = Set(lock.byAction.keys).union(lock.effects.keys).union(failed)
      .filter { $0.description == artifact || $0.entryText == artifact }
    if actions.isEmpty { actions = [try ArtifactQuery(artifact, in: lock).one().action] }
    let logs = actions.sorted().map { action in
      let failed = project.failureLogs.read(of: action.description)
      let lines = failed ?? lock.key(of: action).flatMap { project.actions.read($0)?.log } ?? []
      return Log(action: action.description, failed: failed != nil, lines: lines)
    }
    if json { return try Console.printJSON(logs) }
    for log in logs {
      if logs.count > 1 { Console.print("\(log.action):") }
      for line in log.lines { Console.print(line) }
    }
  }

  private struct Log: Encodable {
    let action: String
    let failed: Bool
    let lines: [String]
  }

  private func describe(_ document: Document) {
    Console.print(document.path)
    var facts = [
      ("sha256", document.sha256), ("size", "\(document.size) bytes"), ("media type", document.mediaType),
      ("stage", document.stage), ("action", document.action), ("action key", document.actionKey),
    ]
    facts += document.paths.filter { $0 != document.path }.map { ("also", $0) }
    facts += document.places.isEmpty ? [("bytes", "nowhere on this machine")] : document.places.map { ("bytes", $0) }
    if let inputs = document.inputs {
      facts += inputs.map { ($0.kind, "\($0.name)  \($0.value)") }
    } else {
      facts.append(("inputs", "not known on this machine; the action cache has no record"))
    }
    if let seconds = document.seconds { facts.append(("took", "\((seconds * 1000).rounded() / 1000) s")) }
    facts += (document.log ?? []).map { ("log", $0) }
    Console.print(aligned(facts))
  }
}

/// Facts in two columns.
func aligned(_ facts: [(name: String, value: String)], indent: String = "  ") -> String {
  let width = facts.map(\.name.count).max() ?? 0
  return facts.map { "\(indent)\($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.value)" }
    .joined(separator: "\n")
}
