import Engine
import Store

/// Finds the variants of a picture that a text names.
struct ImageResolver: Sendable {
  enum Answer: Equatable, Sendable {
    case found(ImageVariants)
    /// On another server, or inline: left as it is.
    case elsewhere
    /// Nothing is there, or nothing that can be shown; the path is where it was looked for.
    case missing(RepoPath?)
  }

  let tables: [VariantTable]

  /// - Parameters:
  ///   - reference: as it stands in the text: `/uploads/images/a.jpg`, `../images/a.jpg`, `2021/a.jpg`.
  ///   - directory: that of the file that names it.
  func resolve(_ reference: String, from directory: RepoPath?) -> Answer {
    if reference.hasPrefix("//") || Self.hasScheme(reference) { return .elsewhere }
    let path = reference.prefix { $0 != "?" && $0 != "#" }
    guard let text = URLPath.decode(String(path)), !text.isEmpty else { return .missing(nil) }
    let candidates: [RepoPath?] =
      text.hasPrefix("/")
      ? [Self.normalize(text, from: nil)]
      : [Self.normalize(text, from: directory)]
        + tables.flatMap(\.bases).map { Self.normalize(text, from: $0) }
    for case let candidate? in candidates {
      for table in tables {
        switch table.entries[candidate] {
        case .variants(let variants): return .found(variants)
        case .unusable: return .missing(candidate)
        case nil: continue
        }
      }
    }
    return .missing(candidates.compactMap { $0 }.first)
  }

  private static func hasScheme(_ reference: String) -> Bool {
    guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let scheme = reference[..<colon]
    return scheme.first?.isLetter == true
      && scheme.utf8.allSatisfy {
        $0 < 128 && (Unicode.Scalar($0).properties.isAlphabetic || "+-.0123456789".utf8.contains($0))
      }
  }

  /// nil where `..` leads out of the project.
  static func normalize(_ text: String, from directory: RepoPath?) -> RepoPath? {
    var parts = directory.map { nameParts($0.string) } ?? []
    for part in nameParts(text) {
      switch part {
      case "", ".": continue
      case "..": if parts.popLast() == nil { return nil }
      default: parts.append(part)
      }
    }
    return RepoPath(parts.joined(separator: "/"))
  }
}
