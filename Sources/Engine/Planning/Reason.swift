import Hashing
import Store

/// Why an action is not up to date. `status`, `why`, `--explain` and `--json` all print this value.
package enum Reason: Equatable, Sendable {
  /// The lock knows no artifact of it.
  case new
  /// Something that entered the key has another value than when the lock was written.
  case changed(KeyComponent.Kind, name: String, from: String, to: String)
  case added(KeyComponent.Kind, name: String)
  case dropped(KeyComponent.Kind, name: String)
  /// The key differs; what the old one was made of is not known on this machine.
  case keyChanged(from: ActionKey, to: ActionKey)
  /// The same bytes belong at another path.
  case moved
  /// An artifact is not in the work tree.
  case missing(RepoPath)
  /// An artifact in the work tree is not what hbpipe put there.
  case modified(RepoPath)
  /// An artifact's bytes are neither in the work tree nor in the cache.
  case lost(RepoPath)
  /// An object in the cache was damaged and has been dropped.
  case damaged(Digest)
  case forced
  /// It says that it is always changed, or has nothing that could tell.
  case alwaysChanged
  /// A stage whose artifacts it reads is going to run.
  case upstream(StageName)
  /// No action makes it any more.
  case removed

  /// For machines: one word.
  package var code: String {
    switch self {
    case .new: "new"
    case .changed(let kind, _, _, _): "\(kind.rawValue)-changed"
    case .added(let kind, _): "\(kind.rawValue)-added"
    case .dropped(let kind, _): "\(kind.rawValue)-dropped"
    case .keyChanged: "key-changed"
    case .moved: "moved"
    case .missing: "missing"
    case .modified: "modified"
    case .lost: "lost"
    case .damaged: "damaged"
    case .forced: "forced"
    case .alwaysChanged: "always-changed"
    case .upstream: "upstream"
    case .removed: "removed"
    }
  }
}

extension Reason: CustomStringConvertible {
  /// For people: a clause.
  package var description: String {
    switch self {
    case .new: "not built yet"
    case .changed(let kind, let name, let from, let to):
      "\(kind.rawValue) \(name) changed (\(shortened(from)) → \(shortened(to)))"
    case .added(let kind, let name): "\(kind.rawValue) \(name) is new"
    case .dropped(let kind, let name): "\(kind.rawValue) \(name) is gone"
    case .keyChanged(let from, let to): "action key changed (\(from.short) → \(to.short))"
    case .moved: "its artifacts belong at other paths"
    case .missing(let path): "\(path) is missing"
    case .modified(let path): "\(path) was changed by somebody else"
    case .lost(let path): "the bytes of \(path) are not in the cache"
    case .damaged(let digest): "the cache's copy of \(digest.short) was damaged"
    case .forced: "forced"
    case .alwaysChanged: "it runs every time"
    case .upstream(let stage): "stage \(stage) is going to run"
    case .removed: "no action makes it any more"
    }
  }

  /// Several reasons on one line: the first few, and how many more there are.
  package static func summary(_ reasons: [Reason], atMost limit: Int) -> String {
    let shown = reasons.prefix(limit).map(\.description).joined(separator: "; ")
    return reasons.count > limit ? shown + "; and \(reasons.count - limit) more" : shown
  }

  /// What differs between two keys' components, in the new key's order.
  static func differences(from old: [KeyComponent], to new: [KeyComponent]) -> [Reason] {
    // By bytes, as the key has them: Swift would take two spellings of "é" for one text.
    func identity(_ component: KeyComponent) -> [UInt8] { Array((component.kind.rawValue + " " + component.name).utf8) }
    let before = Dictionary(old.map { (identity($0), $0) }, uniquingKeysWith: { first, _ in first })
    let after = Set(new.map(identity))
    let changes: [Reason] = new.compactMap { component in
      guard let earlier = before[identity(component)] else { return .added(component.kind, name: component.name) }
      guard !earlier.value.utf8.elementsEqual(component.value.utf8) else { return nil }
      return .changed(component.kind, name: component.name, from: earlier.value, to: component.value)
    }
    return changes
      + old.filter { !after.contains(identity($0)) }.map { .dropped($0.kind, name: $0.name) }
  }
}

/// Digests by their first eight digits, long values by their beginning.
private func shortened(_ value: String) -> String {
  if SHA256Value(hex: value) != nil { return String(value.prefix(8)) }
  return value.count > 40 ? value.prefix(39) + "…" : value
}
