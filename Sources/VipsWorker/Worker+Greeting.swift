internal import CVips
import Glibc
import ImageWire

extension Worker {
  /// The libraries that decide what comes out, besides libvips itself.
  private static let codecs = [
    "libwebp", "libjpeg", "libspng", "libpng16", "libcgif", "libtiff", "libheif", "libaom", "liblcms2",
    "libimagequant",
  ]

  /// Versions as the files that are mapped into this process have them: `libwebp.so.7.1.5`.
  var greeting: WorkerGreeting {
    var versions = ["libvips": String(cString: vips_version_string())]
    var libraries: [String] = []
    for path in Self.mappedFiles() {
      guard let name = path.split(separator: "/").last, let cut = name.firstRange(of: ".so") else { continue }
      let library = String(name[..<cut.lowerBound])
      if library == "libvips" { libraries.append(path) }
      guard Self.codecs.contains(library) else { continue }
      versions[library] = String(name[cut.upperBound...].drop { $0 == "." })
      libraries.append(path)
    }
    return WorkerGreeting(versions: versions, libraries: libraries.sorted())
  }

  private static func mappedFiles() -> Set<String> {
    guard let maps = fopen("/proc/self/maps", "r") else { return [] }
    defer { fclose(maps) }
    var line = [CChar](repeating: 0, count: 4096)
    var paths: Set<String> = []
    while fgets(&line, Int32(line.count), maps) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if let slash = text.firstIndex(of: "/") {
        paths.insert(String(text[slash...].prefix { $0 != "\n" }))
      }
    }
    return paths
  }
}
