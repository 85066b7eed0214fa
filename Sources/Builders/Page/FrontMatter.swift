import Engine

/// A post's text in its two parts: what is said about it, and what it says.
struct FrontMatter: Sendable {
  /// A map; empty where the post has no front matter.
  let values: Value
  let body: String
  /// The line of the file that the body begins on.
  let bodyLine: Int

  /// - Throws: `EngineError.invalid` with the line in the post's own file.
  init(_ bytes: [UInt8], file: String) throws(EngineError) {
    let top = Place(file: file, line: 1, column: 1)
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      throw .invalid(top, "not UTF-8", hint: "save the file as UTF-8")
    }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    func isFence(_ line: Substring.UTF8View) -> Bool {
      var line = Substring(line)
      while line.last?.isWhitespace == true { line.removeLast() }
      return line == "---"
    }
    guard let first = lines.first, isFence(first) else {
      (values, body, bodyLine) = (.map([:]), text, 1)
      return
    }
    guard let end = lines.dropFirst().firstIndex(where: isFence) else {
      throw .invalid(top, "the front matter has no end", hint: "close it with a line that is `---`")
    }
    let yaml = lines[1..<end].compactMap { String($0) }.joined(separator: "\n") + "\n"
    let node = try YAMLNode.parse(yaml, file: file, firstLine: 2)
    switch node.value {
    case .map: values = node.value
    case .null: values = .map([:])
    default: throw .invalid(node.place, "the front matter has to be keys and values, not \(node.kindName)")
    }
    body = lines[(end + 1)...].compactMap { String($0) }.joined(separator: "\n")
    bodyLine = end + 2
  }
}
