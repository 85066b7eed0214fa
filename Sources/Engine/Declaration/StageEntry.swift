import Store

/// One entry of `stages:` as it is written: a stage, or a template with what it is applied to.
struct StageEntry {
  /// What a template is applied to.
  enum Extent {
    case once
    /// The values of `foreach` or `matrix`: each generates a stage.
    case items([Item])
    /// The files that match `foreach: {glob: …}`, which are known when the stage is expanded.
    case files(GlobSet)
  }

  struct Item {
    /// What the generated stage's name ends with.
    let name: String
    let value: YAMLNode
    /// What `${key}` stands for; nil: nothing.
    let key: String?
  }

  let name: StageName
  let place: Place
  let extent: Extent
  private let template: YAMLNode

  /// - Throws: `EngineError.invalid`.
  init(_ name: StageName, place: Place, _ body: YAMLNode, _ variables: Variables) throws(EngineError) {
    self.name = name
    self.place = place
    guard case .map(let entries) = body.content else {
      throw .invalid(body.place, "stage `\(name)` has to be a map of keys and values, not \(body.kindName)")
    }
    func field(_ key: String) -> (place: Place, value: YAMLNode)? {
      entries.first { $0.key == key }.map { ($0.place, $0.value) }
    }
    if let matrix = field("matrix") {
      if let other = field("foreach") ?? field("do") {
        throw .invalid(other.place, "stage `\(name)` has a `matrix`: it takes no `foreach` and no `do`")
      }
      extent = .items(try Self.combinations(matrix.value, variables))
      template = YAMLNode(content: .map(entries.filter { $0.key != "matrix" }), place: body.place)
    } else if let foreach = field("foreach") {
      guard let template = field("do") else {
        throw .invalid(foreach.place, "stage `\(name)` has `foreach`, and no `do`")
      }
      if let other = entries.first(where: { $0.key != "foreach" && $0.key != "do" }) {
        throw .invalid(other.place, "beside `foreach` only `do` can stand", hint: "write `\(other.key)` below `do`")
      }
      self.template = template.value
      if let files = try Self.files(foreach.value, variables) {
        extent = files
      } else {
        extent = .items(try Self.items(foreach.value, variables))
      }
    } else {
      if let stray = field("do") { throw .invalid(stray.place, "stage `\(name)` has `do`, and no `foreach`") }
      extent = .once
      template = body
    }
  }

  /// The stage's body with every reference replaced.
  /// - Parameters:
  ///   - variables: with the item, where there is one.
  ///   - ofPatterns: what fields that take patterns see instead.
  ///   - read: gives the files that the stage's own `vars` name.
  func body(
    _ variables: Variables, ofPatterns: Variables? = nil, _ read: Variables.Reader
  ) throws(EngineError) -> YAMLNode {
    guard case .map(let entries) = template.content else {
      throw .invalid(template.place, "stage `\(name)` has to be a map of keys and values, not \(template.kindName)")
    }
    var variables = variables
    var ofPatterns = ofPatterns
    if let own = entries.first(where: { $0.key == "vars" }) {
      var directory: RepoPath?
      if let written = entries.first(where: { $0.key == "wdir" })?.value {
        let wdir = try variables.resolve(written, field: "wdir")
        directory = try OptionReader.directory(wdir.templateText, at: wdir.place, "wdir")
      }
      try variables.load(own.value, directory: directory, read)
      try ofPatterns?.load(own.value, directory: directory, read)
    }
    var resolved: [(key: String, place: Place, value: YAMLNode)] = []
    for entry in entries where entry.key != "vars" {
      let seen = Self.patternFields.contains(entry.key) ? ofPatterns ?? variables : variables
      resolved.append((entry.key, entry.place, try seen.resolve(entry.value, field: entry.key)))
    }
    return YAMLNode(content: .map(resolved), place: template.place)
  }

  /// Fields whose texts are patterns.
  private static let patternFields: Set<String> = ["deps", "outs", "metrics", "plots", "from", "exclude"]

  /// The stages that the entry stands for, in order.
  /// - Parameter declare: makes a stage of a name and a body without references.
  func stages(
    _ variables: Variables, _ read: Variables.Reader,
    _ declare: @escaping @Sendable (StageName, YAMLNode) throws(EngineError) -> Stage
  ) throws(EngineError) -> [Stage] {
    switch extent {
    case .once: return [try declare(name, try body(variables, read))]
    case .items(let items):
      var stages: [Stage] = []
      for item in items {
        let generated = StageName(generatedBy: name, item: item.name)
        stages.append(try declare(generated, try body(variables.with(item: item.value, key: item.key), read)))
      }
      return stages
    case .files(let files):
      // What the stage's own `vars` name is read now: files are known later, on their own.
      var documents: [RepoPath: YAMLNode] = [:]
      let anyFile = Variables.FileItem(anyOf: files)
      let pattern = try body(variables.with(item: anyFile.node(at: place), key: anyFile.path)) {
        (path) throws(EngineError) in
        documents[path] = try read(path)
        return documents[path]
      }
      let sample = try declare(name, pattern.separatingDepths)
      let asWritten = Variables.FileItem.asWritten
      let written = try declare(
        name, try body(variables.with(item: asWritten.node(at: place), key: asWritten.path)) { documents[$0] })
      let fanOut = FanOut(files: files, sample: sample.builder, written: written.builder) {
        [documents] (item) throws(EngineError) in
        let ofPatterns = variables.with(item: item.escaped.node(at: place), key: item.escaped.path)
        let variables = variables.with(item: item.node(at: place), key: item.path)
        return try declare(name, try body(variables, ofPatterns: ofPatterns) { documents[$0] }).builder
      }
      return [sample.replacing(builder: fanOut)]
    }
  }

  // MARK: What a template is applied to

  /// `foreach: {glob: PATTERN}`, with a list of patterns, too; nil for any other value.
  private static func files(_ node: YAMLNode, _ variables: Variables) throws(EngineError) -> Extent? {
    guard case .map(let entries) = node.content, entries.contains(where: { $0.key == "glob" }),
      entries.allSatisfy({ ["glob", "exclude"].contains($0.key) })
    else { return nil }
    let options = try OptionReader(try variables.resolve(node, field: "foreach"), subject: "`foreach`")
    let set = try GlobSet(options, key: "glob", example: "uploads/posts/*.md")
    try options.finish()
    return .files(set)
  }

  private static func items(_ node: YAMLNode, _ variables: Variables) throws(EngineError) -> [Item] {
    let resolved = try variables.resolve(node, field: "foreach", allowsContainers: true)
    switch resolved.content {
    case .list(let values):
      // Values that are no names are counted instead.
      let areNames = values.allSatisfy(\.isScalar)
      return unique(
        values.enumerated().map { number, value in
          Item(
            name: areNames ? itemName(value, isSelected: resolved.isSelected) : String(number), value: value,
            key: nil)
        })
    case .map(let entries):
      return unique(entries.map { Item(name: $0.key, value: $0.value, key: $0.key) })
    case .scalar:
      throw .invalid(
        node.place, "`foreach` has to be a list or a map, not \(resolved.kindName)",
        hint: "for files: foreach: {glob: \"uploads/posts/*.md\"}")
    }
  }

  /// Every combination of one value of each list, the last list's values changing fastest.
  private static func combinations(_ node: YAMLNode, _ variables: Variables) throws(EngineError) -> [Item] {
    let resolved = try variables.resolve(node, field: "matrix", allowsContainers: true)
    guard case .map(let dimensions) = resolved.content else {
      throw .invalid(node.place, "`matrix` has to be a map of lists, not \(resolved.kindName)")
    }
    var combinations: [(names: [String], values: [(key: String, place: Place, value: YAMLNode)])] = [([], [])]
    for dimension in dimensions {
      guard case .list(let values) = dimension.value.content else {
        throw .invalid(
          dimension.place, "`\(dimension.key)` of a matrix has to be a list, not \(dimension.value.kindName)")
      }
      combinations = combinations.flatMap { combination in
        values.enumerated().map { number, value in
          let name =
            value.isScalar
            ? itemName(value, isSelected: dimension.value.isSelected) : "\(dimension.key)\(number)"
          return (
            combination.names + [name], combination.values + [(dimension.key, dimension.place, value)]
          )
        }
      }
      guard combinations.count <= maximumItems else {
        throw .invalid(node.place, "`matrix` stands for more than \(maximumItems) stages")
      }
    }
    return unique(
      combinations.map { combination in
        let name = combination.names.joined(separator: "-")
        return Item(name: name, value: YAMLNode(content: .map(combination.values), place: node.place), key: name)
      })
  }

  private static let maximumItems = 100_000

  /// A value as a part of a stage's name. Values that a variable gave are spelled as Python spells them.
  private static func itemName(_ value: YAMLNode, isSelected: Bool) -> String {
    isSelected || value.isSelected ? value.pythonText : value.templateText
  }

  /// Of equal names the last one's value counts, at the first one's place.
  private static func unique(_ items: [Item]) -> [Item] {
    var places: [[UInt8]: Int] = [:]
    var result: [Item] = []
    for item in items {
      if let place = places[Array(item.name.utf8)] {
        result[place] = item
      } else {
        places[Array(item.name.utf8)] = result.count
        result.append(item)
      }
    }
    return result
  }
}
