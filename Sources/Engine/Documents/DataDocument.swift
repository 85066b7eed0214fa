import Store

/// A file of parameters or variables: YAML, JSON or TOML, as its name says.
package enum DataDocument {
  /// - Throws: `EngineError.invalid` with file, line and column.
  package static func parse(_ bytes: [UInt8], file: RepoPath) throws(EngineError) -> YAMLNode {
    let top = Place(file: file.string, line: 1, column: 1)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(top, "not UTF-8") }
    let name = file.name.lowercased()
    if name.hasSuffix(".toml") { return try TOMLDocument.parse(text, file: file.string) }
    if name.hasSuffix(".py") {
      throw .invalid(
        top, "parameters in Python files cannot be read: hbpipe does not run Python",
        hint: "write them in YAML, JSON or TOML")
    }
    if name.hasSuffix(".json") { return try JSONDocument.parse(text, file: file.string) }
    return try YAMLNode.parse(text, file: file.string)
  }
}

extension YAMLNode {
  /// The named values of a file of parameters.
  /// - Parameter names: dotted paths (`train.layers.0`); nil: every key at the top.
  /// - Throws: `EngineError.unmet` for a name that is not there.
  package func parameters(
    _ names: [String]?, of file: RepoPath, at place: Place
  ) throws(EngineError) -> [(name: String, value: YAMLNode)] {
    guard let names else {
      if case .map(let entries) = content { return entries.map { ($0.key, $0.value) } }
      if case .scalar(_, .null) = content { return [] }
      throw .invalid(self.place, "\(file) has to be a map of keys and values, not \(kindName)")
    }
    var values: [(name: String, value: YAMLNode)] = []
    for name in names {
      guard let value = parameter(name) else {
        var keys: [String] = []
        if case .map(let entries) = content { keys = entries.map(\.key) }
        let near = nearMiss(name, among: keys)
        throw .unmet(
          place, "\(file) has no parameter `\(name)`", hint: near.map { "did you mean `\($0)`?" })
      }
      values.append((name, value))
    }
    return values
  }

  private func parameter(_ path: String) -> YAMLNode? {
    var node = self
    for part in path.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).map({ String($0) }) {
      switch node.content {
      case .map(let entries):
        if let entry = entries.first(where: { $0.key == part }) {
          node = entry.value
        } else {
          // A pattern may stand for one key, not for several.
          let matching = entries.filter { entry in NamePattern(part)?.matches(entry.key) ?? false }
          guard matching.count == 1 else { return nil }
          node = matching[0].value
        }
      case .list(let items):
        guard let index = Int(part), items.indices.contains(index < 0 ? items.count + index : index) else { return nil }
        node = items[index < 0 ? items.count + index : index]
      case .scalar: return nil
      }
    }
    return node
  }
}
