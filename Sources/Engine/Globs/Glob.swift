import Store

/// A path pattern: `*` and `?` within a name, `[a-z]`, `**` over directories, `{a,b}` for either.
/// Names that begin with a dot match like all others.
package struct Glob: Hashable, Sendable {
  package enum Segment: Hashable, Sendable {
    case literal(String)
    case pattern(NamePattern)
    /// `**`: any number of directories, none included.
    case anyDepth

    package func matches(_ name: String) -> Bool {
      switch self {
      case .literal(let text): text.utf8.elementsEqual(name.utf8)
      case .pattern(let pattern): pattern.matches(name)
      case .anyDepth: true
      }
    }
  }

  package let segments: [Segment]

  package init(segments: [Segment]) { self.segments = segments }

  /// Whether a path that is written down stands for others: it has `*`, `?`, `[`, or alternatives in braces.
  package static func isPattern(_ text: String) -> Bool {
    if text.utf8.contains(where: "*?[".utf8.contains) { return true }
    guard let open = text.utf8.firstIndex(of: UInt8(ascii: "{")) else { return false }
    let rest = text.utf8[open...]
    guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return false }
    return rest[comma...].contains(UInt8(ascii: "}"))
  }

  /// All patterns that the braces of `text` stand for.
  /// - Parameter directory: what the patterns start from; nil: the project's top. Its own name is no pattern.
  /// - Throws: `EngineError.invalid` where the text leaves the project or is malformed.
  package static func parse(
    _ text: String, in directory: RepoPath? = nil, at place: Place, key: String
  ) throws(EngineError) -> [Glob] {
    var globs: [Glob] = []
    let above = directory.map { nameParts($0.string) } ?? []
    for expanded in try BraceExpansion.expand(text, at: place) {
      let names = nameParts(try OptionReader.path(expanded, in: directory, at: place, key).string)
      let own = zip(names, above).prefix { $0 == $1 }.count
      let parts = Array(names[own...])
      if parts.contains(where: { $0 != "**" && $0.contains("**") }) {
        throw .invalid(place, "`**` has to stand alone between slashes", hint: "write `**/*.jpg`, not `**.jpg`")
      }
      if let part = parts.first(where: { NamePattern($0) == nil }) {
        throw .invalid(place, "`\(part)` has a `[` without its `]`")
      }
      if let glob = Glob(names: parts) {
        globs.append(Glob(segments: names[..<own].map { .literal($0) } + glob.segments))
      }
    }
    return globs
  }

  /// A pattern from its names; braces mean themselves. nil for a `[` without its `]`.
  init?(names: [String]) {
    var segments: [Segment] = []
    for name in names {
      guard let pattern = NamePattern(name) else { return nil }
      segments.append(name == "**" ? .anyDepth : pattern.literal.map(Segment.literal) ?? .pattern(pattern))
    }
    // `a/**` means what is below `a`, not `a` itself.
    if segments.last == .anyDepth { segments.append(.pattern(.any)) }
    self.segments = segments
  }

  /// Exactly one path; no character of it means anything else.
  package init(exactly path: RepoPath) {
    segments = nameParts(path.string).map { .literal($0) }
  }

  /// Every path below a directory.
  package init(below directory: RepoPath) {
    segments = Glob(exactly: directory).segments + [.anyDepth, .pattern(.any)]
  }

  /// A text that parses to the same pattern.
  package var text: String {
    segments.map { segment in
      switch segment {
      case .literal(let name): NamePattern.escaped(name)
      case .pattern(let pattern): pattern.text
      case .anyDepth: "**"
      }
    }.joined(separator: "/")
  }

  /// The one path that it matches; nil where it may match several.
  package var onlyPath: RepoPath? {
    var names: [String] = []
    for segment in segments {
      switch segment {
      case .literal(let name): names.append(name)
      case .pattern(let pattern):
        guard let name = pattern.onlyName else { return nil }
        names.append(name)
      case .anyDepth: return nil
      }
    }
    return RepoPath(trusted: names.joined(separator: "/"))
  }

  /// The directory all of whose inside it matches, and nothing else; nil for any other pattern.
  package var wholeDirectory: RepoPath? {
    guard segments.count > 2, segments.suffix(2) == [.anyDepth, .pattern(.any)] else { return nil }
    let names = literalNames(segments.dropLast(2))
    return names.count == segments.count - 2 ? RepoPath(trusted: names.joined(separator: "/")) : nil
  }

  /// The names at the beginning that are no patterns.
  private func literalNames(_ segments: ArraySlice<Segment>) -> [String] {
    var names: [String] = []
    for case .literal(let name) in segments.prefix(while: { if case .literal = $0 { true } else { false } }) {
      names.append(name)
    }
    return names
  }

  /// - Complexity: O(segments × names).
  package func matches(_ path: RepoPath) -> Bool {
    let names = nameParts(path.string)
    // Places in `names` that the segments so far can have come to.
    var places: Set<Int> = [0]
    for segment in segments {
      if segment == .anyDepth {
        places = Set((places.min() ?? names.count)...names.count)
      } else {
        places = Set(places.filter { $0 < names.count && segment.matches(names[$0]) }.map { $0 + 1 })
      }
      if places.isEmpty { return false }
    }
    return places.contains(names.count)
  }

  /// The directories that the pattern names literally: `a/b/*.c` → `a/b`; nil at the project's top.
  package var base: RepoPath? {
    let names = literalNames(segments.dropLast())
    return names.isEmpty ? nil : RepoPath(trusted: names.joined(separator: "/"))
  }

  /// Whether one path could match both patterns. May say yes too often, never no wrongly.
  /// - Complexity: O(segments × the other's segments).
  package func mayOverlap(_ other: Glob) -> Bool {
    let left = segments
    let right = other.segments
    // meets[i][j]: whether the rest of `left` from i and the rest of `right` from j have a path in common.
    var meets = Array(repeating: Array(repeating: false, count: right.count + 1), count: left.count + 1)
    for i in stride(from: left.count, through: 0, by: -1) {
      for j in stride(from: right.count, through: 0, by: -1) {
        let first = i < left.count ? left[i] : nil
        let second = j < right.count ? right[j] : nil
        switch (first, second) {
        case (nil, nil): meets[i][j] = true
        case (.anyDepth, _): meets[i][j] = meets[i + 1][j] || (j < right.count && meets[i][j + 1])
        case (_, .anyDepth): meets[i][j] = meets[i][j + 1] || (i < left.count && meets[i + 1][j])
        case (nil, _), (_, nil): meets[i][j] = false
        case (let first?, let second?): meets[i][j] = first.mayMeet(second) && meets[i + 1][j + 1]
        }
      }
    }
    return meets[0][0]
  }
}

extension Glob.Segment {
  /// Whether one name could match both.
  fileprivate func mayMeet(_ other: Glob.Segment) -> Bool {
    switch (self, other) {
    case (.literal(let name), let other), (let other, .literal(let name)): other.matches(name)
    case (.pattern(let one), .pattern(let other)): one.mayMeet(other)
    default: true
    }
  }
}
