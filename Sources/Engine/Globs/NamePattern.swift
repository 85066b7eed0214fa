/// A pattern for one name of a path: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character that is meant itself.
package struct NamePattern: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    case anyScalar
    case anyText
    case set([ClosedRange<UInt32>], isNegated: Bool)
  }

  private let pieces: [Piece]
  /// As it is written.
  package let text: String

  /// nil for a `[` without its `]`.
  package init?(_ text: String) {
    var pieces: [Piece] = []
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": if pieces.last != .anyText { pieces.append(.anyText) }
      case "?": pieces.append(.anyScalar)
      case "\\": pieces.append(.scalar(rest.popFirst() ?? "\\"))
      case "[":
        guard let set = Self.readSet(&rest) else { return nil }
        pieces.append(set)
      default: pieces.append(.scalar(scalar))
      }
    }
    self.pieces = pieces
    self.text = text
  }

  /// A text that matches just this name, and has no backslash, which would mean itself in a text without patterns.
  package static func escaped(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "*", "?", "[", "{": text += "[\(scalar)]"
      case "\\": text += "[\\\\]"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func readSet(_ rest: inout ArraySlice<Unicode.Scalar>) -> Piece? {
    var ranges: [ClosedRange<UInt32>] = []
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var isFirst = true
    while let scalar = rest.popFirst() {
      if scalar == "]", !isFirst { return .set(ranges, isNegated: isNegated) }
      isFirst = false
      if scalar == "[", let named = readClass(&rest) {
        ranges += named
        continue
      }
      let low = scalar == "\\" ? rest.popFirst() ?? scalar : scalar
      var high = low
      if rest.first == "-", let end = rest.dropFirst().first, end != "]" {
        rest.removeFirst(2)
        high = end == "\\" ? rest.popFirst() ?? end : end
      }
      if low.value <= high.value { ranges.append(low.value...high.value) }
    }
    return nil
  }

  /// `[:digit:]` within a set, its `[` already read; nil where it is no class.
  private static func readClass(_ rest: inout ArraySlice<Unicode.Scalar>) -> [ClosedRange<UInt32>]? {
    guard rest.first == ":", let end = rest.dropFirst().firstIndex(of: ":"), rest[(end + 1)...].first == "]" else {
      return nil
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: rest[(rest.startIndex + 1)..<end])
    guard let ranges = classes[String(name)] else { return nil }
    rest = rest[(end + 2)...]
    return ranges
  }

  /// POSIX's classes, in the C locale.
  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "digit": [0x30...0x39], "upper": [0x41...0x5A], "lower": [0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    "space": [0x09...0x0D, 0x20...0x20], "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F],
    "print": [0x20...0x7E], "graph": [0x21...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
  ]

  /// The one name that matches, where there is only one.
  package var literal: String? {
    var text = String.UnicodeScalarView()
    for piece in pieces {
      guard case .scalar(let scalar) = piece else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  /// The one name that matches, in sets of one character, too.
  var onlyName: String? {
    var text = String.UnicodeScalarView()
    for piece in pieces {
      switch piece {
      case .scalar(let scalar): text.append(scalar)
      case .set(let ranges, isNegated: false):
        guard ranges.count == 1, ranges[0].count == 1, let scalar = Unicode.Scalar(ranges[0].lowerBound) else {
          return nil
        }
        text.append(scalar)
      case .set, .anyScalar, .anyText: return nil
      }
    }
    return String(text)
  }

  package func matches(_ name: String) -> Bool {
    let name = Array(name.unicodeScalars)
    // Greedy with one way back: to the last `*`, which then takes one scalar more.
    var place = 0
    var piece = 0
    var star: (piece: Int, place: Int)?
    while place < name.count {
      if piece < pieces.count, pieces[piece] == .anyText {
        star = (piece, place)
        piece += 1
      } else if piece < pieces.count, accepts(pieces[piece], name[place]) {
        piece += 1
        place += 1
      } else if let last = star {
        piece = last.piece + 1
        place = last.place + 1
        star = (last.piece, place)
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { $0 == .anyText }
  }

  /// Whether one name could match both.
  /// - Complexity: O(characters × the other's characters).
  package func mayMeet(_ other: NamePattern) -> Bool {
    let left = pieces
    let right = other.pieces
    // meets[j]: whether the rest of `left` from the row's place and the rest of `right` from j have a name in common.
    var meets = Array(repeating: false, count: right.count + 1)
    for i in stride(from: left.count, through: 0, by: -1) {
      let below = meets
      for j in stride(from: right.count, through: 0, by: -1) {
        let first = i < left.count ? left[i] : nil
        let second = j < right.count ? right[j] : nil
        meets[j] =
          switch (first, second) {
          case (nil, nil): true
          case (.anyText, _): below[j] || (j < right.count && meets[j + 1])
          case (_, .anyText): meets[j + 1] || (i < left.count && below[j])
          case (nil, _), (_, nil): false
          case (let first?, let second?): Self.shareScalar(first, second) && below[j + 1]
          }
      }
    }
    return meets[0]
  }

  /// Whether one character could match both. Of two sets it may say yes too often.
  private static func shareScalar(_ one: Piece, _ other: Piece) -> Bool {
    switch (one, other) {
    case (.anyScalar, _), (_, .anyScalar), (.anyText, _), (_, .anyText): true
    case (.scalar(let scalar), .scalar(let same)): scalar == same
    case (.scalar(let scalar), .set(let ranges, let isNegated)),
      (.set(let ranges, let isNegated), .scalar(let scalar)):
      ranges.contains { $0.contains(scalar.value) } != isNegated
    case (.set(let ranges, isNegated: false), .set(let others, isNegated: false)):
      ranges.contains { range in others.contains(where: range.overlaps) }
    case (.set, .set): true
    }
  }

  private func accepts(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
    switch piece {
    case .scalar(let wanted): wanted == scalar
    case .anyScalar: true
    case .anyText: false
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar.value) } != isNegated
    }
  }
}

extension NamePattern {
  /// `*`
  package static let any = NamePattern(pieces: [.anyText], text: "*")

  private init(pieces: [Piece], text: String) {
    self.pieces = pieces
    self.text = text
  }
}
