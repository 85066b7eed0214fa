/// A pattern for one name of a path: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character that is meant itself.
package struct NamePattern: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    case anyScalar
    case anyText
    case set([ClosedRange<UInt32>], isNegated: Bool)
  }

  private let pieces: [Piece]

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
  }

  private static func readSet(_ rest: inout ArraySlice<Unicode.Scalar>) -> Piece? {
    var ranges: [ClosedRange<UInt32>] = []
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var isFirst = true
    while let scalar = rest.popFirst() {
      if scalar == "]", !isFirst { return .set(ranges, isNegated: isNegated) }
      isFirst = false
      let low = scalar == "\\" ? rest.popFirst() ?? scalar : scalar
      var high = low
      if rest.first == "-", let end = rest.dropFirst().first, end != "]" {
        rest.removeFirst(2)
        high = end
      }
      if low.value <= high.value { ranges.append(low.value...high.value) }
    }
    return nil
  }

  /// The one name that matches, where there is only one.
  package var literal: String? {
    var text = String.UnicodeScalarView()
    for piece in pieces {
      guard case .scalar(let scalar) = piece else { return nil }
      text.append(scalar)
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
  package static let any = NamePattern(pieces: [.anyText])

  private init(pieces: [Piece]) { self.pieces = pieces }
}
