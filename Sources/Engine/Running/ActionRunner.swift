import Glibc
import Hashing
import Posix
import Store
import Synchronization

/// Carries one action out on a worker's thread: builds or restores, and puts the artifacts in place.
/// It gets a value and returns a value; what it means for the run is the coordinator's to say.
struct ActionRunner: Sendable {
  /// An input as it was when the action's key was computed.
  struct Input: Sendable {
    let path: RepoPath
    let seen: Snapshot.Seen
  }

  struct Work: Sendable {
    let action: Action
    /// nil: the action has to be run.
    let restoring: [Artifact]?
    let inputs: [Input]
    /// Artifacts that are in place already.
    let inPlace: Set<RepoPath>
    /// Changed by hand: to be stored before they are replaced.
    let preserved: [RepoPath]
    /// What stands where a command is going to put each of its outputs.
    let standing: [[RepoPath]]
    /// What its patterns match, and others make.
    let others: Set<RepoPath>
    /// Whether a run that was killed was making its outputs.
    let isUnfinished: Bool
    /// What the lock has of the action: put back where a command fails.
    let previous: [Artifact]
  }

  struct Placed: Sendable {
    let artifact: Artifact
    /// How it stands there, and the clock before that look; nil where it was there already, and for directories.
    let seen: (status: FileStatus, at: Int64)?
  }

  enum Outcome: Sendable {
    case ran([Placed], log: [String])
    case restored([Placed])
    /// The cache could not give what it was believed to hold: the action has to be run.
    case notRestorable(Digest)
    case failed(EngineError, log: [String])
  }

  let project: Project
  let checkout: Checkout
  let cancellation: Cancellation

  func perform(_ work: Work, _ stage: Stage) -> Outcome {
    let log = Mutex<[String]>([])
    let name = work.action.name.description
    do throws(EngineError) {
      try preserve(work)
      if let artifacts = work.restoring { return try restore(artifacts, work) }
      let clock = ContinuousClock()
      let start = clock.now
      let artifacts = try run(work, stage) { line in log.withLock { $0.append(line) } }
      let took = (clock.now - start).components
      let record = ActionRecord(
        action: name, components: work.action.components,
        outputs: artifacts.map {
          ActionOutput(role: work.action.role(of: $0.path), digest: $0.digest, kind: $0.kind)
        },
        log: log.withLock { $0 }, seconds: Double(took.seconds) + Double(took.attoseconds) * 1e-18)
      try system { () throws(PosixError) in
        try project.actions.write(record, for: work.action.key, via: project.store.temporaryPath())
        try project.failureLogs.remove(of: name)
      }
      return .ran(try place(artifacts, work, verified: true), log: record.log)
    } catch {
      let lines = log.withLock { $0 }
      try? project.failureLogs.write(lines, of: name)
      return .failed(error, log: lines)
    }
  }

  /// Has the action's builder make its outputs, and takes them into the store.
  private func run(
    _ work: Work, _ stage: Stage, log: @escaping @Sendable (String) -> Void
  ) throws(EngineError) -> [Artifact] {
    let context = BuildContext(tree: project.tree, store: project.store, cancellation: cancellation, log: log)
    guard case .found(let declared) = work.action.outputs else {
      let artifacts = try take(try stage.builder.build(work.action, in: context), of: work)
      try requireUnchanged(work.inputs)
      return artifacts
    }
    var attempt = 1
    while true {
      do throws(EngineError) {
        return try runOnce(work, stage, declared, context)
      } catch {
        guard case .builder = error, attempt < work.action.attempts, !cancellation.isRequested else { throw error }
        attempt += 1
        log("hbpipe: attempt \(attempt) of \(work.action.attempts)")
      }
    }
  }

  /// Has a command make its outputs; where it fails, what was there before comes back.
  private func runOnce(
    _ work: Work, _ stage: Stage, _ declared: [DeclaredOutput], _ context: BuildContext
  ) throws(EngineError) -> [Artifact] {
    var room = OutputRoom(project: project, checkout: checkout, work: work)
    try room.make(for: declared)
    if declared.isEmpty {
      try system { () throws(PosixError) in
        try project.journal.append(effectOf: work.action.name.description)
      }
    }
    do throws(EngineError) {
      let artifacts = try take(try stage.builder.build(work.action, in: context), of: work)
      try requireUnchanged(work.inputs)
      room.close()
      return artifacts
    } catch {
      // Nothing that was half made stays.
      room.restore(declared)
      throw error
    }
  }

  /// Moves what the builder left into the store.
  private func take(_ outputs: [BuiltOutput], of work: Work) throws(EngineError) -> [Artifact] {
    try OutputCollector(project: project, action: work.action, others: work.others).artifacts(of: outputs)
  }

  private func restore(_ artifacts: [Artifact], _ work: Work) throws(EngineError) -> Outcome {
    do throws(EngineError) {
      return .restored(try place(artifacts, work, verified: false))
    } catch {
      switch error {
      case .store(.missingObject(let digest)), .store(.damagedObject(let digest)): return .notRestorable(digest)
      default: throw error
      }
    }
  }

  private func preserve(_ work: Work) throws(EngineError) {
    try system { () throws(PosixError) in
      for path in work.preserved { _ = try project.store.add(copyOf: path.string) }
    }
  }

  private func place(
    _ artifacts: [Artifact], _ work: Work, verified: Bool
  ) throws(EngineError) -> [Placed] {
    let missing = artifacts.filter { !work.inPlace.contains($0.path) || work.restoring == nil }
    try system { () throws(PosixError) in
      try project.journal.append(missing.map(\.path), of: work.action.name.description)
    }
    var placed = artifacts.filter { work.restoring != nil && work.inPlace.contains($0.path) }
      .map { Placed(artifact: $0, seen: nil) }
    for artifact in missing {
      guard artifact.kind != .emptyDirectory else {
        try system { () throws(PosixError) in try project.tree.makeDirectory(artifact.path.string) }
        placed.append(Placed(artifact: artifact, seen: nil))
        continue
      }
      let isKept = work.action.keepsInCache(artifact.path)
      do throws(StoreError) {
        // What the cache does not keep stands at its place since the command made it.
        if isKept || work.restoring != nil {
          try checkout.place(
            artifact.digest, isExecutable: artifact.kind == .executable, at: artifact.path, verified: verified,
            isPrivate: !isKept)
        }
      } catch {
        if case .system(let failure) = error, [EISDIR, ENOTDIR, ENOTEMPTY, EEXIST].contains(failure.code) {
          throw .foreignFile(obstacle(at: artifact.path))
        }
        throw .store(error)
      }
      let now = CoarseClock.now()
      let status = try system { () throws(PosixError) in try project.tree.status(of: artifact.path.string) }
      placed.append(Placed(artifact: artifact, seen: status.map { ($0, now) }))
    }
    return placed
  }

  /// What keeps a file from being put at a path: a directory there, or a file where a directory belongs.
  private func obstacle(at path: RepoPath) -> RepoPath {
    var current = path
    while let parent = current.parent {
      if let status = try? project.tree.linkStatus(of: parent.string), status.kind != .directory { return parent }
      current = parent
    }
    return path
  }

  /// The result belongs to the bytes that entered the key, so these must be the bytes that were read.
  private func requireUnchanged(_ inputs: [Input]) throws(EngineError) {
    for input in inputs {
      guard let before = input.seen.status else { continue }
      let now = try system { () throws(PosixError) in try project.tree.status(of: input.path.string) }
      guard let now, now.size == before.size, now.modified == before.modified, now.inode == before.inode else {
        throw .changedWhileRead(input.path)
      }
      // A change in the clock tick of the first look does not show in the status.
      guard input.seen.isRacy, let digest = input.seen.digest else { continue }
      let again = try system { () throws(PosixError) in
        let file = try project.tree.open(input.path.string)
        return try Digest(of: file)
      }
      guard again == digest else { throw .changedWhileRead(input.path) }
    }
  }
}
