/// A stage's name in `pipeline.yaml`.
package struct StageName: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let string: String

  /// nil unless it is made of letters, digits, `-` and `_`.
  package init?(_ text: String) {
    let isValid = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isValid, !text.isEmpty else { return nil }
    string = text
  }

  package static func < (left: StageName, right: StageName) -> Bool { left.string < right.string }
  package var description: String { string }

  package init(from decoder: any Decoder) throws {
    string = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(string)
  }
}

/// One action: `stage`, or `stage@item` where the stage fans out.
package struct ActionName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let stage: StageName
  /// The input that the stage is applied to, as its path; nil for a stage that runs once.
  package let item: String?

  package init(stage: StageName, item: String? = nil) {
    self.stage = stage
    self.item = item
  }

  /// The inverse of `description`; nil where the stage's part is no stage name.
  package init?(_ text: String) {
    let parts = text.unicodeScalars.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let stage = StageName(String(first)) else { return nil }
    self.init(stage: stage, item: parts.count == 2 ? String(parts[1]) : nil)
  }

  package var description: String { item.map { "\(stage)@\($0)" } ?? stage.string }

  package static func == (left: ActionName, right: ActionName) -> Bool {
    left.stage == right.stage && left.item.map { Array($0.utf8) } == right.item.map { Array($0.utf8) }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(stage)
    for byte in (item ?? "").utf8 { hasher.combine(byte) }
  }

  package static func < (left: ActionName, right: ActionName) -> Bool {
    left.stage != right.stage
      ? left.stage < right.stage
      : (left.item ?? "").utf8.lexicographicallyPrecedes((right.item ?? "").utf8)
  }
}
