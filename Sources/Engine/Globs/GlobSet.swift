import Store

/// The files that a stage takes: patterns, less exclusions.
package struct GlobSet: Sendable {
  package let includes: [Glob]
  package let excludes: [Glob]
  /// The patterns as they were written, for messages and keys.
  package let texts: [String]

  package init(includes: [Glob], excludes: [Glob], texts: [String]) {
    self.includes = includes
    self.excludes = excludes
    self.texts = texts
  }

  /// Reads `key` (one pattern or a list; `!pattern` excludes) and `exclude`.
  package init(_ options: OptionReader, key: String, example: String) throws(EngineError) {
    _ = try options.requiredNode(key, example: example)
    var includes: [Glob] = []
    var excludes: [Glob] = []
    let written = try options.strings(key)
    for (text, place) in written {
      if text.hasPrefix("!") {
        excludes += try Glob.parse(String(text.dropFirst()), at: place, key: key)
      } else {
        includes += try Glob.parse(text, at: place, key: key)
      }
    }
    let excluded = try options.strings("exclude")
    for (text, place) in excluded { excludes += try Glob.parse(text, at: place, key: "exclude") }
    guard !includes.isEmpty else {
      throw .invalid(options.placeOf(key), "`\(key)` names no pattern", hint: "for example: \(key): \(example)")
    }
    self.init(
      includes: includes, excludes: excludes,
      texts: written.map(\.text) + excluded.map { "!" + $0.text })
  }

  package func matches(_ path: RepoPath) -> Bool {
    includes.contains { $0.matches(path) } && !isExcluded(path)
  }

  package func isExcluded(_ path: RepoPath) -> Bool { excludes.contains { $0.matches(path) } }

  /// The path below the literal directories of the pattern that takes it:
  /// `uploads/images/**/*.jpg` gives `2021/a.jpg` for `uploads/images/2021/a.jpg`.
  package func relative(_ path: RepoPath) -> String {
    path.relative(to: includes.first { $0.matches(path) }?.base)
  }
}
