import Hashing

/// One named thing that can change what an action makes.
package struct KeyComponent: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    /// The program that makes the artifact, with its libraries' versions.
    case builder
    /// A setting of `pipeline.yaml`.
    case option
    /// A file's digest, or what is known of it (its facts).
    case input
    /// A value of a file of parameters.
    case parameter
    /// An environment variable, by the hash of its value: it may be a secret.
    case variable
  }

  package let kind: Kind
  package let name: String
  package let value: String

  package init(_ kind: Kind, _ name: String, _ value: String) {
    self.kind = kind
    self.name = name
    self.value = value
  }
}

/// SHA-256 over all that can change what an action makes.
///
/// The form is canonical: a version line, then for every component its kind, name and value, each
/// preceded by its length in bytes (eight, big-endian), so that no two lists run into the same bytes.
package struct ActionKey: Hashable, Comparable, Sendable {
  package let hash: SHA256Value

  package init(hash: SHA256Value) { self.hash = hash }

  package init?(hex: String) {
    guard let hash = SHA256Value(hex: hex) else { return nil }
    self.hash = hash
  }

  /// - Parameter components: in an order that the builder fixes.
  package init(_ components: [KeyComponent]) {
    var form: [UInt8] = []
    form.reserveCapacity(components.count * 96 + 32)
    func append(_ text: String) {
      withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { form.append(contentsOf: $0) }
      form.append(contentsOf: text.utf8)
    }
    append("hbpipe action key 1")
    for component in components {
      append(component.kind.rawValue)
      append(component.name)
      append(component.value)
    }
    hash = Digest(of: form).hash
  }

  package var hex: String { hash.hex }
  package var short: String { hash.short }

  package static func < (left: ActionKey, right: ActionKey) -> Bool { left.hash < right.hash }
}
