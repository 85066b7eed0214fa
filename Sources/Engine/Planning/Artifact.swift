import Hashing
import Store

/// A file that an action makes, with its bytes known.
package struct Artifact: Equatable, Sendable {
  package let path: RepoPath
  package let digest: Digest
  package let kind: ActionOutput.Kind

  package init(path: RepoPath, digest: Digest, kind: ActionOutput.Kind) {
    self.path = path
    self.digest = digest
    self.kind = kind
  }
}

/// A file that a stage takes in: a source, or another stage's artifact.
package struct InputFile: Equatable, Sendable {
  package let path: RepoPath
  package let digest: Digest
  package let isExecutable: Bool

  package init(path: RepoPath, digest: Digest, isExecutable: Bool) {
    self.path = path
    self.digest = digest
    self.isExecutable = isExecutable
  }

  /// The file's bytes and mode as a key's component has them.
  package var identity: String { digest.hex + (isExecutable ? " executable" : "") }
}
