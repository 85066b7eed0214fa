import Store

/// What a stage declares, for people and programs to read: `hbpipe stage list`.
package struct StageDetails: Sendable {
  package struct Output: Sendable {
    package let path: String
    package let isCached: Bool
    package let persists: Bool

    package init(path: String, isCached: Bool, persists: Bool) {
      self.path = path
      self.isCached = isCached
      self.persists = persists
    }
  }

  package struct Parameters: Sendable {
    package let file: RepoPath
    /// Dotted paths; nil: the whole file.
    package let names: [String]?

    package init(file: RepoPath, names: [String]?) {
      self.file = file
      self.names = names
    }
  }

  /// The patterns of the files that the stage is applied to, one by one; empty for a stage that runs once.
  package var items: [String] = []
  /// Shell lines, in the order in which they run.
  package var commands: [String] = []
  /// Where they run; nil: the project's top.
  package var directory: RepoPath?
  package var dependencies: [String] = []
  package var outputs: [Output] = []
  package var parameters: [Parameters] = []

  package init() {}
}
