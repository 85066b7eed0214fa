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

  /// All patterns that the braces of `text` stand for.
  /// - Throws: `EngineError.invalid` where the text leaves the project or is malformed.
  package static func parse(_ text: String, at place: Place, key: String) throws(EngineError) -> [Glob] {
    var globs: [Glob] = []
    for expanded in try expandBraces(text, at: place) {
      _ = try OptionReader.path(expanded, at: place, key)
      var trimmed = expanded
      while trimmed.hasPrefix("./") { trimmed.removeFirst(2) }
      while trimmed.hasSuffix("/") { trimmed.removeLast() }
      var segments: [Segment] = []
      for part in trimmed.split(separator: "/") {
        segments.append(try segment(String(part), at: place))
      }
      globs.append(Glob(segments: segments))
    }
    return globs
  }

  private static func segment(_ part: String, at place: Place) throws(EngineError) -> Segment {
    if part == "**" { return .anyDepth }
    if part.contains("**") {
      throw .invalid(place, "`**` has to stand alone between slashes", hint: "write `**/*.jpg`, not `**.jpg`")
    }
    guard let pattern = NamePattern(part) else {
      throw .invalid(place, "`\(part)` has a `[` without its `]`")
    }
    return pattern.literal.map(Segment.literal) ?? .pattern(pattern)
  }

  /// Exactly one path; no character of it means anything else.
  package init(exactly path: RepoPath) {
    segments = path.string.split(separator: "/").map { .literal(String($0)) }
  }

  /// Every path below a directory.
  package init(below directory: RepoPath) {
    segments = Glob(exactly: directory).segments + [.anyDepth, .pattern(.any)]
  }

  package func matches(_ path: RepoPath) -> Bool {
    Self.matches(segments[...], path.string.split(separator: "/", omittingEmptySubsequences: false)[...])
  }

  private static func matches(_ segments: ArraySlice<Segment>, _ names: ArraySlice<Substring>) -> Bool {
    guard let first = segments.first else { return names.isEmpty }
    if first == .anyDepth {
      return matches(segments.dropFirst(), names)
        || (!names.isEmpty && matches(segments, names.dropFirst()))
    }
    guard let name = names.first, first.matches(String(name)) else { return false }
    return matches(segments.dropFirst(), names.dropFirst())
  }

  /// The directories that the pattern names literally: `a/b/*.c` → `a/b`; nil at the project's top.
  package var base: RepoPath? {
    var names: [String] = []
    for segment in segments.dropLast() {
      guard case .literal(let name) = segment else { break }
      names.append(name)
    }
    return names.isEmpty ? nil : RepoPath(trusted: names.joined(separator: "/"))
  }

  /// Whether one path could match both patterns. May say yes too often, never no wrongly.
  package func mayOverlap(_ other: Glob) -> Bool { Self.overlap(segments[...], other.segments[...]) }

  private static func overlap(_ left: ArraySlice<Segment>, _ right: ArraySlice<Segment>) -> Bool {
    guard let first = left.first, let second = right.first else {
      return (left.first ?? right.first ?? .anyDepth) == .anyDepth
        && left.dropFirst().isEmpty && right.dropFirst().isEmpty
    }
    if first == .anyDepth { return overlap(left.dropFirst(), right) || overlap(left, right.dropFirst()) }
    if second == .anyDepth { return overlap(left, right.dropFirst()) || overlap(left.dropFirst(), right) }
    let mayMeet =
      switch (first, second) {
      case (.literal(let name), let other), (let other, .literal(let name)): other.matches(name)
      default: true
      }
    return mayMeet && overlap(left.dropFirst(), right.dropFirst())
  }
}

/// The patterns that `{a,b}` stands for, innermost included; bounded.
private func expandBraces(_ text: String, at place: Place) throws(EngineError) -> [String] {
  var pending = [text]
  var finished: [String] = []
  while let current = pending.popLast() {
    guard let open = current.firstIndex(of: "{") else {
      finished.append(current)
      continue
    }
    var depth = 0
    var cuts: [String.Index] = [open]
    var close: String.Index?
    for index in current.indices[open...] {
      switch current[index] {
      case "{": depth += 1
      case "}": depth -= 1
      case "," where depth == 1: cuts.append(index)
      default: break
      }
      if depth == 0 {
        close = index
        break
      }
    }
    guard let close else { throw .invalid(place, "`\(text)` has a `{` without its `}`") }
    cuts.append(close)
    for (start, end) in zip(cuts, cuts.dropFirst()).reversed() {
      let choice = current[current.index(after: start)..<end]
      pending.append(String(current[..<open] + choice + current[current.index(after: close)...]))
    }
    guard pending.count + finished.count <= 1000 else {
      throw .invalid(place, "`\(text)` stands for more than 1000 patterns")
    }
  }
  return finished
}
