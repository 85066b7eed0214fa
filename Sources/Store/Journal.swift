import Posix

/// The paths that the run under way has put into the work tree, or is about to, with the action of each.
///
/// The lock learns of them only at the end, so a run that is killed leaves them here, and the
/// next run knows that they are its own to replace or remove.
package struct Journal: Sendable {
  private let tree: WorkTree

  package init(tree: WorkTree) { self.tree = tree }

  /// One path of a run that did not end properly.
  package struct Entry: Sendable {
    package let path: RepoPath
    /// The action's name, as the lock has it.
    package let action: String
    package let kind: Kind
  }

  package enum Kind: Sendable {
    /// One artifact.
    case artifact
    /// What a command makes: everything below the path is the action's.
    case root
    /// The path is a pattern of what a command makes.
    case pattern
    /// The action makes nothing, and has begun to do what it is for.
    case effect

    /// What ends the path in the file; no path ends like this by itself.
    fileprivate var mark: String {
      switch self {
      case .artifact: ""
      case .root: "/"
      case .pattern: "//"
      case .effect: "///"
      }
    }
  }

  /// Notes the paths before they are written.
  /// - Parameter action: its name, as the lock has it.
  package func append(
    _ paths: [RepoPath], of action: String, as kind: Kind = .artifact
  ) throws(PosixError) {
    guard !paths.isEmpty else { return }
    try tree.append(Self.bytes(paths, of: action, as: kind), to: CacheLayout.journal)
  }

  private static func bytes(_ paths: [RepoPath], of action: String, as kind: Kind) -> [UInt8] {
    var bytes: [UInt8] = []
    for path in paths {
      bytes.append(contentsOf: (path.string + kind.mark).utf8)
      bytes.append(0)
      bytes.append(contentsOf: action.utf8)
      bytes.append(0)
    }
    return bytes
  }

  /// Notes that an action without artifacts begins: what it did before does not count any more.
  package func append(effectOf action: String) throws(PosixError) {
    try append([RepoPath(trusted: "effect")], of: action, as: .effect)
  }

  /// Drops what a killed run left unfinished at the end, so that what is appended next can be read.
  package func mend() throws(PosixError) {
    guard try tree.status(of: CacheLayout.journal) != nil else { return }
    try replace(with: read())
  }

  /// Puts other entries in the place of all that are there, at once.
  package func replace(with entries: [Entry]) throws(PosixError) {
    guard !entries.isEmpty else { return try clear() }
    try tree.replace(CacheLayout.journal, with: entries.flatMap { Self.bytes([$0.path], of: $0.action, as: $0.kind) })
  }

  /// The entries of a run that did not end properly; a part of one at the end is left out.
  package func read() -> [Entry] {
    guard let bytes = try? tree.readAll(CacheLayout.journal) else { return [] }
    let pieces = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    return stride(from: 0, to: pieces.count - 2, by: 2).compactMap { place in
      let kind: Kind = [.effect, .pattern, .root].first { pieces[place].hasSuffix($0.mark) } ?? .artifact
      return RepoPath(String(pieces[place].dropLast(kind.mark.count))).map {
        Entry(path: $0, action: pieces[place + 1], kind: kind)
      }
    }
  }

  /// Once the lock holds everything.
  package func clear() throws(PosixError) { try tree.remove(CacheLayout.journal) }
}
