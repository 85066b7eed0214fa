import Glibc

/// A path inside the project: relative, `/`-separated, without `.`, `..` or empty parts, UTF-8.
///
/// Two paths are equal when their bytes are: Swift's own `String` comparison would take a
/// composed and a decomposed "é" for one file, which Linux does not.
package struct RepoPath: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let string: String

  /// nil where the text is empty, absolute, or has a part that is empty, `.` or `..`, or a NUL.
  package init?(_ text: String) {
    guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
    for part in text.utf8.split(separator: slash, omittingEmptySubsequences: false)
    where part.isEmpty || part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
      return nil
    }
    string = text
  }

  /// For text that is known to be a path already, such as the names that a walk has found.
  package init(trusted text: String) { string = text }

  package static func == (left: RepoPath, right: RepoPath) -> Bool {
    left.string.utf8.count == right.string.utf8.count && compare(left, right) == 0
  }
  package static func < (left: RepoPath, right: RepoPath) -> Bool { compare(left, right) < 0 }

  package func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Byte order: what `LC_ALL=C sort` gives.
  private static func compare(_ left: RepoPath, _ right: RepoPath) -> Int {
    left.withBytes { leftBytes in
      right.withBytes { rightBytes in
        // A path is never empty.
        guard let first = leftBytes.baseAddress, let second = rightBytes.baseAddress else { return 0 }
        let order = memcmp(first, second, min(leftBytes.count, rightBytes.count))
        return order != 0 ? Int(order) : leftBytes.count - rightBytes.count
      }
    }
  }

  /// The UTF-8 bytes where they stand: paths are compared and hashed too often to be copied.
  private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = string.utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(string.utf8).withUnsafeBufferPointer(body)
  }

  /// For messages: control characters are escaped, so that no name breaks a line or moves a cursor.
  package var description: String { printable(string) }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let path = RepoPath(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a path inside the project: \(text)"))
    }
    self = path
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(string)
  }
}

extension RepoPath {
  /// The last part: `a/b.c` → `b.c`.
  package var name: String {
    string.utf8.lastIndex(of: slash).map { String(string[string.utf8.index(after: $0)...]) } ?? string
  }

  /// The name without its last extension: `a/b.c` → `b`.
  package var stem: String {
    let name = name
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The last extension in lower case without its dot, or "".
  package var pathExtension: String {
    let name = name
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return "" }
    return name[name.utf8.index(after: dot)...].lowercased()
  }

  /// nil at the top of the project.
  package var parent: RepoPath? {
    string.utf8.lastIndex(of: slash).map { RepoPath(trusted: String(string[..<$0])) }
  }

  /// The nearest directory above the path that is one of these.
  package func nearestParent(in directories: Set<RepoPath>) -> RepoPath? {
    guard !directories.isEmpty else { return nil }
    var directory = parent
    while let current = directory, !directories.contains(current) { directory = current.parent }
    return directory
  }

  package func appending(_ part: String) -> RepoPath { RepoPath(trusted: string + "/" + part) }

  /// Whether the path stands below `directory`.
  package func isInside(_ directory: RepoPath) -> Bool {
    let prefix = directory.string.utf8
    return string.utf8.count > prefix.count + 1 && string.utf8.starts(with: prefix)
      && string.utf8[string.utf8.index(string.utf8.startIndex, offsetBy: prefix.count)] == slash
  }

  /// What is left of the path below `directory` (nil: the project's top).
  package func relative(to directory: RepoPath?) -> String {
    guard let directory, isInside(directory) else { return string }
    return String(string.utf8.dropFirst(directory.string.utf8.count + 1)) ?? string
  }
}

/// What stands between the slashes. Swift's own `split` would take a slash with an accent behind it for
/// one character, and no slash.
package func nameParts(_ path: String) -> [String] {
  path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
}

/// A text with every occurrence of another one replaced, byte by byte: Swift's own `replacing` does not see a quote
/// with an accent behind it.
package func replacingBytes(_ text: String, _ old: String, with new: String) -> String {
  String(decoding: Array(text.utf8).replacing(Array(old.utf8), with: Array(new.utf8)), as: UTF8.self)
}

/// The lines of a text, whatever ends them, without their ends.
package func textLines(_ text: String) -> [String] {
  text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    String(line.last == "\r" ? line.dropLast() : line)
  }
}

/// Text with its control characters written as `\n` or `\u{1B}`.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
  return text.unicodeScalars.map { scalar in
    scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }.joined()
}

private let slash = UInt8(ascii: "/")
