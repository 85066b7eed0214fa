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
    /// Whether everything below the path is the action's: it is what a command makes.
    package let isRoot: Bool
  }

  /// Notes the paths before they are written.
  /// - Parameters:
  ///   - action: its name, as the lock has it.
  ///   - areRoots: whether everything below the paths is the action's.
  package func append(_ paths: [RepoPath], of action: String, areRoots: Bool = false) throws(PosixError) {
    guard !paths.isEmpty else { return }
    var bytes: [UInt8] = []
    for path in paths {
      bytes.append(contentsOf: path.string.utf8)
      if areRoots { bytes.append(UInt8(ascii: "/")) }
      bytes.append(0)
      bytes.append(contentsOf: action.utf8)
      bytes.append(0)
    }
    try tree.append(bytes, to: CacheLayout.journal)
  }

  /// Drops what a killed run left unfinished at the end, so that what is appended next can be read.
  package func mend() throws(PosixError) {
    guard try tree.status(of: CacheLayout.journal) != nil else { return }
    let entries = read()
    try clear()
    for entry in entries { try append([entry.path], of: entry.action, areRoots: entry.isRoot) }
  }

  /// The entries of a run that did not end properly; a part of one at the end is left out.
  package func read() -> [Entry] {
    guard let bytes = try? tree.readAll(CacheLayout.journal) else { return [] }
    let pieces = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    return stride(from: 0, to: pieces.count - 2, by: 2).compactMap { place in
      let isRoot = pieces[place].hasSuffix("/")
      return RepoPath(isRoot ? String(pieces[place].dropLast()) : pieces[place]).map {
        Entry(path: $0, action: pieces[place + 1], isRoot: isRoot)
      }
    }
  }

  /// Once the lock holds everything.
  package func clear() throws(PosixError) { try tree.remove(CacheLayout.journal) }
}
