import Store

/// A site's URL paths, from the files that are served there.
enum URLPath {
  /// `public/images/a b.png` below `public` → `/images/a%20b.png`.
  static func of(_ path: RepoPath, below root: RepoPath) -> String {
    "/" + encode(path.relative(to: root))
  }

  /// `public/blog/x/index.html` → `/blog/x/`.
  static func ofPage(_ path: RepoPath, below root: RepoPath) -> String {
    let url = of(path, below: root)
    return url.hasSuffix("/index.html") ? String(url.dropLast("index.html".count)) : url
  }

  /// Percent-encodes what a path must not hold (RFC 3986, section 3.3), and quotes, for HTML's sake.
  static func encode(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~/!$*+:@".utf8.contains(byte): result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return result
  }

  /// nil where the escapes do not make UTF-8.
  static func decode(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
