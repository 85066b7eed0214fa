internal import CVips
import Glibc
import ImageWire

/// libvips, set up for untrusted input and for being one of several workers.
struct Worker {
  /// libvips' own words.
  struct Failure: Error {
    let words: String

    /// Takes what libvips has to say since the last time.
    init() {
      let text = String(cString: vips_error_buffer())
      vips_error_clear()
      words = text.split(separator: "\n").map(String.init).reduce(into: [String]()) { lines, line in
        if !lines.contains(line) { lines.append(line) }
      }.joined(separator: "; ")
    }

    init(_ words: String) { self.words = words }
  }

  init() throws {
    guard vips_init("hbpipe-vips") == 0 else { throw Failure() }
    // Every worker uses one core; the scheduler decides how many workers there are.
    vips_concurrency_set(1)
    // No image is asked for twice.
    vips_cache_set_max(0)
    // Loaders whose code is not hardened against hostile files are off.
    vips_block_untrusted_set(1)
  }

  func handle(_ request: ImageRequest) -> ImageReply {
    do {
      switch request {
      case .probe(let path): return .probed(try probe(path))
      case .render(let path, let variants):
        try render(path, variants)
        return .rendered
      }
    } catch let failure as Failure {
      return .failed(failure.words.isEmpty ? "libvips gives no reason" : failure.words)
    } catch {
      return .failed("\(error)")
    }
  }

  private func probe(_ path: String) throws -> ImageHeader {
    let image = try Picture(opening: path)
    guard let family = image.family else { throw Failure("\(image.loader ?? "this kind of file") is not supported") }
    return ImageHeader(
      family: family, width: image.isSideways ? image.height : image.width,
      height: image.isSideways ? image.width : image.height, frames: image.frames, hasAlpha: image.hasAlpha)
  }

  /// Each smaller variant comes from the next larger one: shrinking by less than half each time keeps
  /// the quality, and reads far fewer pixels than starting over from the source.
  private func render(_ path: String, _ variants: [VariantRequest]) throws {
    guard let largest = variants.first else { return }
    var current = try Picture(decoding: path, width: largest.width).inMemory()
    for variant in variants {
      if variant.width < current.width { current = try current.shrunk(to: variant.width).inMemory() }
      try current.save(to: variant.output, as: variant.encoding)
    }
  }
}
