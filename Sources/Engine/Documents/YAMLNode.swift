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
  /// Whether it stands for a variable that a template took it from.
  package var isSelected = false
  /// Of a map, the keys that are numbers, truth values or nothing, by their canonical text.
  package var oddKeys: Set<String> = []

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
      var entries = Entries()
      for (key, value) in mapping {
        let keyPlace = Place(
          file: file, line: (key.mark?.line ?? place.line - offset) + offset,
          column: key.mark?.column ?? place.column)
        guard case .scalar(let name) = key else { throw .invalid(keyPlace, "a key has to be plain text") }
        let converted = try convert(value, file: file, offset: offset, depth: depth + 1, budget: &budget)
        if name.string == "<<", name.style == .plain {
          try entries.merge(converted)
        } else {
          let typed = YAMLNode(content: .scalar(name.string, self.value(of: key, name)), place: keyPlace)
          entries.add(typed, converted)
        }
      }
      return YAMLNode(content: .map(entries.all), place: place, oddKeys: entries.odd)
    case .alias:
      throw .invalid(place, "this alias (*name) refers to nothing")
    }
  }

  /// A map's entries while they are read.
  private struct Entries {
    /// What `<<` brings in, which a map's own entries override.
    private var merged: [(key: String, place: Place, value: YAMLNode)] = []
    private var own: [(key: String, place: Place, value: YAMLNode)] = []
    private(set) var odd: Set<String> = []

    /// What is merged stands first, as readers in Python have it.
    var all: [(key: String, place: Place, value: YAMLNode)] {
      guard !merged.isEmpty else { return own }
      var rest = own
      let first = merged.map { entry in
        rest.firstIndex { $0.key == entry.key }.map { rest.remove(at: $0) } ?? entry
      }
      return first + rest
    }

    /// Numbers and truth values are keys by their canonical text.
    mutating func add(_ key: YAMLNode, _ value: YAMLNode) {
      let text = key.templateText
      if key.value.string == nil { odd.insert(text) }
      own.append((text, key.place, value))
    }

    /// `<<: *name`, or a list of such; of equal keys the first one's value counts.
    mutating func merge(_ node: YAMLNode) throws(EngineError) {
      switch node.content {
      case .map(let entries):
        for entry in entries where !merged.contains(where: { $0.key == entry.key }) { merged.append(entry) }
        odd.formUnion(node.oddKeys)
      case .list(let items): for item in items { try merge(item) }
      case .scalar: throw .invalid(node.place, "`<<` takes a map, or a list of maps, not \(node.kindName)")
      }
    }
  }

  /// YAML 1.2's core schema: quoted text is text; of plain words only these mean something else.
  private static func value(of node: Node, _ scalar: Node.Scalar) -> Value {
    let text = scalar.string
    let tag = node.tag.description
    // Yams takes 089 for a float by itself.
    if tag == Tag.Name.float.rawValue, !text.hasPrefix("0"), let number = integer(text) {
      return .double(Double(number))
    }
    guard scalar.style == .plain || scalar.style == .any, !isTaggedText(node, scalar) else {
      return tag == Tag.Name.int.rawValue ? integer(text).map(Value.int) ?? .string(text) : .string(text)
    }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
    if let number = integer(text) { return .int(number) }
    switch text.lowercased() {
    case ".inf", "+.inf": return .double(.infinity)
    case "-.inf": return .double(-.infinity)
    case ".nan": return .double(.nan)
    default: break
    }
    let digits = text.filter { $0 != "_" }
    // A whole number beyond 64 bits keeps its digits only as text.
    guard digits.utf8.contains(where: ".eE".utf8.contains),
      digits.utf8.allSatisfy("+-.eE0123456789".utf8.contains), digits.utf8.contains(where: { (48...57).contains($0) }),
      let number = Double(digits.hasPrefix("+") ? String(digits.dropFirst()) : digits)
    else { return .string(text) }
    return .double(number)
  }

  /// Decimal, `0x1F`, `0o17` or `0b11`, with `_` between digits, as YAML's readers in Python have it.
  private static func integer(_ text: String) -> Int? {
    var digits = Substring(text.filter { $0 != "_" })
    var isNegative = false
    if let sign = digits.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      digits.removeFirst()
    }
    guard let first = digits.utf8.first, (48...57).contains(first) else { return nil }
    var radix = 10
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      radix = base
      digits.removeFirst(2)
    }
    guard digits.first != "-", digits.first != "+" else { return nil }
    return Int((isNegative ? "-" : "") + digits, radix: radix)
  }

  /// `!!str 12`: a number that is to be text. Yams takes +.5 for text by itself.
  private static func isTaggedText(_ node: Node, _ scalar: Node.Scalar) -> Bool {
    node.tag.description == Tag.Name.str.rawValue && scalar.string.utf8.first.map("+-.0123456789".utf8.contains) == true
      && Double(scalar.string) != nil && !scalar.string.hasPrefix("+.")
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
  /// An entry of a map; nil where there is none, or the node is no map.
  package func entry(_ key: String) -> (place: Place, value: YAMLNode)? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }.map { ($0.place, $0.value) }
  }

  /// The entry that comes after another one.
  package func entry(after key: String) -> (place: Place, value: YAMLNode)? {
    guard case .map(let entries) = content, let position = entries.firstIndex(where: { $0.key == key }),
      position + 1 < entries.count
    else { return nil }
    return (entries[position + 1].place, entries[position + 1].value)
  }

  /// The same without keys that are no text, at any depth: templates can name no others.
  package var withTextKeysOnly: YAMLNode {
    switch content {
    case .scalar: return self
    case .list(let items):
      return YAMLNode(content: .list(items.map(\.withTextKeysOnly)), place: place, isSelected: isSelected)
    case .map(let entries):
      let kept = entries.filter { !oddKeys.contains($0.key) }.map { ($0.key, $0.place, $0.value.withTextKeysOnly) }
      return YAMLNode(content: .map(kept), place: place, isSelected: isSelected)
    }
  }

  package var isMap: Bool { if case .map = content { true } else { false } }
  package var isScalar: Bool { if case .scalar = content { true } else { false } }

  /// A single value as it stands in a text that a template makes: `true`, `None`, `0.1`.
  package var templateText: String {
    if case .scalar(_, .bool(let flag)) = content { return flag ? "true" : "false" }
    return pythonText
  }

  /// A single value as Python prints it, which is what templates written for DVC count on.
  package var pythonText: String {
    guard case .scalar(let text, let value) = content else { return "" }
    return switch value {
    case .null: "None"
    case .bool(let flag): flag ? "True" : "False"
    case .int(let number): String(number)
    case .double(let number): Self.pythonText(number)
    case .string, .list, .map: text
    }
  }

  /// The shortest digits that mean the number; an exponent from 1e16 on, and below 1e-4.
  private static func pythonText(_ number: Double) -> String {
    let isWholeBelowExponent = number.magnitude >= 0x1p53 && number.magnitude < 1e16
    return isWholeBelowExponent ? "\(Int(number)).0" : "\(number)"
  }

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
