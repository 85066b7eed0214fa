import Store

/// What a command says that it makes: a file, a directory with all that is in it, or the files that match a pattern.
package struct DeclaredOutput: Sendable {
  package enum Extent: Equatable, Sendable {
    /// A file or a directory.
    case path(RepoPath)
    /// Files that the run shows; other people's files may stand beside them.
    case pattern(Glob)
  }

  package let extent: Extent
  /// As it is written.
  package let text: String
  package let place: Place
  /// Whether the bytes are kept in the cache. If not, they are somebody else's to keep: git's, say.
  package let isCached: Bool
  /// Whether the command finds what it made before.
  package let persists: Bool
  /// What its files are, whatever mode the command gave them; nil: what the command made them.
  package let kind: ActionOutput.Kind?

  package init(
    _ extent: Extent, text: String, place: Place, isCached: Bool = true, persists: Bool = false,
    kind: ActionOutput.Kind? = nil
  ) {
    self.extent = extent
    self.text = text
    self.place = place
    self.isCached = isCached
    self.persists = persists
    self.kind = kind
  }

  /// Whether a file at the path is a part of it.
  package func covers(_ file: RepoPath) -> Bool {
    switch extent {
    case .path(let path): file == path || file.isInside(path)
    case .pattern(let pattern): pattern.matches(file)
    }
  }

  /// The path that is its own with all that is below it; nil for a pattern.
  package var root: RepoPath? { if case .path(let path) = extent { path } else { nil } }

  /// The directory that a pattern begins in.
  package var base: RepoPath? { if case .pattern(let pattern) = extent { pattern.base } else { nil } }

  /// Patterns of all the paths that it may stand for.
  package var globs: [Glob] {
    switch extent {
    case .path(let path): [Glob(exactly: path), Glob(below: path)]
    case .pattern(let pattern): [pattern]
    }
  }

  /// Whether one file is sure to belong to both, or the two are the same pattern.
  package func overlaps(_ other: DeclaredOutput) -> Bool {
    switch (extent, other.extent) {
    case (.path(let one), .path(let another)):
      one == another || one.isInside(another) || another.isInside(one)
    case (.pattern(let one), .pattern(let another)): one == another
    case (.path(let path), .pattern(let pattern)), (.pattern(let pattern), .path(let path)):
      pattern.matches(path) || pattern.base.map { $0 == path || $0.isInside(path) } ?? false
    }
  }
}
