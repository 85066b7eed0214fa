import Store

/// Text that would keep the YAML parser busy for ever, or overflow its stack, refused before it is parsed.
/// Front matter comes from uploads, so it can be hostile.
enum YAMLHazard {
  private static let maximumNesting = 1000
  private static let maximumIndent = 100_000

  /// - Throws: `EngineError.invalid` with the line.
  static func refuse(_ text: String, file: String, firstLine: Int) throws(EngineError) {
    var hasAnchor = false
    for (number, line) in textLines(text).enumerated() {
      let place = Place(file: file, line: firstLine + number, column: 1)
      if nesting(of: line) > maximumNesting || line.utf8.prefix(while: { $0 == 32 }).count > maximumIndent {
        throw .invalid(place, "nested too deep")
      }
      if line.utf8.contains(UInt8(ascii: "&")), line.contains(anchor) { hasAnchor = true }
      // The parser compares keys by all that they hold; with aliases in them that grows without bound.
      if hasAnchor, line.contains(collectionKey) || line.contains(aliasKey) {
        throw .invalid(place, "a key has to be plain text", hint: "aliases (*name) may stand as values only")
      }
    }
  }

  /// How many collections a line opens without anything between them.
  private static func nesting(of line: String) -> Int {
    var deepest = 0
    var open = 0
    for byte in line.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): open += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"): break
      default: open = 0
      }
      deepest = max(deepest, open)
    }
    return deepest
  }

  /// `&name` where a node may begin.
  private static nonisolated(unsafe) let anchor = /(^|[\s\[{,:?-])&[A-Za-z0-9_-]+(\s|$|[,\]}])/
  /// `? key`, or `]:` and `}:` behind a list or map.
  private static nonisolated(unsafe) let collectionKey = /(^|[\s\[{,-])\?(\s|$)|[\]}]\s*:(\s|$|[,\]}])/
  /// `*name :`
  private static nonisolated(unsafe) let aliasKey = /\*[A-Za-z0-9_-]+\s*:(\s|$)/
}
