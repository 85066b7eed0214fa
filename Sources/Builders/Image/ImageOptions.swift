import Engine
import ImageWire

/// What an image stage is told to make of each source.
struct ImageOptions: Sendable {
  enum Format: String, Sendable, CaseIterable {
    case webp, jpeg, png
    /// The source's own family: the fallback for browsers that know nothing newer.
    case original
  }

  /// Rising.
  let widths: [Int]
  let formats: [Format]
  let webpQuality: Int
  let webpEffort: Int
  let jpegQuality: Int

  init(_ options: OptionReader) throws(EngineError) {
    let widths = try options.integers("widths", in: 1...16383) ?? [480, 700, 1024, 1400]
    guard !widths.isEmpty else {
      throw .invalid(options.placeOf("widths"), "`widths` names no width", hint: "for example: widths: [480, 1024]")
    }
    self.widths = Array(Set(widths)).sorted()
    var formats: [Format] = []
    for (text, place) in try options.strings("formats") {
      guard let format = Format(rawValue: text) else {
        let known = Format.allCases.map(\.rawValue)
        throw .invalid(
          place, "`formats` knows no `\(text)`",
          hint: nearMiss(text, among: known).map { "did you mean `\($0)`?" }
            ?? "it knows \(known.joined(separator: ", "))")
      }
      if !formats.contains(format) { formats.append(format) }
    }
    self.formats = formats.isEmpty ? [.webp, .original] : formats
    let quality = try options.node("quality").map { node throws(EngineError) in
      try OptionReader(node, subject: "`quality`")
    }
    webpQuality = try quality?.integer("webp", in: 1...100) ?? 80
    jpegQuality = try quality?.integer("jpeg", in: 1...100) ?? 80
    try quality?.finish()
    webpEffort = try options.integer("effort", in: 0...6) ?? 4
  }

  /// The options that can change the bytes of a variant, as key components have them.
  var components: [(name: String, value: String)] {
    [
      ("widths", widths.map(String.init).joined(separator: " ")),
      ("formats", formats.map(\.rawValue).joined(separator: " ")),
      ("quality", "webp \(webpQuality) jpeg \(jpegQuality)"), ("effort", String(webpEffort)),
    ]
  }

  func encoding(_ format: Format, of header: ImageHeader) -> Encoding {
    switch format {
    case .webp: return .webp(quality: webpQuality, effort: webpEffort)
    case .jpeg: return .jpeg(quality: jpegQuality)
    case .png: return .png
    case .original:
      switch header.family {
      case .jpeg: return .jpeg(quality: jpegQuality)
      case .png: return .png
      case .gif: return .gif
      case .webp: return .webp(quality: webpQuality, effort: webpEffort)
      // What browsers cannot show falls back to what all of them can.
      case .tiff, .heif: return header.hasAlpha ? .png : .jpeg(quality: jpegQuality)
      }
    }
  }
}

extension Encoding {
  var mediaType: String {
    switch self {
    case .webp: "image/webp"
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .gif: "image/gif"
    }
  }

  /// The extension of a file of this kind.
  var fileExtension: String {
    switch self {
    case .webp: "webp"
    case .jpeg: "jpg"
    case .png: "png"
    case .gif: "gif"
    }
  }
}
