import Hashing
import Posix

/// `.hbcache/failures`: what actions that failed had to say; a success takes it away.
package struct FailureLogs: Sendable {
  private let tree: WorkTree

  package init(tree: WorkTree) { self.tree = tree }

  /// - Parameter action: its name, as the lock has it.
  package func write(_ lines: [String], of action: String) throws(PosixError) {
    let text = lines.map { $0 + "\n" }.joined()
    try tree.replace(path(action), with: Array(text.utf8))
  }

  /// The lines, or nil where the action has not failed since it last succeeded.
  package func read(of action: String) -> [String]? {
    guard let bytes = try? tree.readAll(path(action)) else { return nil }
    var lines = textLines(String(decoding: bytes, as: UTF8.self))
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  package func remove(of action: String) throws(PosixError) { try tree.remove(path(action)) }

  private func path(_ action: String) -> String {
    "\(CacheLayout.failures)/\(Digest(of: Array(action.utf8)).hex)"
  }
}
