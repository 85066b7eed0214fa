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
      let artifacts = try store(try stage.builder.build(work.action, in: context), of: work)
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
    let room = try makeRoom(for: declared, work)
    if declared.isEmpty {
      try system { () throws(PosixError) in
        try project.journal.append(effectOf: work.action.name.description)
      }
    }
    do throws(EngineError) {
      let artifacts = try store(try stage.builder.build(work.action, in: context), of: work)
      try requireUnchanged(work.inputs)
      for item in room.aside { try? project.tree.remove(item.file) }
      return artifacts
    } catch {
      // Nothing that was half made stays.
      for output in declared { removeAll(of: output, but: work.others) }
      for artifact in room.stored where artifact.kind != .emptyDirectory {
        try? checkout.place(
          artifact.digest, isExecutable: artifact.kind == .executable, at: artifact.path, verified: false)
      }
      for item in room.aside { try? project.tree.move(item.file, to: item.path) }
      throw error
    }
  }

  /// What stood where a command puts its outputs.
  private struct Room {
    /// What the store has of it.
    var stored: [Artifact] = []
    /// Files that the cache does not keep, and where they are meanwhile.
    var aside: [(path: RepoPath, file: String)] = []
  }

  /// Makes room for a command's outputs, which are noted as hbpipe's own first. What persists stays, as files that
  /// share no bytes with the store.
  private func makeRoom(for declared: [DeclaredOutput], _ work: Work) throws(EngineError) -> Room {
    var room = Room(stored: work.previous.filter { work.action.keepsInCache($0.path) })
    try system { () throws(PosixError) in
      for (output, standing) in zip(declared, work.standing) {
        try note(output, of: work.action)
        let standing = try output.persists && work.isUnfinished ? takeBack(output, standing, work) : standing
        for path in standing { try setAside(path, of: output, in: &room) }
        guard let root = output.root else {
          if let base = output.base { try project.tree.makeDirectory(base.string) }
          continue
        }
        if !output.persists, try project.tree.linkStatus(of: root.string)?.kind == .directory {
          try project.tree.removeTree(root.string)
        }
        try project.tree.makeParents(of: root.string)
      }
    }
    return room
  }

  /// Puts back what persisted before a run that was killed.
  private func takeBack(
    _ output: DeclaredOutput, _ standing: [RepoPath], _ work: Work
  ) throws(PosixError) -> [RepoPath] {
    let before = work.previous.filter { output.covers($0.path) && project.store.holds($0.digest) }
    guard !before.isEmpty else { return standing }
    for path in standing { try project.tree.remove(path.string) }
    for artifact in before where artifact.kind != .emptyDirectory {
      try checkout.placeCopy(of: artifact.digest, isExecutable: artifact.kind == .executable, at: artifact.path)
    }
    return before.filter { $0.kind != .emptyDirectory }.map(\.path)
  }

  private func note(_ output: DeclaredOutput, of action: Action) throws(PosixError) {
    let name = action.name.description
    switch output.extent {
    case .path(let root): try project.journal.append([root], of: name, as: .root)
    case .pattern(let pattern):
      try project.journal.append([RepoPath(trusted: pattern.text)], of: name, as: .pattern)
    }
  }

  private func setAside(
    _ path: RepoPath, of output: DeclaredOutput, in room: inout Room
  ) throws(PosixError) {
    let tree = project.tree
    let isExecutable = try tree.status(of: path.string)?.isExecutable ?? false
    let aside = project.store.temporaryPath()
    switch (output.isCached, output.persists) {
    case (true, false): try tree.remove(path.string)
    case (false, false):
      try tree.move(path.string, to: RepoPath(trusted: aside))
      room.aside.append((path, aside))
    case (false, true):
      try tree.copy(path.string, to: aside, mode: isExecutable ? 0o755 : 0o644)
      room.aside.append((path, aside))
    case (true, true):
      let digest = try project.store.add(copyOf: path.string)
      room.stored.removeAll { $0.path == path }
      room.stored.append(Artifact(path: path, digest: digest, kind: isExecutable ? .executable : .file))
      try checkout.placeCopy(of: digest, isExecutable: isExecutable, at: path)
    }
  }

  /// Removes whatever stands at a declared output.
  private func removeAll(of output: DeclaredOutput, but others: Set<RepoPath>) {
    switch output.extent {
    case .path(let root): try? project.tree.removeTree(root.string)
    case .pattern(let pattern):
      for path in files(matching: pattern, below: nil) where !others.contains(path) {
        try? project.tree.remove(path.string)
      }
    }
  }

  /// The files that match, as they are now, by their paths below a directory (nil: the project's top).
  private func files(matching pattern: Glob, below directory: RepoPath?) -> [RepoPath] {
    var found: [RepoPath] = []
    func walk(_ path: RepoPath?) {
      let place = [directory?.string, path?.string].compactMap(\.self).joined(separator: "/")
      for entry in (try? project.tree.list(place.isEmpty ? "." : place))?.entries ?? [] {
        guard let name = entry.name else { continue }
        let below = path?.appending(name) ?? RepoPath(trusted: name)
        if [CacheLayout.directory, ".git"].contains(below.string) { continue }
        let kind = entry.kind ?? (try? project.tree.linkStatus(of: "\(place)/\(name)"))?.kind
        if kind == .directory { walk(below) } else if pattern.matches(below) { found.append(below) }
      }
    }
    walk(pattern.base)
    return found.sorted()
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

  /// Moves what the builder left into the store.
  private func store(_ outputs: [BuiltOutput], of work: Work) throws(EngineError) -> [Artifact] {
    let action = work.action
    func path(_ role: String) throws(EngineError) -> RepoPath {
      guard case .known(let slots) = action.outputs, let slot = slots.first(where: { $0.role == role }) else {
        preconditionFailure("\(action.name) made `\(role)`, which it did not announce")
      }
      return slot.path
    }
    var artifacts: [Artifact] = []
    for output in outputs {
      switch output {
      case .bytes(let role, let bytes):
        let digest = try system { () throws(PosixError) in try project.store.add(bytes) }
        artifacts.append(Artifact(path: try path(role), digest: digest, kind: .file))
      case .file(let role, let file):
        let digest = try system { () throws(PosixError) in try project.store.add(moving: file) }
        artifacts.append(Artifact(path: try path(role), digest: digest, kind: .file))
      case .copy(let role, let source, let isExecutable):
        let digest = try system { () throws(PosixError) in try project.store.add(copyOf: source.string) }
        artifacts.append(
          Artifact(path: try path(role), digest: digest, kind: isExecutable ? .executable : .file))
      case .found(let directory):
        guard case .found(let declared) = action.outputs else {
          preconditionFailure("\(action.name) found what it did not declare")
        }
        for output in declared { artifacts += try collect(output, of: work, below: directory) }
      }
    }
    if case .known(let slots) = action.outputs {
      precondition(artifacts.count == slots.count, "\(action.name) did not make all that it announced")
    }
    return artifacts
  }

  /// Takes what a command has made of one output, below a directory (nil: the project's top).
  private func collect(
    _ output: DeclaredOutput, of work: Work, below directory: RepoPath?
  ) throws(EngineError) -> [Artifact] {
    var artifacts: [Artifact] = []
    switch output.extent {
    case .path(let root): try collect(root, of: output, below: directory, into: &artifacts)
    case .pattern(let pattern):
      for path in files(matching: pattern, below: directory) where directory != nil || !work.others.contains(path) {
        try collect(path, of: output, below: directory, into: &artifacts)
      }
    }
    return artifacts
  }

  /// Stores every file at or below a path, or, where the cache does not keep it, puts it at its place.
  private func collect(
    _ path: RepoPath, of output: DeclaredOutput, below directory: RepoPath?, into artifacts: inout [Artifact]
  ) throws(EngineError) {
    let location = directory.map { "\($0.string)/\(path.string)" } ?? path.string
    let status = try system { () throws(PosixError) in try project.tree.linkStatus(of: location) }
    switch status?.kind {
    case nil:
      throw .unmet(
        output.place, "the command ended well, but made no \(path)", hint: "`outs` has to name what the command makes")
    case .file:
      let kind = output.kind ?? (status?.isExecutable == true ? .executable : .file)
      let digest = try system { () throws(PosixError) in
        if output.isCached { return try project.store.add(moving: location) }
        if location != path.string { try project.tree.move(location, to: path) }
        if output.kind != nil { try project.tree.setMode(path.string, kind == .executable ? 0o755 : 0o644) }
        let file = try project.tree.open(path.string)
        return try Digest(of: file)
      }
      artifacts.append(Artifact(path: path, digest: digest, kind: kind))
    case .directory:
      let listing = try system { () throws(PosixError) in try project.tree.list(location) }
      if listing.entries.isEmpty {
        let nothing = Digest(of: [UInt8]())
        artifacts.append(Artifact(path: path, digest: nothing, kind: .emptyDirectory))
      }
      for entry in listing.entries.sorted(by: { $0.displayName < $1.displayName }) {
        guard let name = entry.name else {
          throw .builder("the command made \(path)/\(entry.displayName), whose name is not UTF-8")
        }
        try collect(path.appending(name), of: output, below: directory, into: &artifacts)
      }
    case .symbolicLink:
      throw .builder("the command made \(path) as a symbolic link", hint: "outputs have to be files or directories")
    case .other:
      throw .builder("the command made \(path), which is neither a file nor a directory")
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
