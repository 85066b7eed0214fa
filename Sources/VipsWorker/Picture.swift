internal import CVips
import ImageWire

/// One libvips image; released with its last reference.
final class Picture {
  private let image: UnsafeMutablePointer<VipsImage>

  private init(adopting image: UnsafeMutablePointer<VipsImage>?) throws {
    guard let image else { throw Worker.Failure() }
    self.image = image
  }

  deinit { g_object_unref(image) }

  /// The header; pixels are read when somebody asks for them.
  convenience init(opening path: String) throws { try self.init(adopting: cvips_open(path, 1)) }

  /// Upright, in sRGB, no wider than `width`, decoded at a fraction of its size where the format can.
  convenience init(decoding path: String, width: Int) throws {
    try self.init { cvips_thumbnail(path, $0, Int32(width)) }
  }

  private convenience init(
    _ operation: (UnsafeMutablePointer<UnsafeMutablePointer<VipsImage>?>) -> Int32
  ) throws {
    var result: UnsafeMutablePointer<VipsImage>?
    guard operation(&result) == 0 else { throw Worker.Failure() }
    try self.init(adopting: result)
  }

  func shrunk(to width: Int) throws -> Picture { try Picture { cvips_shrink(image, $0, Int32(width)) } }

  /// All pixels decoded, once, so that several encoders can read them.
  func inMemory() throws -> Picture { try Picture(adopting: vips_image_copy_memory(image)) }

  func save(to path: String, as encoding: Encoding) throws {
    let failed =
      switch encoding {
      case .webp(let quality, let effort): cvips_save_webp(image, path, Int32(quality), Int32(effort))
      case .jpeg(let quality): cvips_save_jpeg(image, path, Int32(quality))
      case .png: cvips_save_png(image, path)
      case .gif: cvips_save_gif(image, path)
      }
    guard failed == 0 else { throw Worker.Failure() }
  }

  var width: Int { Int(vips_image_get_width(image)) }
  var height: Int { Int(vips_image_get_height(image)) }
  var frames: Int { Int(vips_image_get_n_pages(image)) }
  var hasAlpha: Bool { vips_image_hasalpha(image) != 0 }

  /// Whether showing it upright turns width into height (EXIF orientations 5 to 8).
  var isSideways: Bool { vips_image_get_orientation_swap(image) != 0 }

  /// The libvips operation that read it: `jpegload`.
  var loader: String? {
    var name: UnsafePointer<CChar>?
    guard vips_image_get_string(image, "vips-loader", &name) == 0 else {
      vips_error_clear()
      return nil
    }
    return name.map { String(cString: $0) }
  }

  var family: ImageHeader.Family? {
    switch loader {
    case "jpegload": .jpeg
    case "pngload": .png
    case "gifload": .gif
    case "webpload": .webp
    case "tiffload": .tiff
    case "heifload": .heif
    default: nil
    }
  }
}
