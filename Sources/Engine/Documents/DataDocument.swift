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
    // JSON is YAML but for one thing: characters beyond 16 bits as two escapes.
    return try YAMLNode.parse(name.hasSuffix(".json") ? joiningSurrogates(text) : text, file: file.string)
  }

  /// `\ud83e\udd8a` → the character itself. Escaped backslashes before it are told apart.
  private static func joiningSurrogates(_ text: String) -> String {
    guard text.contains(#"\u"#) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var place = 0
    func escape(at place: Int) -> UInt32? {
      guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
      else { return nil }
      return UInt32(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
    }
    while place < bytes.count {
      if let high = escape(at: place), (0xD800..<0xDC00).contains(high), let low = escape(at: place + 6),
        (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      {
        result.append(contentsOf: String(Character(scalar)).utf8)
        place += 12
      } else {
        let width = bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        result.append(contentsOf: bytes[place..<min(bytes.count, place + width)])
        place += width
      }
    }
    return String(decoding: result, as: UTF8.self)
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
