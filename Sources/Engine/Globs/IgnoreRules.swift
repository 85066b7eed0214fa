import Store

/// One `.hbignore` file, in gitignore's syntax: the last rule that matches decides.
struct IgnoreFile: Sendable {
  private struct Rule: Sendable {
    let glob: Glob
    let isNegated: Bool
    let onlyDirectories: Bool
  }

  private let rules: [Rule]

  /// - Throws: `EngineError.invalid` for a malformed pattern, with its line.
  init(_ text: String, file: String) throws(EngineError) {
    var rules: [Rule] = []
    let content = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    for (number, line) in textLines(content).enumerated() {
      var pattern = line[...]
      while pattern.hasSuffix(" "), !pattern.hasSuffix("\\ ") { pattern.removeLast() }
      guard !pattern.isEmpty, !pattern.hasPrefix("#") else { continue }
      let isNegated = pattern.hasPrefix("!")
      if isNegated { pattern.removeFirst() }
      let onlyDirectories = pattern.hasSuffix("/")
      if onlyDirectories { pattern.removeLast() }
      // A slash anywhere but at the end ties the pattern to the file's own directory.
      let isAnchored = pattern.contains("/")
      if pattern.hasPrefix("/") { pattern.removeFirst() }
      guard !pattern.isEmpty else { continue }
      let names = (isAnchored ? [] : ["**"]) + nameParts(String(pattern)).filter { !$0.isEmpty }
      guard let glob = Glob(names: names) else {
        let place = Place(file: file, line: number + 1, column: 1)
        throw .invalid(place, "`\(pattern)` has a `[` without its `]`")
      }
      rules.append(Rule(glob: glob, isNegated: isNegated, onlyDirectories: onlyDirectories))
    }
    self.rules = rules
  }

  /// nil where no rule speaks of the path. `path` is relative to the file's directory.
  func verdict(_ path: RepoPath, isDirectory: Bool) -> Bool? {
    rules.last { rule in
      (isDirectory || !rule.onlyDirectories) && rule.glob.matches(path)
    }.map { !$0.isNegated }
  }
}

/// The rules that hold in one directory: its own `.hbignore` and those above it.
struct IgnoreRules: Sendable {
  static let fileName = ".hbignore"
  /// What no glob ever reaches.
  private static let always: Set<String> = [".git", CacheLayout.directory]

  private var files: [(directory: RepoPath?, file: IgnoreFile)] = []

  mutating func add(_ file: IgnoreFile, in directory: RepoPath?) { files.append((directory, file)) }

  /// The nearest `.hbignore` that speaks of the path decides.
  func ignores(_ path: RepoPath, isDirectory: Bool) -> Bool {
    if isDirectory, Self.always.contains(path.name) { return true }
    for (directory, file) in files.reversed() {
      let relative = RepoPath(trusted: path.relative(to: directory))
      if let verdict = file.verdict(relative, isDirectory: isDirectory) { return verdict }
    }
    return false
  }
}
