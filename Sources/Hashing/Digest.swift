/// The identity of content: the SHA-256 of the bytes, with their count.
/// (The Digest of the Remote Execution API.)
package struct Digest: Hashable, Sendable {
  package let hash: SHA256Value
  /// Bytes.
  package let size: Int64

  package init(hash: SHA256Value, size: Int64) {
    self.hash = hash
    self.size = size
  }

  package var hex: String { hash.hex }
  package var short: String { hash.short }
}
