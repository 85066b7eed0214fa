import Foundation
import Hashing
import Posix
import Store

/// What a stage may ask for while it is expanded. Everything asked for is remembered by the snapshot,
/// so a file that comes, goes or changes later is noticed.
package final class ExpansionContext {
  private let planner: Planner
  package let stage: StageName
  /// The artifacts of the stages that come before, which need not be in the work tree yet.
  private let upstream: [RepoPath: Artifact]
  /// Inputs that are in the way, reported beside the stage's own failures.
  private(set) var obstacles: [SourceWalk.Obstacle] = []
  private(set) var tools: Set<String> = []
  private(set) var variables: [String: Digest?] = [:]

  init(planner: Planner, stage: StageName, upstream: [RepoPath: Artifact]) {
    self.planner = planner
    self.stage = stage
    self.upstream = upstream
  }

  package var tree: WorkTree { planner.project.tree }

  /// The sources and artifacts that match, in byte order. Files that cannot be read are left out and reported.
  package func files(matching set: GlobSet) throws(EngineError) -> [InputFile] {
    let (walked, obstacles) = try planner.walk.files(matching: set)
    self.obstacles += obstacles
    var paths = Set(walked.filter { !planner.isStale($0, for: stage) })
    paths.formUnion(upstream.values.filter { $0.kind != .emptyDirectory && set.matches($0.path) }.map(\.path))
    let sorted = paths.sorted()
    _ = planner.snapshot.lookHashing(at: sorted.filter { upstream[$0] == nil })
    return sorted.compactMap { path in
      do throws(EngineError) {
        return try file(at: path)
      } catch {
        self.obstacles.append(
          SourceWalk.Obstacle(path: path.string, message: reason(error), hidesFiles: false))
        return nil
      }
    }
  }

  /// A source or artifact; nil where there is none.
  /// - Throws: `EngineError.system` for a file that cannot be read.
  package func file(at path: RepoPath) throws(EngineError) -> InputFile? {
    if let artifact = upstream[path] {
      if artifact.kind == .emptyDirectory { return nil }
      return InputFile(path: path, digest: artifact.digest, isExecutable: artifact.kind == .executable)
    }
    let seen = planner.snapshot.lookHashing(at: path)
    if let failure = seen.failure { throw .system(failure) }
    guard let status = seen.status, status.kind == .file, let digest = seen.digest else { return nil }
    return InputFile(path: path, digest: digest, isExecutable: status.isExecutable)
  }

  /// Whether a directory stands at the path, or artifacts will stand below it.
  package func isDirectory(_ path: RepoPath) -> Bool {
    planner.snapshot.look(at: path).status?.kind == .directory || upstream[path]?.kind == .emptyDirectory
      || upstream.keys.contains { $0.isInside(path) }
  }

  /// Whether a stage is known to make a path.
  package func isMade(_ path: RepoPath) -> Bool { planner.claims.covers(path) }

  /// Whether another stage makes what is served under a site's URL path, as far as the stages that
  /// come before this one tell.
  package func isServed(_ url: String) -> Bool {
    guard url.hasPrefix("/"), let path = RepoPath(planner.pipeline.siteRoot.string + url) else { return false }
    return planner.claims.covers(path)
  }

  /// What another stage said of itself; nil where it could not be expanded.
  package func export<Export: Sendable>(of stage: StageName, as type: Export.Type) -> Export? {
    planner.exports[stage] as? Export
  }

  /// The bytes of a small file.
  package func bytes(of file: InputFile) throws(EngineError) -> [UInt8] {
    let location = location(of: file)
    return try system { () throws(PosixError) in try planner.project.tree.readAll(location) }
  }

  /// A file of parameters; nil where there is none.
  /// - Throws: `EngineError.invalid` where it cannot be read as what its name says.
  package func document(at path: RepoPath) throws(EngineError) -> YAMLNode? {
    guard let file = try file(at: path) else { return nil }
    if let known = planner.documents[file.digest] { return known }
    let document = try DataDocument.parse(try bytes(of: file), file: path)
    planner.documents[file.digest] = document
    return document
  }

  /// Notes that an environment variable's value entered a key.
  /// - Parameter value: nil: it is not set.
  /// - Returns: what stands for the value, which may be a secret.
  package func depend(onVariable name: String, value: String?) -> String {
    let digest = value.map { Digest(of: Array($0.utf8)) }
    variables[name] = .some(digest)
    return digest?.hex ?? "not set"
  }

  /// Names a program or library outside the project whose version entered a key.
  package func depend(onTool path: String) { tools.insert(path) }

  /// What a builder knows of each file beyond its digest: from the cache, or computed, in parallel, and kept.
  /// - Parameters:
  ///   - kind: names the facts and the version of what computes them.
  ///   - compute: gets the file and the path, below the project's root, where its bytes are.
  package func facts<Facts: Codable & Sendable>(
    _ kind: String, of files: [InputFile],
    compute: @escaping @Sendable (InputFile, _ location: String) throws(EngineError) -> Facts
  ) -> [Result<Facts, EngineError>] {
    let known = planner.facts.read(files.map(\.digest), kind: kind)
    var results: [Result<Facts, EngineError>?] = known.map { bytes in
      bytes.flatMap { try? JSONDecoder().decode(Facts.self, from: Data($0)) }.map { .success($0) }
    }
    let missing = results.indices.filter { results[$0] == nil }
    let places = missing.map { (file: files[$0], location: location(of: files[$0])) }
    let computed = concurrentMap(places) { place -> Result<Facts, EngineError> in
      do throws(EngineError) { return .success(try compute(place.file, place.location)) } catch {
        return .failure(error)
      }
    }
    var fresh: [(Digest, [UInt8])] = []
    for (position, result) in zip(missing, computed) {
      results[position] = result
      if case .success(let facts) = result, let data = try? JSONEncoder().encode(facts) {
        fresh.append((files[position].digest, Array(data)))
      }
    }
    // Facts that cannot be kept are computed again next time.
    try? planner.facts.write(fresh, kind: kind)
    return results.map { result in
      guard let result else { preconditionFailure("every missing fact was computed") }
      return result
    }
  }

  /// Where a file's bytes are: in the work tree, or, for an artifact that is not put there yet, in the store.
  private func location(of file: InputFile) -> String {
    if planner.snapshot.look(at: file.path).status?.kind == .file || upstream[file.path] == nil {
      return file.path.string
    }
    return CacheLayout.object(file.digest.hash)
  }

  private func reason(_ error: EngineError) -> String {
    if case .system(let failure) = error { "cannot be read: \(failure.reason)" } else { "\(error)" }
  }
}
