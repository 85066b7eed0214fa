import ArgumentParser
import Engine
import Hashing
import Posix
import Store

struct Gc: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Delete objects that the lock does not name.",
    discussion: "It does nothing while a repro is at work in the project (exit code 5).")

  @Option(help: ArgumentHelp("Keep what the locks of the last N commits name, too.", valueName: "n"))
  var keepHistory = 0

  @Flag(name: [.customShort("n"), .long], help: "Say what would be deleted, and delete nothing.")
  var dryRun = false

  @Flag(help: "Report as one JSON document.")
  var json = false

  private struct Document: Encodable {
    let kept: Int
    let deleted: Int
    let deletedBytes: Int64
    let dryRun: Bool
  }

  func validate() throws {
    if keepHistory < 0 { throw ValidationError("--keep-history takes a number of commits") }
  }

  func run() throws {
    let project = try Session().project
    let held = try ProjectLock.take(project.tree, waiting: false)
    defer { withExtendedLifetime(held) {} }
    guard try project.tree.status(of: Lock.fileName) != nil else {
      throw CommandError.failed(
        "there is no \(Lock.fileName), so nothing says which objects are needed", hint: "run `hbpipe repro` first")
    }
    let (lock, damaged) = try Lock.read(project.tree)
    if let place = damaged.first {
      throw CommandError.failed(
        "\(place): not a line of a lock, so what it needs is not known", hint: "`hbpipe repro` writes the lock anew")
    }
    var needed = Set(lock.entries.values.map(\.digest.hash))
    var keys = Set(lock.entries.values.map(\.key))
    for old in try LockHistory(directory: project.tree.root).last(keepHistory) {
      needed.formUnion(old.entries.values.map(\.digest.hash))
      keys.formUnion(old.entries.values.map(\.key))
    }

    let objects = project.store.all()
    let superfluous = objects.filter { !needed.contains($0.hash) }
    if !dryRun {
      for object in superfluous { try project.store.remove(object.hash) }
      // A record whose objects are gone only costs a look.
      for key in project.actions.all() where !keys.contains(key) { try project.actions.remove(key) }
      try project.tree.removeTree(CacheLayout.temporary)
    }
    let document = Document(
      kept: objects.count - superfluous.count, deleted: superfluous.count,
      deletedBytes: superfluous.reduce(0) { $0 + $1.size }, dryRun: dryRun)
    if json { return try Console.printJSON(document) }
    Console.print(
      "\(dryRun ? "would delete" : "deleted") \(counted(document.deleted, "object")) "
        + "(\(humanSize(document.deletedBytes))), kept \(document.kept)")
  }
}
