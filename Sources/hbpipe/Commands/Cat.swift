import ArgumentParser
import Engine
import Hashing
import Posix
import Store

struct Cat: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Write an artifact's bytes to standard output, verified.")

  @Argument(help: "A path, or the first digits of a digest.")
  var artifact: String

  func run() throws {
    let session = try Session()
    let store = session.project.store
    let digest = try find(in: session)
    switch store.condition(of: digest) {
    case .intact: try store.read(digest) { Console.printBytes($0) }
    case .damaged: throw StoreError.damagedObject(digest)
    case .absent: try copyFromWorkTree(digest, session)
    }
  }

  /// The digest that is meant: of an artifact, or of an object that no artifact has any more.
  private func find(in session: Session) throws -> Digest {
    do {
      return try ArtifactQuery(artifact, in: try session.lock()).one().digest
    } catch CommandError.notFound(let query, let hint) {
      let digits = query.lowercased()
      let objects = digits.utf8.count >= 4 ? session.project.store.all().filter { $0.hex.hasPrefix(digits) } : []
      guard objects.count <= 1 else {
        throw CommandError.failed("`\(query)` fits \(objects.count) objects", hint: "give more digits")
      }
      guard let object = objects.first else { throw CommandError.notFound(query, hint: hint) }
      return object
    }
  }

  /// The cache lost it; an artifact that is still sound will do.
  private func copyFromWorkTree(_ digest: Digest, _ session: Session) throws {
    for entry in try session.lock().entries.values.filter({ $0.digest == digest }) {
      guard let checked = try? session.project.tree.open(entry.path.string), try Digest(of: checked) == digest else {
        continue
      }
      let file = try session.project.tree.open(entry.path.string)
      _ = try Digest.copying(file) { Console.printBytes($0) }
      return
    }
    throw StoreError.missingObject(digest)
  }
}
