/// The dimensions that an SVG's root element tells, from `width` and `height` or from its `viewBox`.
struct SVGHeader: Codable, Sendable {
  /// CSS pixels; nil where neither tells.
  let width: Int?
  let height: Int?

  /// nil where the first 64 KiB have no `<svg` element.
  init?(_ bytes: [UInt8]) {
    guard let attributes = Self.rootAttributes(of: String(decoding: bytes.prefix(64 << 10), as: UTF8.self)) else {
      return nil
    }
    let box = attributes["viewBox"]?.split { $0 == "," || $0.isWhitespace }.compactMap { Double($0) } ?? []
    let ratio = box.count == 4 && box[2] > 0 && box[3] > 0 ? box[3] / box[2] : nil
    let width = attributes["width"].flatMap(Self.pixels)
    let height = attributes["height"].flatMap(Self.pixels)
    switch (width, height, ratio) {
    case (let width?, let height?, _): (self.width, self.height) = (Self.whole(width), Self.whole(height))
    case (let width?, nil, let ratio?): (self.width, self.height) = (Self.whole(width), Self.whole(width * ratio))
    case (nil, let height?, let ratio?): (self.width, self.height) = (Self.whole(height / ratio), Self.whole(height))
    case (nil, nil, .some): (self.width, self.height) = (Self.whole(box[2]), Self.whole(box[3]))
    default: (self.width, self.height) = (nil, nil)
    }
  }

  /// The attributes of the first `<svg>` that is not in a comment.
  private static func rootAttributes(of text: String) -> [String: String]? {
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      rest = rest[open...]
      if rest.hasPrefix("<!--") {
        guard let end = rest.firstRange(of: "-->") else { return nil }
        rest = rest[end.upperBound...]
      } else {
        rest = rest.dropFirst()
        let name = rest.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
        // The name may have a namespace's prefix: `svg:svg`.
        if name.split(separator: ":").last == "svg" { return attributes(in: rest.dropFirst(name.count)) }
      }
    }
    return nil
  }

  /// `name = "value"`, as long as there are any.
  private static func attributes(in text: Substring) -> [String: String] {
    var found: [String: String] = [:]
    var rest = text
    while true {
      rest = rest.drop { $0.isWhitespace }
      let name = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" && $0 != "/" }
      rest = rest.dropFirst(name.count).drop { $0.isWhitespace }
      guard !name.isEmpty, rest.first == "=" else { return found }
      rest = rest.dropFirst().drop { $0.isWhitespace }
      guard let quote = rest.popFirst(), quote == "\"" || quote == "'" else { return found }
      let value = rest.prefix { $0 != quote }
      found[String(name)] = String(value)
      rest = rest.dropFirst(value.count + 1)
    }
  }

  /// A length without a unit or in `px`; nil for the others, above all for percentages.
  private static func pixels(_ text: String) -> Double? {
    let length = text.trimmingSpaces
    return Double(length.hasSuffix("px") ? String(length.dropLast(2)) : length).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func whole(_ length: Double) -> Int? {
    length.isFinite && length < 1e6 ? max(1, Int(length.rounded())) : nil
  }
}
