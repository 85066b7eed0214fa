import Store
import Yams

/// A YAML node that knows its place. Aliases are expanded, within a bound.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// The text, and the value that YAML's core schema gives it.
    case scalar(String, Value)
    case list([YAMLNode])
    case map([(key: String, place: Place, value: YAMLNode)])
  }

  package let content: Content
  package let place: Place

  /// Values in one document, aliases expanded: far above any pipeline, far below a bomb's harm.
  private static let maximumValues = 200_000
  private static let maximumDepth = 100

  /// - Parameters:
  ///   - file: the name for messages.
  ///   - firstLine: the line of `file` that the text begins on.
  /// - Throws: `EngineError.invalid` with line and column.
  package static func parse(_ text: String, file: String, firstLine: Int = 1) throws(EngineError) -> YAMLNode {
    try YAMLHazard.refuse(text, file: file, firstLine: firstLine)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw invalid(error, text, file: file, firstLine: firstLine)
    } catch {
      throw .invalid(Place(file: file, line: firstLine, column: 1), "not YAML: \(error)")
    }
    let start = Place(file: file, line: firstLine, column: 1)
    guard let root else { return YAMLNode(content: .scalar("", .null), place: start) }
    var budget = maximumValues
    return try convert(root, file: file, offset: firstLine - 1, depth: 0, budget: &budget)
  }

  private static func convert(
    _ node: Node, file: String, offset: Int, depth: Int, budget: inout Int
  ) throws(EngineError) -> YAMLNode {
    let place = Place(file: file, line: (node.mark?.line ?? 1) + offset, column: node.mark?.column ?? 1)
    budget -= 1
    guard budget > 0, depth < maximumDepth else {
      throw .invalid(
        place, "the document expands to too many values",
        hint: "aliases (*name) that repeat each other multiply; write the values out")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(content: .scalar(scalar.string, value(of: node, scalar)), place: place)
    case .sequence(let sequence):
      var items: [YAMLNode] = []
      for item in sequence {
        items.append(try convert(item, file: file, offset: offset, depth: depth + 1, budget: &budget))
      }
      return YAMLNode(content: .list(items), place: place)
    case .mapping(let mapping):
      var entries: [(key: String, place: Place, value: YAMLNode)] = []
      for (key, value) in mapping {
        let keyPlace = Place(
          file: file, line: (key.mark?.line ?? place.line - offset) + offset,
          column: key.mark?.column ?? place.column)
        guard case .scalar(let name) = key else { throw .invalid(keyPlace, "a key has to be plain text") }
        let converted = try convert(value, file: file, offset: offset, depth: depth + 1, budget: &budget)
        entries.append((name.string, keyPlace, converted))
      }
      return YAMLNode(content: .map(entries), place: place)
    case .alias:
      throw .invalid(place, "this alias (*name) refers to nothing")
    }
  }

  /// YAML 1.2's core schema: quoted text is text; of plain words only these mean something else.
  private static func value(of node: Node, _ scalar: Node.Scalar) -> Value {
    guard scalar.style == .plain || scalar.style == .any, !isTaggedText(node, scalar) else {
      return .string(scalar.string)
    }
    let text = scalar.string
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
    if let number = Int(text), number >= 0 || text.hasPrefix("-") { return .int(number) }
    if text.utf8.allSatisfy("+-.eE0123456789".utf8.contains), let number = Double(text) { return .double(number) }
    return .string(text)
  }

  /// `!!str 12`: a number that is to be text.
  private static func isTaggedText(_ node: Node, _ scalar: Node.Scalar) -> Bool {
    node.tag.description == Tag.Name.str.rawValue && scalar.string.utf8.first.map("+-.0123456789".utf8.contains) == true
      && Double(scalar.string) != nil
  }

  private static func invalid(_ error: YamlError, _ text: String, file: String, firstLine: Int) -> EngineError {
    func place(_ mark: Mark) -> Place {
      Place(file: file, line: mark.line + firstLine - 1, column: mark.column)
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .invalid(place(mark), "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "`\($0)`" }.joined(separator: ", ")
      let again = secondPlace(of: duplicates.first ?? "", after: context.mark, in: text)
      return .invalid(
        Place(file: file, line: again.line + firstLine - 1, column: again.column), "a key stands twice: \(names)")
    default:
      return .invalid(Place(file: file, line: firstLine, column: 1), "not YAML: \(error)")
    }
  }

  /// Where a key that stands at a mark stands again: on the same line, or at the same indent below; else the mark.
  private static func secondPlace(of key: String, after mark: Mark, in text: String) -> (line: Int, column: Int) {
    func isKey(_ rest: Substring) -> Bool {
      rest.hasPrefix(key) && rest.dropFirst(key.count).drop { $0 == " " }.first == ":"
    }
    let lines = textLines(text)
    if lines.indices.contains(mark.line - 1) {
      let line = lines[mark.line - 1]
      for start in line.indices.dropFirst(mark.column) where isKey(line[start...]) {
        let before = line[..<start].last { $0 != " " }
        if before == "," || before == "{" {
          return (mark.line, line.distance(from: line.startIndex, to: start) + 1)
        }
      }
    }
    let indent = String(repeating: " ", count: max(0, mark.column - 1))
    let below = lines.indices.dropFirst(mark.line).first { number in
      lines[number].hasPrefix(indent) && isKey(lines[number].dropFirst(indent.count))
    }
    return (below.map { $0 + 1 } ?? mark.line, mark.column)
  }
}

extension YAMLNode {
  package var value: Value {
    switch content {
    case .scalar(_, let value): value
    case .list(let items): .list(items.map(\.value))
    case .map(let entries):
      .map(Dictionary(entries.map { ($0.key, $0.value.value) }, uniquingKeysWith: { _, last in last }))
    }
  }

  /// What the node is, for messages.
  package var kindName: String {
    switch content {
    case .scalar(_, .null): "nothing"
    case .scalar: "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }
}
