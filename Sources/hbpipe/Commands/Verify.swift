import ArgumentParser
import Engine
import Hashing
import Posix
import Store

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash every object of the cache and every artifact in the work tree again.",
    discussion: "Ends with 3 where something is not what its hash says.")

  @Flag(help: "Drop what is damaged, so that the next repro makes it again.")
  var repair = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Document: Encodable {
    let objects: Int
    let artifacts: Int
    let damagedObjects: [String]
    let damagedArtifacts: [String]
    /// Artifacts of the lock that are not in the work tree; no damage.
    let absentArtifacts: Int
    let repaired: Bool
  }

  func run() throws {
    let session = try Session()
    let project = session.project
    let held = repair ? try ProjectLock.take(project.tree, waiting: false) : nil
    defer { withExtendedLifetime(held) {} }
    let objects = project.store.all()
    let damagedObjects = zip(objects, concurrentMap(objects) { project.store.condition(of: $0) })
      .filter { $0.1 == .damaged }.map(\.0)
    let artifacts = try session.lock().entries.values.filter { $0.kind != .emptyDirectory }
      .sorted { $0.path < $1.path }
    let found = concurrentMap(artifacts) { entry -> Digest?? in
      guard let status = try? project.tree.status(of: entry.path.string), status.kind == .file else {
        return .some(nil)
      }
      guard let file = try? project.tree.open(entry.path.string) else { return nil }
      return try? Digest(of: file)
    }
    // Outer nil: it is there and cannot be read; inner nil: it is not there.
    let damagedArtifacts = zip(artifacts, found).filter { entry, digest in
      switch digest {
      case .none: true
      case .some(.none): false
      case .some(.some(let digest)): digest != entry.digest
      }
    }.map(\.0)
    let absent = found.count { if case .some(.none) = $0 { true } else { false } }

    if repair {
      for object in damagedObjects { try project.store.remove(object.hash) }
      // Without an index every file is hashed again, so nothing damaged is believed.
      if !damagedArtifacts.isEmpty || !damagedObjects.isEmpty { try project.tree.remove(CacheLayout.index) }
    }
    let document = Document(
      objects: objects.count, artifacts: artifacts.count - absent, damagedObjects: damagedObjects.map(\.hex),
      damagedArtifacts: damagedArtifacts.map(\.path.string), absentArtifacts: absent, repaired: repair)
    try report(document)
  }

  private func report(_ document: Document) throws {
    if json {
      try Console.printJSON(document)
    } else {
      for object in document.damagedObjects { Console.print("damaged object \(object)") }
      for path in document.damagedArtifacts { Console.print("damaged artifact \(path)") }
      Console.print(
        "verified \(counted(document.objects, "object")) and \(counted(document.artifacts, "artifact")): "
          + "\(document.damagedObjects.count + document.damagedArtifacts.count) damaged")
    }
    guard document.damagedObjects.isEmpty, document.damagedArtifacts.isEmpty else {
      if !json {
        Console.talk(
          document.repaired
            ? "hbpipe: damaged objects are dropped; `hbpipe repro` makes them again"
            : "hbpipe: `hbpipe verify --repair` drops damaged objects, then `hbpipe repro` makes them again")
      }
      throw ExitCode(3)
    }
  }
}
