import ImageWire

/// Which variants an image gets: never wider than it is, largest first.
struct VariantPlan: Sendable {
  struct Variant: Sendable {
    let width: Int
    let height: Int
    let encoding: Encoding

    /// What tells it from the image's other variants.
    var role: String { "\(width).\(encoding.fileExtension)" }
    /// What its file's name ends with.
    var suffix: String { "-\(width).\(encoding.fileExtension)" }
  }

  /// Widths fall, so that each can be made from the one before.
  private(set) var variants: [Variant] = []
  /// For every format that a page offers by `srcset`: places in `variants`, widths rising.
  private(set) var sources: [[Int]] = []
  /// The place of the one that every browser can show.
  private(set) var fallback = 0

  init(_ header: ImageHeader, _ options: ImageOptions) {
    let widest = min(header.width, options.widths.last ?? header.width)
    let widths = options.widths.filter { $0 < widest } + [widest]
    var size = (width: header.width, height: header.height)
    for width in widths.reversed() {
      // The height that shrinking from the last size gives, rounded as libvips rounds.
      let scale = Double(width) / Double(size.width)
      size = (width, max(1, Int((Double(size.height) * scale).rounded())))
      for format in options.formats {
        // One fallback is enough: browsers that need it are few.
        if format == .original, width != widest { continue }
        let encoding = options.encoding(format, of: header)
        if !variants.contains(where: { $0.width == width && $0.encoding == encoding }) {
          variants.append(Variant(width: size.width, height: size.height, encoding: encoding))
        }
      }
    }
    for format in options.formats where format != .original {
      let encoding = options.encoding(format, of: header)
      sources.append(variants.indices.filter { variants[$0].encoding == encoding }.reversed())
    }
    let last = options.encoding(
      options.formats.contains(.original) ? .original : options.formats[options.formats.count - 1], of: header)
    fallback = variants.firstIndex { $0.encoding == last } ?? 0
  }
}
