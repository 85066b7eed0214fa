import Posix
import Store

/// `pipeline.yaml`: what its author declared, before any file is looked at.
package struct PipelineFile: Sendable {
  package static let fileName = "pipeline.yaml"

  /// Where copies are shared. The engine only carries it.
  package struct Remote: Sendable {
    package let url: String
    package let place: Place
  }

  /// `site:`: what every template sees.
  package let site: Value
  /// `root:`: the directory that is served as the site's top.
  package let siteRoot: RepoPath
  package let remote: Remote?
  /// `pools:`: how many actions of a pool run at once.
  package let pools: [String: Int]
  /// In the file's order; what an entry generates stands in its place.
  package let stages: [Stage]

  /// - Parameter snapshot: remembers the files of variables that were looked at.
  /// - Throws: `EngineError.noPipeline`, `.invalid`, `.system`.
  package static func read(
    _ tree: WorkTree, through snapshot: Snapshot, builders: [any Builder]
  ) throws(EngineError) -> PipelineFile {
    let status = try system { () throws(PosixError) in try tree.status(of: fileName) }
    guard let status else { throw .noPipeline(directory: tree.root) }
    guard status.size <= maximumBytes else {
      throw .invalid(top, "larger than \(maximumBytes >> 20) MiB: that is no pipeline")
    }
    let bytes = try system { () throws(PosixError) in try tree.readAll(fileName) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(top, "not UTF-8") }
    return try parse(text, builders: builders) { (path) throws(EngineError) in
      let seen = snapshot.lookHashing(at: path)
      if let failure = seen.failure { throw .system(failure) }
      guard let status = seen.status else { return nil }
      let top = Place(file: path.string, line: 1, column: 1)
      guard status.kind == .file else { throw .invalid(top, "not a file") }
      guard status.size <= maximumBytes else { throw .invalid(top, "larger than \(maximumBytes >> 20) MiB") }
      return try DataDocument.parse(try system { () throws(PosixError) in try tree.readAll(path.string) }, file: path)
    }
  }

  private static let top = Place(file: fileName, line: 1, column: 1)
  private static let maximumBytes = 4 << 20

  /// - Parameter read: gives the files of variables; nil where there is none.
  package static func parse(
    _ text: String, builders: [any Builder],
    reading read: @escaping (RepoPath) throws(EngineError) -> YAMLNode? = { _ in nil }
  ) throws(EngineError) -> PipelineFile {
    let root = try YAMLNode.parse(text, file: fileName)
    let options = try OptionReader(root, subject: fileName)
    let version = try options.requiredNode("version", example: "1")
    guard case .int(1) = version.value else {
      throw .invalid(version.place, "`version` has to be 1: this hbpipe knows no other")
    }
    let site = options.node("site")
    if let site, site.value.map == nil, site.value != .null {
      throw .invalid(site.place, "`site` has to be a map of keys and values, not \(site.kindName)")
    }
    let siteRoot = try options.path("root") ?? RepoPath(trusted: "public")
    let remote = try parseRemote(options.node("remote"))
    let pools = try parsePools(options)
    var variables = Variables()
    try variables.loadDefault(read)
    if let own = options.node("vars") { try variables.load(own, directory: nil, read) }

    var stages: [Stage] = []
    if let node = options.node("stages"), node.value != .null {
      let declared = try OptionReader(node, subject: "`stages`")
      for key in declared.rest {
        guard let name = StageName(key), let body = declared.node(key) else {
          throw .invalid(
            declared.placeOf(key), "`\(key)` is no stage name",
            hint: "a name may not hold an @, or begin or end with a space")
        }
        let entry = try StageEntry(name, place: declared.placeOf(key), body, variables)
        stages += try entry.stages(variables, read) { (name, body) throws(EngineError) in
          let context = DeclarationContext(
            stage: name, site: site?.value ?? .map([:]), siteRoot: siteRoot, pools: pools)
          return try Stage(
            name, entry: entry.name, place: entry.place, body, context: context, builders: builders)
        }
      }
    }
    try options.finish()
    return PipelineFile(
      site: site?.value ?? .map([:]), siteRoot: siteRoot, remote: remote, pools: pools, stages: stages)
  }

  private static func parsePools(_ options: OptionReader) throws(EngineError) -> [String: Int] {
    var pools: [String: Int] = [:]
    for (name, place, value) in try options.entries("pools") {
      guard case .int(let limit) = value.value, limit > 0 else {
        throw .invalid(place, "pool `\(name)` has to be a whole number from 1 on: so many actions run at once")
      }
      pools[name] = limit
    }
    return pools
  }

  private static func parseRemote(_ node: YAMLNode?) throws(EngineError) -> Remote? {
    guard let node else { return nil }
    let options = try OptionReader(node, subject: "`remote`")
    let url = try options.requiredString("url", example: "s3://bucket/prefix")
    guard url.hasPrefix("s3://") || url.hasPrefix("file:///") else {
      throw .invalid(
        options.placeOf("url"), "`\(url)` is no remote", hint: "write s3://bucket/prefix or file:///directory")
    }
    try options.finish()
    return Remote(url: url, place: options.placeOf("url"))
  }
}
