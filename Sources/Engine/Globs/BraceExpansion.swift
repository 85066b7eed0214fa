/// `{a,b}` in a pattern: either. Braces may be nested; `\\` and `[…]` keep them from meaning anything.
enum BraceExpansion {
  private static let maximum = 1000

  /// All texts that the braces stand for, in their order.
  /// - Throws: `EngineError.invalid` for a brace that is not closed, or more than a thousand texts.
  static func expand(_ text: String, at place: Place) throws(EngineError) -> [String] {
    var pending = [Array(text.unicodeScalars)]
    var finished: [String] = []
    while let current = pending.popLast() {
      guard let braces = try Braces(current, text, at: place) else {
        finished.append(string(current[...]))
        continue
      }
      let before = current[..<braces.open]
      let after = current[(braces.close + 1)...]
      for choice in braces.choices.reversed() { pending.append(Array(before + current[choice] + after)) }
      guard pending.count + finished.count <= maximum else {
        throw .invalid(place, "`\(text)` stands for more than \(maximum) patterns")
      }
    }
    return finished
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The first pair of braces of a text, and the places of what stands between its commas.
  private struct Braces {
    let open: Int
    let close: Int
    let choices: [Range<Int>]

    /// nil where there is none.
    init?(_ scalars: [Unicode.Scalar], _ text: String, at place: Place) throws(EngineError) {
      var open: Int?
      var depth = 0
      var start = 0
      var choices: [Range<Int>] = []
      var position = 0
      while position < scalars.count {
        switch scalars[position] {
        case "\\": position += 1
        case "[": position = Self.endOfSet(scalars, from: position)
        case "{":
          depth += 1
          if open == nil {
            open = position
            start = position + 1
          }
        case "," where depth == 1:
          choices.append(start..<position)
          start = position + 1
        case "}" where depth > 0:
          depth -= 1
          if depth == 0, let open {
            self.open = open
            close = position
            self.choices = choices + [start..<position]
            return
          }
        default: break
        }
        position += 1
      }
      guard depth == 0 else { throw .invalid(place, "`\(text)` has a `{` without its `}`") }
      return nil
    }

    /// The place of the `]` that ends a set, or the start where nothing ends it.
    private static func endOfSet(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
      var position = start + 1
      if position < scalars.count, scalars[position] == "!" || scalars[position] == "^" { position += 1 }
      // A `]` that comes first is one of the set.
      if position < scalars.count, scalars[position] == "]" { position += 1 }
      while position < scalars.count, scalars[position] != "/" {
        if scalars[position] == "]" { return position }
        position += scalars[position] == "\\" ? 2 : 1
      }
      return start
    }
  }
}
