import Foundation
import Hashing
import Posix

/// One file that an action has made.
package struct ActionOutput: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case file, executable
    /// A directory without files: all that is left to say of an empty output directory.
    case emptyDirectory
  }

  /// Which of the action's outputs this is: an image variant's "480.webp", a command's path.
  package let role: String
  package let digest: Digest
  package let kind: Kind

  package init(role: String, digest: Digest, kind: Kind) {
    self.role = role
    self.digest = digest
    self.kind = kind
  }

  private enum CodingKeys: String, CodingKey { case role, sha256, size, kind }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    role = try container.decode(String.self, forKey: .role)
    kind = try container.decode(Kind.self, forKey: .kind)
    let hex = try container.decode(String.self, forKey: .sha256)
    guard let hash = SHA256Value(hex: hex) else {
      throw DecodingError.dataCorruptedError(forKey: .sha256, in: container, debugDescription: "not a SHA-256")
    }
    digest = Digest(hash: hash, size: try container.decode(Int64.self, forKey: .size))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(role, forKey: .role)
    try container.encode(digest.hex, forKey: .sha256)
    try container.encode(digest.size, forKey: .size)
    try container.encode(kind, forKey: .kind)
  }
}

/// What an action made, from what: the action cache's value.
package struct ActionRecord: Codable, Sendable {
  package static let currentVersion = 1

  package let version: Int
  /// The action that was run first with this key, such as `images@uploads/images/a.jpg`.
  package let action: String
  /// All that entered the key, by name.
  package let components: [KeyComponent]
  package let outputs: [ActionOutput]
  /// What the builder had to say: warnings, a command's output.
  package let log: [String]
  package let seconds: Double

  package init(
    action: String, components: [KeyComponent], outputs: [ActionOutput], log: [String], seconds: Double
  ) {
    version = Self.currentVersion
    self.action = action
    self.components = components
    self.outputs = outputs
    self.log = log
    self.seconds = seconds
  }
}

/// `.hbcache/actions`: action key → record, one JSON file each.
/// A record that cannot be read, or whose components do not hash to its name, counts as absent.
package struct ActionCache: Sendable {
  private let tree: WorkTree

  package init(tree: WorkTree) { self.tree = tree }

  package func read(_ key: ActionKey) -> ActionRecord? {
    guard let bytes = try? tree.readAll(CacheLayout.action(key)),
      let record = try? JSONDecoder().decode(ActionRecord.self, from: Data(bytes)),
      record.version == ActionRecord.currentVersion, ActionKey(record.components) == key
    else { return nil }
    return record
  }

  package func write(_ record: ActionRecord, for key: ActionKey, via temporary: String) throws(PosixError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(record) else {
      preconditionFailure("an action record holds only text and numbers")
    }
    let path = CacheLayout.action(key)
    try tree.makeParents(of: path)
    do {
      let file = try tree.create(temporary)
      try file.write(Array(data) + [UInt8(ascii: "\n")])
    }
    try tree.rename(temporary, to: path)
  }

  package func remove(_ key: ActionKey) throws(PosixError) { try tree.remove(CacheLayout.action(key)) }

  /// Every key that has a record.
  package func all() -> [ActionKey] {
    CacheLayout.hashes(in: CacheLayout.actions, of: tree).map(ActionKey.init(hash:))
  }
}
