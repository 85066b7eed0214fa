import Hashing
import Posix
import Store

/// Takes what a builder has made into the store.
struct OutputCollector {
  let project: Project
  let action: Action
  /// What the action's patterns match, and others make.
  let others: Set<RepoPath>

  /// Moves what the builder left into the store.
  func artifacts(of outputs: [BuiltOutput]) throws(EngineError) -> [Artifact] {
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
        for output in declared { artifacts += try collect(output, below: directory) }
      }
    }
    if case .known(let slots) = action.outputs {
      precondition(artifacts.count == slots.count, "\(action.name) did not make all that it announced")
    }
    return artifacts
  }

  /// Takes what a command has made of one output, below a directory (nil: the project's top).
  private func collect(_ output: DeclaredOutput, below directory: RepoPath?) throws(EngineError) -> [Artifact] {
    var artifacts: [Artifact] = []
    switch output.extent {
    case .path(let root): try collect(root, of: output, below: directory, into: &artifacts)
    case .pattern(let pattern):
      for path in project.tree.files(matching: pattern, below: directory)
      where directory != nil || !others.contains(path) {
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
}

extension WorkTree {
  /// The files that match, as they are now, by their paths below a directory (nil: the project's top).
  func files(matching pattern: Glob, below directory: RepoPath?) -> [RepoPath] {
    var found: [RepoPath] = []
    func walk(_ path: RepoPath?) {
      let place = [directory?.string, path?.string].compactMap(\.self).joined(separator: "/")
      for entry in (try? list(place.isEmpty ? "." : place))?.entries ?? [] {
        guard let name = entry.name else { continue }
        let below = path?.appending(name) ?? RepoPath(trusted: name)
        if [CacheLayout.directory, ".git"].contains(below.string) { continue }
        let kind = entry.kind ?? (try? linkStatus(of: "\(place)/\(name)"))?.kind
        if kind == .directory { walk(below) } else if pattern.matches(below) { found.append(below) }
      }
    }
    walk(pattern.base)
    return found.sorted()
  }
}
