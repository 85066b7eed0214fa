/// The HTML of one picture.
struct PictureMarkup {
  /// CSS pixels: the width of the text's column, which no picture exceeds.
  private static let columnWidth = 700

  let image: ImageVariants
  let alt: String
  let title: ImageTitle
  /// The first picture of a page is wanted at once; the others when they come near.
  let isFirst: Bool

  var html: String {
    let size = displaySize
    let sizes = "(min-width: \(size.shown + 40)px) \(size.shown)px, 100vw"
    var tag = "<img src=\"\(image.fallback.url)\""
    if !image.sources.isEmpty {
      tag += " srcset=\"\(image.fallback.url) \(image.fallback.width)w\" sizes=\"\(sizes)\""
    }
    tag += size.attributes
    tag += isFirst ? " fetchpriority=\"high\"" : " loading=\"lazy\" decoding=\"async\""
    if !title.text.isEmpty { tag += " title=\"\(title.text.htmlEscaped)\"" }
    tag += " alt=\"\(alt.htmlEscaped)\">"

    let wrap = title.wrap.map { " class=\"\($0.rawValue)\"" } ?? ""
    if image.sources.isEmpty, title.wrap == nil { return tag }
    let sources = image.sources.compactMap { variants -> String? in
      guard let first = variants.first else { return nil }
      let set = variants.map { "\($0.url) \($0.width)w" }.joined(separator: ", ")
      return "<source type=\"\(first.mediaType)\" srcset=\"\(set)\" sizes=\"\(sizes)\">"
    }
    return "<picture\(wrap)>\(sources.joined())\(tag)</picture>"
  }

  /// The width at which it is shown at most, and the attributes that keep its place while it loads.
  private var displaySize: (shown: Int, attributes: String) {
    guard let width = image.width, let height = image.height else {
      guard let asked = title.displayWidth else { return (Self.columnWidth, "") }
      return (min(asked, Self.columnWidth), " width=\"\(min(asked, Self.columnWidth))\"")
    }
    guard let asked = title.displayWidth else {
      return (min(width, Self.columnWidth), " width=\"\(width)\" height=\"\(height)\"")
    }
    let shown = min(asked, Self.columnWidth)
    let shownHeight = max(1, Int((Double(height) * Double(shown) / Double(width)).rounded()))
    return (shown, " width=\"\(shown)\" height=\"\(shownHeight)\"")
  }
}
