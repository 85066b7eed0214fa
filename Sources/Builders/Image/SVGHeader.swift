import Foundation

/// The dimensions that an SVG's root element tells, from `width` and `height` or from its `viewBox`.
struct SVGHeader: Codable, Sendable {
  /// CSS pixels; nil where neither tells.
  let width: Int?
  let height: Int?

  /// nil where the text has no `<svg` element.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes.prefix(64 << 10), as: UTF8.self)
    guard let start = text.range(of: "<svg", options: .caseInsensitive),
      let end = text.range(of: ">", range: start.upperBound..<text.endIndex)
    else { return nil }
    let tag = text[start.upperBound..<end.lowerBound]
    let box = Self.attribute("viewBox", in: tag)?
      .split { $0 == "," || $0.isWhitespace }.compactMap { Double($0) }
    let boxSize = box.flatMap { $0.count == 4 && $0[2] > 0 && $0[3] > 0 ? (width: $0[2], height: $0[3]) : nil }
    let width = Self.attribute("width", in: tag).flatMap(Self.pixels)
    let height = Self.attribute("height", in: tag).flatMap(Self.pixels)
    switch (width, height, boxSize) {
    case (let width?, let height?, _): (self.width, self.height) = (Self.whole(width), Self.whole(height))
    case (let width?, nil, let box?):
      (self.width, self.height) = (Self.whole(width), Self.whole(width * box.height / box.width))
    case (nil, let height?, let box?):
      (self.width, self.height) = (Self.whole(height * box.width / box.height), Self.whole(height))
    case (_, _, let box?): (self.width, self.height) = (Self.whole(box.width), Self.whole(box.height))
    default: (self.width, self.height) = (nil, nil)
    }
  }

  private static func attribute(_ name: String, in tag: Substring) -> String? {
    var rest = tag
    while let found = rest.range(of: name + "=") {
      let isWhole = found.lowerBound == tag.startIndex || tag[tag.index(before: found.lowerBound)].isWhitespace
      rest = rest[found.upperBound...]
      guard isWhole, let quote = rest.first, quote == "\"" || quote == "'" else { continue }
      return String(rest.dropFirst().prefix { $0 != quote })
    }
    return nil
  }

  /// A length without a unit or in `px`; nil for the others, above all for percentages.
  private static func pixels(_ text: String) -> Double? {
    let number = text.hasSuffix("px") ? text.dropLast(2) : text[...]
    return Double(number).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func whole(_ length: Double) -> Int? {
    length.isFinite && length < 1e6 ? max(1, Int(length.rounded())) : nil
  }
}
