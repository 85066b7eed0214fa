internal import CToml

/// TOML 1.0, read by toml++ into the same nodes as YAML.
enum TOMLDocument {
  /// - Throws: `EngineError.invalid` with line and column.
  static func parse(_ text: String, file: String) throws(EngineError) -> YAMLNode {
    let builder = NodeBuilder(file: file)
    var line: UInt32 = 0
    var column: UInt32 = 0
    var message = [CChar](repeating: 0, count: 512)
    var text = text
    let failure = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        ctoml_parse(
          characters.baseAddress, characters.count,
          { context, event, text, size, line, column in
            guard let context else { return }
            let words = UnsafeBufferPointer(start: text, count: size)
            Unmanaged<NodeBuilder>.fromOpaque(context).takeUnretainedValue().take(
              event, String(decoding: words.map { UInt8(bitPattern: $0) }, as: UTF8.self), Int(line), Int(column))
          },
          Unmanaged.passUnretained(builder).toOpaque(), &line, &column, &message, message.count)
      }
    }
    guard failure == 0, let root = builder.root else {
      let words = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw .invalid(Place(file: file, line: Int(line), column: Int(column)), "not TOML: \(words)")
    }
    return root
  }
}

/// Puts events together to nodes.
private final class NodeBuilder {
  /// A table or list whose end has not come.
  private struct Open {
    let place: Place
    let isTable: Bool
    var items: [YAMLNode] = []
    var entries: [(key: String, place: Place, value: YAMLNode)] = []
    var key: (text: String, place: Place)?
  }

  private let file: String
  private var open: [Open] = []
  private(set) var root: YAMLNode?

  init(file: String) { self.file = file }

  func take(_ event: ctoml_event, _ text: String, _ line: Int, _ column: Int) {
    // Tables that only dotted keys imply have no place of their own.
    let place = Place(file: file, line: max(1, line), column: max(1, column))
    switch event {
    case ctoml_table_begins: open.append(Open(place: place, isTable: true))
    case ctoml_list_begins: open.append(Open(place: place, isTable: false))
    case ctoml_key: open[open.count - 1].key = (text, place)
    case ctoml_ends:
      let done = open.removeLast()
      add(YAMLNode(content: done.isTable ? .map(done.entries) : .list(done.items), place: done.place))
    case ctoml_boolean: add(YAMLNode(content: .scalar(text, .bool(text == "true")), place: place))
    case ctoml_integer: add(YAMLNode(content: .scalar(text, .int(Int(text) ?? 0)), place: place))
    case ctoml_float: add(YAMLNode(content: .scalar(text, .double(Double(text) ?? .nan)), place: place))
    default: add(YAMLNode(content: .scalar(text, .string(text)), place: place))
    }
  }

  private func add(_ node: YAMLNode) {
    guard let last = open.indices.last else {
      root = node
      return
    }
    if let key = open[last].key, open[last].isTable {
      open[last].entries.append((key.text, key.place, node))
      open[last].key = nil
    } else {
      open[last].items.append(node)
    }
  }
}
