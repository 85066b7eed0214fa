// What hbpipe and its image worker say to each other: one JSON document a line, a request down, a
// reply up, in turn. Paths are relative to the worker's directory, the project's root.

/// The worker's first line.
package struct WorkerGreeting: Codable, Sendable {
  /// Library → version: all that can change an encoded image's bytes.
  package let versions: [String: String]
  /// The files that these libraries were loaded from.
  package let libraries: [String]

  package init(versions: [String: String], libraries: [String]) {
    self.versions = versions
    self.libraries = libraries
  }
}

package enum ImageRequest: Codable, Sendable {
  /// Read the header only.
  case probe(path: String)
  /// Decode once, make every variant. Widths fall from one to the next.
  case render(path: String, variants: [VariantRequest])
}

package struct VariantRequest: Codable, Sendable {
  package let output: String
  /// Pixels; never more than the upright source has.
  package let width: Int
  package let encoding: Encoding

  package init(output: String, width: Int, encoding: Encoding) {
    self.output = output
    self.width = width
    self.encoding = encoding
  }
}

package enum Encoding: Codable, Hashable, Sendable {
  /// Quality 1–100, effort 0–6.
  case webp(quality: Int, effort: Int)
  /// Quality 1–100.
  case jpeg(quality: Int)
  case png
  case gif
}

package enum ImageReply: Codable, Sendable {
  case probed(ImageHeader)
  case rendered
  /// In libvips' own words.
  case failed(String)
}

/// What a raster file's header tells.
package struct ImageHeader: Codable, Equatable, Sendable {
  package enum Family: String, Codable, Sendable { case jpeg, png, gif, webp, tiff, heif }

  package let family: Family
  /// Pixels, upright: the file's orientation is applied.
  package let width: Int
  package let height: Int
  package let frames: Int
  package let hasAlpha: Bool

  package init(family: Family, width: Int, height: Int, frames: Int, hasAlpha: Bool) {
    self.family = family
    self.width = width
    self.height = height
    self.frames = frames
    self.hasAlpha = hasAlpha
  }
}
