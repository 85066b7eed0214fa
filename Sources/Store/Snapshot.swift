import Dispatch
import Hashing
import Posix

/// What this run has seen of the work tree: every path is looked at once, every file hashed at most
/// once, and not at all where the index still holds.
///
/// It belongs to the coordinator; only hashing fans out. What it has seen becomes the next index.
package final class Snapshot {
  package struct Seen: Sendable {
    /// nil: nothing stands there.
    package let status: FileStatus?
    /// The clock's tick when it was looked at.
    let seenAt: Int64
    package internal(set) var digest: Digest?
    /// Why the file could not be looked at or read.
    package internal(set) var failure: PosixError?

    /// Whether this process put the file there.
    var isPlaced = false

    /// Whether a change in the same clock tick would not show. Further links to an artifact's object move
    /// its `changed`, so of what was placed only `modified` tells.
    package var isRacy: Bool { status.map { (isPlaced ? $0.modified : $0.changed) >= seenAt } ?? false }
  }

  package let tree: WorkTree
  private let index: Index
  private var indexHint = -1
  private var seen: [RepoPath: Seen] = [:]
  private var listings: [RepoPath?: Result<DirectoryListing, PosixError>] = [:]
  /// Directories that were listed before an artifact came or went in them, and not since.
  private var outdated: Set<RepoPath?> = []
  /// How the project's top is looked at.
  private static let top = RepoPath(trusted: ".")

  package init(tree: WorkTree, index: Index) {
    self.tree = tree
    self.index = index
    seen.reserveCapacity(index.count)
  }

  /// What stands at a path, links followed.
  package func look(at path: RepoPath) -> Seen {
    if let known = seen[path] { return known }
    var found = fresh(path)
    if let status = found.status, status.kind == .file, let entry = index.lookup(path, hint: &indexHint),
      entry.kind == .file || entry.kind == .artifact, entry.status == status
    {
      found.digest = entry.digest
    }
    seen[path] = found
    return found
  }

  private func fresh(_ path: RepoPath) -> Seen {
    let now = CoarseClock.now()
    do throws(PosixError) { return Seen(status: try tree.status(of: path.string), seenAt: now) } catch {
      return Seen(status: nil, seenAt: now, failure: error)
    }
  }

  /// Looks at the paths and hashes, in parallel, the files whose digests are not known.
  package func lookHashing(at paths: [RepoPath]) -> [Seen] {
    let unknown = paths.filter {
      let found = look(at: $0)
      return found.status?.kind == .file && found.digest == nil && found.failure == nil
    }
    let results = concurrentMap(unknown) { [tree] path -> Result<Digest, PosixError> in
      do throws(PosixError) {
        let file = try tree.open(path.string)
        return .success(try Digest(of: file))
      } catch { return .failure(error) }
    }
    for (path, result) in zip(unknown, results) {
      switch result {
      case .success(let digest): seen[path]?.digest = digest
      case .failure(let error): seen[path]?.failure = error
      }
    }
    return paths.map { look(at: $0) }
  }

  package func lookHashing(at path: RepoPath) -> Seen { lookHashing(at: [path])[0] }

  /// The names in a directory (nil: the project's top).
  package func list(_ directory: RepoPath?) -> Result<DirectoryListing, PosixError> {
    if let known = listings[directory] { return known }
    _ = look(at: directory ?? Self.top)
    let result: Result<DirectoryListing, PosixError>
    do throws(PosixError) { result = .success(try tree.list(directory?.string ?? ".")) } catch {
      result = .failure(error)
    }
    listings[directory] = result
    outdated.remove(directory)
    return result
  }

  /// An artifact has been put in place.
  /// - Parameters:
  ///   - status: as it was right afterwards.
  ///   - seenAt: the clock just before that look.
  package func placed(_ path: RepoPath, _ digest: Digest, status: FileStatus, seenAt: Int64) {
    seen[path] = Seen(status: status, seenAt: seenAt, digest: digest, isPlaced: true)
    forgetListings(above: path)
  }

  /// A file has been removed, or changed in a way that has to be looked at anew.
  package func forget(_ path: RepoPath) {
    seen[path] = nil
    forgetListing(of: path)
    forgetListings(above: path)
  }

  /// Directories below which files came or went are listed anew when somebody asks.
  private func forgetListings(above path: RepoPath) {
    var directory = path.parent
    while let current = directory {
      forgetListing(of: current)
      if seen[current]?.status?.kind != .file { seen[current] = nil }
      directory = current.parent
    }
    forgetListing(of: nil)
  }

  private func forgetListing(of directory: RepoPath?) {
    if listings.removeValue(forKey: directory) != nil { outdated.insert(directory) }
  }

  /// All that has been seen, as the entries of the next index, after whatever was too fresh to be
  /// trusted has been looked at again.
  /// - Parameter external: absolute paths of the programs and libraries whose versions entered keys.
  /// - Returns: `isStable` is false where a file changed while the run went on.
  package func settle(external: [String]) -> (entries: [(path: String, entry: IndexEntry)], isStable: Bool) {
    // Whoever used such a listing may have missed what came later; nothing vouches for it any more.
    var isStable = outdated.isEmpty
    let racy = seen.filter { $0.value.isRacy }
    let placed = seen.filter { $0.value.isPlaced && !$0.value.isRacy }
    let latest = (Array(racy.values) + Array(placed.values)).compactMap { $0.status?.changed }.max()
    if let latest { CoarseClock.wait(past: latest) }
    if !seeAgain(racy, hashing: true) { isStable = false }
    if !seeAgain(placed, hashing: false) { isStable = false }

    var entries: [(path: String, entry: IndexEntry)] = []
    entries.reserveCapacity(seen.count + external.count)
    for (path, found) in seen where found.failure == nil && !found.isRacy {
      guard let status = found.status else {
        entries.append((path.string, IndexEntry(kind: .absent, status: nil, digest: nil)))
        continue
      }
      if status.kind == .directory {
        entries.append((path.string, IndexEntry(kind: .directory, status: status, digest: nil)))
      } else if let digest = found.digest {
        entries.append((path.string, IndexEntry(kind: .file, status: status, digest: digest)))
      } else {
        entries.append((path.string, IndexEntry(kind: .opaque, status: status, digest: nil)))
      }
    }
    if seen.values.contains(where: { $0.failure != nil || $0.isRacy }) { isStable = false }
    for path in Set(external) {
      if let status = try? FileStatus.read(path) {
        entries.append((path, IndexEntry(kind: .opaque, status: status, digest: nil)))
      }
    }
    return (entries, isStable)
  }

  /// Looks at paths anew, later than the first time.
  /// - Parameter hashing: read the files, too; else their digests stay if nothing else changed.
  /// - Returns: whether everything is as it was.
  private func seeAgain(_ before: [RepoPath: Seen], hashing: Bool) -> Bool {
    for path in before.keys { seen[path] = nil }
    for path in before.keys { seen[path] = fresh(path) }
    if hashing { _ = lookHashing(at: before.filter { $0.value.digest != nil }.map(\.key)) }
    var isSame = true
    for (path, then) in before {
      guard var now = seen[path] else { continue }
      if !hashing { now.digest = then.digest }
      let isUntouched =
        then.isPlaced
        ? now.status?.size == then.status?.size && now.status?.modified == then.status?.modified
          && now.status?.inode == then.status?.inode
        : now.status == then.status
      if !isUntouched || now.digest != then.digest {
        isSame = false
        now.digest = hashing ? now.digest : nil
      }
      seen[path] = now
    }
    return isSame
  }
}

/// Maps over as many threads as there are cores; the results keep their places.
package func concurrentMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], _ transform: @Sendable (Element) -> Result
) -> [Result] {
  if elements.count < 2 { return elements.map(transform) }
  return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
    nonisolated(unsafe) let places = buffer
    DispatchQueue.concurrentPerform(iterations: elements.count) { place in
      places.initializeElement(at: place, to: transform(elements[place]))
    }
    count = elements.count
  }
}
