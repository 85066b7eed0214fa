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
  /// In the file's order.
  package let stages: [Stage]

  /// - Throws: `EngineError.noPipeline`, `.invalid`, `.system`.
  package static func read(_ tree: WorkTree, builders: [any Builder]) throws(EngineError) -> PipelineFile {
    let status = try system { () throws(PosixError) in try tree.status(of: fileName) }
    guard let status else { throw .noPipeline(directory: tree.root) }
    guard status.size <= maximumBytes else {
      throw .invalid(top, "larger than \(maximumBytes >> 20) MiB: that is no pipeline")
    }
    let bytes = try system { () throws(PosixError) in try tree.readAll(fileName) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(top, "not UTF-8") }
    return try parse(text, builders: builders)
  }

  private static let top = Place(file: fileName, line: 1, column: 1)
  private static let maximumBytes = 4 << 20

  package static func parse(_ text: String, builders: [any Builder]) throws(EngineError) -> PipelineFile {
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

    var stages: [Stage] = []
    if let node = options.node("stages") {
      let declared = try OptionReader(node, subject: "`stages`")
      for key in declared.rest {
        guard let name = StageName(key), let body = declared.node(key) else {
          throw .invalid(
            declared.placeOf(key), "`\(key)` is no stage name", hint: "use letters, digits, `-` and `_`")
        }
        let context = DeclarationContext(stage: name, site: site?.value ?? .map([:]), siteRoot: siteRoot)
        stages.append(
          try Stage(name, place: declared.placeOf(key), body, context: context, builders: builders))
      }
    }
    try options.finish()
    return PipelineFile(site: site?.value ?? .map([:]), siteRoot: siteRoot, remote: remote, stages: stages)
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
