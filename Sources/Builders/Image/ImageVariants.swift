import Engine
import Store

/// What pages may know of a source image before any pixel of it is touched: the variants' URLs, which
/// the action key fixes, and their dimensions, which the header gives.
package struct ImageVariants: Codable, Equatable, Sendable {
  package struct Variant: Codable, Equatable, Sendable {
    package let url: String
    package let mediaType: String
    /// Pixels.
    package let width: Int
    package let height: Int
  }

  /// Pixels of the upright source; nil for an SVG that does not tell.
  package let width: Int?
  package let height: Int?
  /// For `<source>`: by format, widths rising. Empty for what is passed through as it is.
  package let sources: [[Variant]]
  /// For `<img src>`.
  package let fallback: Variant
}

/// The exports of an image stage: source → variants.
package struct VariantTable: Sendable {
  package enum Entry: Equatable, Sendable {
    case variants(ImageVariants)
    /// The file is there, but is no image that can be used.
    case unusable
  }

  package internal(set) var entries: [RepoPath: Entry] = [:]
  /// The directories that sources are named from: `picture: 2021/a.jpg` means `uploads/images/2021/a.jpg`.
  package let bases: [RepoPath]
}
