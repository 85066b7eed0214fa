import Store

/// `${name.part[0]}` in a text, by the rules of DVC's templates; `\${` means `${`.
struct Interpolation {
  /// What stands in the braces: a variable's name, then what to take out of it.
  struct Reference: Equatable {
    let text: String
    let names: [String]
  }

  private enum Piece {
    case text(Substring)
    case reference(Reference)
  }

  private let pieces: [Piece]
  private let place: Place

  /// Whether a text can be affected at all.
  static func concerns(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "$")) }

  /// - Throws: `EngineError.invalid` for braces that hold no reference.
  init(_ text: String, at place: Place) throws(EngineError) {
    var pieces: [Piece] = []
    var rest = text[...]
    var literalStart = rest.startIndex
    var previous: Unicode.Scalar?
    while let first = rest.unicodeScalars.first {
      if first == "$", previous != "\\", let inner = Self.braced(rest) {
        pieces.append(.text(text[literalStart..<rest.startIndex]))
        pieces.append(.reference(try Self.reference(String(inner), at: place)))
        rest = text[text.unicodeScalars.index(after: inner.endIndex)...]
        literalStart = rest.startIndex
        previous = "}"
      } else {
        rest = text[text.unicodeScalars.index(after: rest.startIndex)...]
        previous = first
      }
    }
    pieces.append(.text(text[literalStart...]))
    self.pieces = pieces
    self.place = place
  }

  var hasReferences: Bool { pieces.count > 1 }

  /// The reference that the text consists of, if it is nothing else.
  var only: Reference? {
    guard pieces.count == 3, case .text(let before) = pieces[0], case .reference(let reference) = pieces[1],
      case .text(let after) = pieces[2], before.isEmpty, after.isEmpty
    else { return nil }
    return reference
  }

  /// The text with every reference replaced.
  func resolve(_ value: (Reference) throws(EngineError) -> String) throws(EngineError) -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .reference(let reference): result += try value(reference)
      }
    }
    return replacingBytes(result, "\\${", with: "${")
  }

  /// What stands between `${` at the beginning and the first `}` on the same line.
  private static func braced(_ text: Substring) -> Substring? {
    let scalars = text.unicodeScalars
    guard scalars.starts(with: "${".unicodeScalars) else { return nil }
    let start = scalars.index(scalars.startIndex, offsetBy: 2)
    guard let end = scalars[start...].firstIndex(where: { $0 == "}" || $0 == "\n" }), scalars[end] == "}" else {
      return nil
    }
    return text[start..<end]
  }

  /// `a.b[0].c` → a, b, 0, c. Space around a name does not count.
  static func reference(_ text: String, at place: Place) throws(EngineError) -> Reference {
    var names: [String] = []
    var word = ""
    var isInBrackets = false
    /// After `]` only `.`, `[` or the end may come.
    var isClosed = false
    func malformed() -> EngineError {
      .invalid(
        place, "`${\(text)}` names no variable",
        hint: "write ${name}, ${name.key} or ${name[0]}; \\${ stands for a ${ that is to stay")
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "." where !isInBrackets, "[" where !isInBrackets:
        guard isClosed || !word.isEmpty else { throw malformed() }
        if !isClosed { names.append(word) }
        word = ""
        isInBrackets = scalar == "["
        isClosed = false
      case "]" where isInBrackets:
        guard !word.isEmpty else { throw malformed() }
        names.append(word)
        word = ""
        isInBrackets = false
        isClosed = true
      case ".", "[", "]": throw malformed()
      default:
        if isClosed, scalar.properties.isWhitespace { continue }
        guard !isClosed else { throw malformed() }
        word.unicodeScalars.append(scalar)
      }
    }
    guard !isInBrackets, isClosed || !word.isEmpty else { throw malformed() }
    if !isClosed { names.append(word) }
    return Reference(text: text, names: names.map(trimmed))
  }

  private static func trimmed(_ text: String) -> String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    var scalars = Substring(text).unicodeScalars
    while scalars.first.map(isSpace) == true { scalars.removeFirst() }
    while scalars.last.map(isSpace) == true { scalars.removeLast() }
    return String(scalars)
  }
}
