import Hashing
import Posix
import Store

/// The place where a command is going to put its outputs: cleared before it runs, and as it was if it fails.
struct OutputRoom {
  let project: Project
  let checkout: Checkout
  let work: ActionRunner.Work
  /// What the store has of what stood there.
  private var stored: [Artifact] = []
  /// Files that the cache does not keep, and where they are meanwhile.
  private var aside: [(path: RepoPath, file: String)] = []

  init(project: Project, checkout: Checkout, work: ActionRunner.Work) {
    self.project = project
    self.checkout = checkout
    self.work = work
  }

  /// Notes the outputs as hbpipe's own, and takes away what stands there. What persists stays, as files that share no
  /// bytes with the store.
  mutating func make(for declared: [DeclaredOutput]) throws(EngineError) {
    stored = work.previous.filter { work.action.keepsInCache($0.path) }
    do throws(PosixError) {
      for (output, standing) in zip(declared, work.standing) { try make(for: output, standing) }
    } catch { throw .system(error) }
  }

  private mutating func make(for output: DeclaredOutput, _ standing: [RepoPath]) throws(PosixError) {
    try note(output)
    for path in try output.persists && work.isUnfinished ? takeBack(output, standing) : standing {
      try setAside(path, of: output)
    }
    guard let root = output.root else {
      if let base = output.base { try project.tree.makeDirectory(base.string) }
      return
    }
    if !output.persists, try project.tree.linkStatus(of: root.string)?.kind == .directory {
      try project.tree.removeTree(root.string)
    }
    try project.tree.makeParents(of: root.string)
  }

  private func note(_ output: DeclaredOutput) throws(PosixError) {
    let name = work.action.name.description
    switch output.extent {
    case .path(let root): try project.journal.append([root], of: name, as: .root)
    case .pattern(let pattern):
      try project.journal.append([RepoPath(trusted: pattern.text)], of: name, as: .pattern)
    }
  }

  /// Puts back what persisted before a run that was killed.
  /// - Returns: what stands there now.
  private func takeBack(_ output: DeclaredOutput, _ standing: [RepoPath]) throws(PosixError) -> [RepoPath] {
    let before = work.previous.filter { output.covers($0.path) && project.store.holds($0.digest) }
    guard !before.isEmpty else { return standing }
    for path in standing { try project.tree.remove(path.string) }
    for artifact in before where artifact.kind != .emptyDirectory {
      try checkout.placeCopy(of: artifact.digest, isExecutable: artifact.kind == .executable, at: artifact.path)
    }
    return before.filter { $0.kind != .emptyDirectory }.map(\.path)
  }

  private mutating func setAside(_ path: RepoPath, of output: DeclaredOutput) throws(PosixError) {
    let tree = project.tree
    let isExecutable = try tree.status(of: path.string)?.isExecutable ?? false
    let file = project.store.temporaryPath()
    switch (output.isCached, output.persists) {
    case (true, false):
      // What a killed run left may be anything, somebody's own file too: the store keeps it.
      if work.isUnfinished {
        _ = try project.store.add(moving: path.string)
      } else {
        try tree.remove(path.string)
      }
    case (false, false):
      try tree.move(path.string, to: RepoPath(trusted: file))
      aside.append((path, file))
    case (false, true):
      try tree.copy(path.string, to: file, mode: isExecutable ? 0o755 : 0o644)
      aside.append((path, file))
    case (true, true):
      let digest = try project.store.add(copyOf: path.string)
      stored.removeAll { $0.path == path }
      stored.append(Artifact(path: path, digest: digest, kind: isExecutable ? .executable : .file))
      try checkout.placeCopy(of: digest, isExecutable: isExecutable, at: path)
    }
  }

  /// The command has made its outputs: what stood there before is not needed any more.
  func close() { for item in aside { try? project.tree.remove(item.file) } }

  /// Takes away what the command left, and puts back what stood there before.
  func restore(_ declared: [DeclaredOutput]) {
    for output in declared { removeAll(of: output) }
    for artifact in stored where artifact.kind != .emptyDirectory {
      try? checkout.place(
        artifact.digest, isExecutable: artifact.kind == .executable, at: artifact.path, verified: false)
    }
    for item in aside { try? project.tree.move(item.file, to: item.path) }
  }

  private func removeAll(of output: DeclaredOutput) {
    switch output.extent {
    case .path(let root): try? project.tree.removeTree(root.string)
    case .pattern(let pattern):
      for path in project.tree.files(matching: pattern, below: nil) where !work.others.contains(path) {
        try? project.tree.remove(path.string)
      }
    }
  }
}
