import Store

/// A map in a command: `{lr: 1, name: a b, verbose: true}` → `--lr 1 --name 'a b' --verbose`.
struct CommandArguments {
  private(set) var text = ""

  init(_ map: YAMLNode, at place: Place) throws(EngineError) {
    var words: [String] = []
    try Self.add(map, prefix: "", at: place, to: &words)
    text = words.joined(separator: " ")
  }

  private static func add(
    _ node: YAMLNode, prefix: String, at place: Place, to words: inout [String]
  ) throws(EngineError) {
    guard case .map(let entries) = node.content else { return }
    for entry in entries {
      let name = prefix + entry.key
      switch entry.value.content {
      case .map: try add(entry.value, prefix: name + ".", at: place, to: &words)
      case .scalar(_, .bool(let flag)): if flag { words.append("--\(name)") }
      case .scalar: words += ["--\(name)", argument(entry.value)]
      case .list(let items):
        guard items.allSatisfy(\.isScalar) else {
          throw .invalid(place, "`\(name)`: a list of lists or maps cannot become options")
        }
        if !items.isEmpty { words += ["--\(name)"] + items.map(argument) }
      }
    }
  }

  private static func argument(_ node: YAMLNode) -> String {
    guard case .scalar(let text, .string) = node.content else { return node.pythonText }
    return shellQuoted(text)
  }
}

/// One word of a shell's command line.
package func shellQuoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "@%+=:,./-_".utf8.contains(byte)
    }
  }
  if isPlain, !text.isEmpty { return text }
  return "'" + replacingBytes(text, "'", with: "'\"'\"'") + "'"
}
