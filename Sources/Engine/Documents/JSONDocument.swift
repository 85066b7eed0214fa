/// JSON (RFC 8259), read into the same nodes as YAML: with the order of its keys, and with places, neither of which
/// Foundation's reader keeps.
enum JSONDocument {
  /// - Throws: `EngineError.invalid` with line and column.
  static func parse(_ text: String, file: String) throws(EngineError) -> YAMLNode {
    var reader = JSONReader(text, file: file)
    return try reader.document()
  }
}

private struct JSONReader {
  private let bytes: [UInt8]
  private let file: String
  private var offset = 0
  private var line = 1
  private var lineStart = 0

  private static let maximumDepth = 100

  init(_ text: String, file: String) {
    bytes = Array(text.utf8)
    self.file = file
    // Some editors put a byte order mark first.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  mutating func document() throws(EngineError) -> YAMLNode {
    let root = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw malformed("something stands behind the value") }
    return root
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }
  private var place: Place { Place(file: file, line: line, column: offset - lineStart + 1) }

  private func malformed(_ words: String) -> EngineError { .invalid(place, "not JSON: \(words)") }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      offset += 1
      if byte == 0x0A {
        line += 1
        lineStart = offset
      }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(EngineError) -> YAMLNode {
    skipSpace()
    guard depth < Self.maximumDepth else { throw malformed("values are nested too deep") }
    switch next {
    case UInt8(ascii: "{"): return try map(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""):
      let place = place
      let text = try string()
      return YAMLNode(content: .scalar(text, .string(text)), place: place)
    default: return try word()
    }
  }

  private mutating func map(depth: Int) throws(EngineError) -> YAMLNode {
    let start = place
    offset += 1
    var entries: [(key: String, place: Place, value: YAMLNode)] = []
    var places: [[UInt8]: Int] = [:]
    skipSpace()
    if take("}") { return YAMLNode(content: .map([]), place: start) }
    while true {
      skipSpace()
      let keyPlace = place
      guard next == UInt8(ascii: "\"") else { throw malformed("a key in quotes has to stand here") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw malformed("a `:` has to stand behind a key") }
      let value = try value(depth: depth + 1)
      // Of equal keys the last one counts, as most readers have it.
      if let earlier = places[Array(key.utf8)] {
        entries[earlier].value = value
      } else {
        places[Array(key.utf8)] = entries.count
        entries.append((key, keyPlace, value))
      }
      skipSpace()
      if take("}") { return YAMLNode(content: .map(entries), place: start) }
      guard take(",") else { throw malformed("a `,` or a `}` has to stand here") }
    }
  }

  private mutating func list(depth: Int) throws(EngineError) -> YAMLNode {
    let start = place
    offset += 1
    var items: [YAMLNode] = []
    skipSpace()
    if take("]") { return YAMLNode(content: .list([]), place: start) }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return YAMLNode(content: .list(items), place: start) }
      guard take(",") else { throw malformed("a `,` or a `]` has to stand here") }
    }
  }

  /// A number, or one of the words; Python writes NaN and Infinity as well.
  private mutating func word() throws(EngineError) -> YAMLNode {
    let start = place
    let first = offset
    while let byte = next, !" \t\n\r,:]}[{\"".utf8.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[first..<offset], as: UTF8.self)
    let value: Value
    switch text {
    case "null": value = .null
    case "true": value = .bool(true)
    case "false": value = .bool(false)
    case "NaN": value = .double(.nan)
    case "Infinity": value = .double(.infinity)
    case "-Infinity": value = .double(-.infinity)
    default:
      guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil else {
        offset = first
        throw malformed(text.isEmpty ? "a value has to stand here" : "`\(text)` is no value")
      }
      if text.utf8.contains(where: ".eE".utf8.contains) {
        value = .double(Double(text) ?? .nan)
      } else {
        // A whole number beyond 64 bits keeps its digits only as text.
        value = Int(text).map(Value.int) ?? .string(text)
      }
    }
    return YAMLNode(content: .scalar(text, value), place: start)
  }

  private mutating func string() throws(EngineError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        offset += 1
        text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw malformed("a control character has to be written as an escape")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw malformed("a text has no end")
  }

  private mutating func escape() throws(EngineError) -> Unicode.Scalar {
    let plain: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    guard let byte = next else { throw malformed("a text has no end") }
    offset += 1
    if let scalar = plain[byte] { return scalar }
    guard byte == UInt8(ascii: "u") else { throw malformed("no such escape") }
    let high = try fourDigits()
    // Characters beyond 16 bits are written as two escapes.
    if (0xD800..<0xDC00).contains(high), take("\\"), take("u") {
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw malformed("half of a character") }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }
    guard let scalar = Unicode.Scalar(high) else { throw malformed("half of a character") }
    return scalar
  }

  private mutating func fourDigits() throws(EngineError) -> UInt32 {
    let digits = bytes[offset..<min(offset + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed("four hexadecimal digits have to follow \\u") }
    offset += 4
    return number
  }
}
