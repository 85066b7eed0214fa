import Hashing
import Posix

/// What was last seen at one path.
package struct IndexEntry: Equatable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// Nothing stood there, and that mattered.
    case absent
    /// A file whose digest is known.
    case file
    /// A directory that was listed.
    case directory
    /// A file whose bytes do not matter, or one outside the project by its absolute path: a program or
    /// library that enters keys by its version.
    case opaque
    /// A file whose digest is known, and that hbpipe put there.
    case artifact
    /// An environment variable, by a name that no path has; its value's digest, or none where it is not set.
    case variable
  }

  /// How an environment variable is entered.
  package static func variablePath(_ name: String) -> String { Self.variablePrefix + name }
  static let variablePrefix = "//env/"

  package let kind: Kind
  /// nil for `absent`.
  package let status: FileStatus?
  /// Only for `file` and `artifact`, and for a `variable` that is set.
  package let digest: Digest?

  package init(kind: Kind, status: FileStatus?, digest: Digest?) {
    self.kind = kind
    self.status = status
    self.digest = digest
  }
}

/// What a clean index vouches for: with all its files as they are, nothing is left to do.
package struct CleanState: Equatable, Sendable {
  package let actions: Int
  package let artifacts: Int
  /// A checksum of what else the run depended on, such as hbpipe's version.
  package let context: Checksum
  /// `pipeline.lock` as it was written.
  package let lock: FileStatus

  package init(actions: Int, artifacts: Int, context: Checksum, lock: FileStatus) {
    self.actions = actions
    self.artifacts = artifacts
    self.context = context
    self.lock = lock
  }
}
