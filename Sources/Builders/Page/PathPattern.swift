import Engine
import Store

/// Where a page goes: a path with `{slug}`, `{stem}` or `{dir}` in it.
struct PathPattern: Sendable {
  private enum Piece: Sendable, Equatable {
    case text(String)
    case slug, stem, dir
  }

  private let pieces: [Piece]
  private let place: Place

  /// - Throws: `EngineError.invalid` for an unknown placeholder or a path that leaves the project.
  init(_ text: String, at place: Place) throws(EngineError) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      pieces.append(.text(String(rest[..<open])))
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw .invalid(place, "`to`: `\(text)` has a `{` without its `}`")
      }
      let word = String(rest[rest.index(after: open)..<close])
      switch word {
      case "slug": pieces.append(.slug)
      case "stem": pieces.append(.stem)
      case "dir": pieces.append(.dir)
      default:
        throw .invalid(
          place, "`to` knows no {\(word)}",
          hint: nearMiss(word, among: ["slug", "stem", "dir"]).map { "did you mean {\($0)}?" }
            ?? "it knows {slug}, {stem} and {dir}")
      }
      rest = rest[rest.index(after: close)...]
    }
    pieces.append(.text(String(rest)))
    self.pieces = pieces
    self.place = place
    try OptionReader.refuseReserved(try path(slug: "slug", stem: "stem", dir: "dir"), at: place, "to")
  }

  /// - Parameter dir: the source's directory below the pattern's own; "" for none.
  func path(slug: String, stem: String, dir: String) throws(EngineError) -> RepoPath {
    let text = pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .slug: slug
      case .stem: stem
      case .dir: dir
      }
    }.joined()
    return try OptionReader.path(text.replacing("//", with: "/"), at: place, "to")
  }

  /// What matches every path that the pattern makes.
  var glob: Glob {
    // Marks that no path holds stand for what differs from post to post.
    let one = "\u{1}"
    let several = "\u{2}"
    let text = pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .slug, .stem: one
      case .dir: several
      }
    }.joined()
    return Glob(
      segments: nameParts(text).filter { !$0.isEmpty }.flatMap { name -> [Glob.Segment] in
        if name == several { return [.anyDepth] }
        if name.contains(several) { return [.anyDepth, .pattern(.any)] }
        return name.contains(one) ? [.pattern(.any)] : [.literal(name)]
      })
  }
}
