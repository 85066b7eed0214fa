import Hashing
import Posix

/// `.hbcache/failures`: what actions that failed had to say; a success takes it away.
package struct FailureLogs: Sendable {
  private let tree: WorkTree

  package init(tree: WorkTree) { self.tree = tree }

  /// - Parameter action: its name, as the lock has it.
  package func write(_ lines: [String], of action: String) throws(PosixError) {
    // A name may hold a line's end, but no NUL.
    let text = action + "\0" + lines.map { $0 + "\n" }.joined()
    try tree.replace(path(action), with: Array(text.utf8))
  }

  /// The lines, or nil where the action has not failed since it last succeeded.
  package func read(of action: String) -> [String]? { read(path(action))?.lines }

  /// Every action that has failed since it last succeeded.
  package func actions() -> [String] {
    let names = (try? tree.list(CacheLayout.failures))?.entries.compactMap(\.name) ?? []
    return names.compactMap { read("\(CacheLayout.failures)/\($0)")?.action }.sorted()
  }

  package func remove(of action: String) throws(PosixError) { try tree.remove(path(action)) }

  private func read(_ path: String) -> (action: String, lines: [String])? {
    guard let bytes = try? tree.readAll(path), let end = bytes.firstIndex(of: 0) else { return nil }
    var lines = textLines(String(decoding: bytes[(end + 1)...], as: UTF8.self))
    if lines.last?.isEmpty == true { lines.removeLast() }
    return (String(decoding: bytes[..<end], as: UTF8.self), lines)
  }

  private func path(_ action: String) -> String {
    "\(CacheLayout.failures)/\(Digest(of: Array(action.utf8)).hex)"
  }
}
