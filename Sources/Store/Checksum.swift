/// A fast 64-bit sum that tells whether a file of our own is whole. It says nothing about who wrote it,
/// and identifies no content: digests do that.
package struct Checksum: Equatable, Sendable {
  package let value: UInt64

  package init(value: UInt64) { self.value = value }

  /// Mixes eight bytes at a time, and the length, so that no two cuts of the same bytes are alike.
  package init(of bytes: UnsafeRawBufferPointer) {
    var sum = UInt64(bytes.count) &* Self.odd
    let words = bytes.count / 8
    for number in 0..<words {
      sum = Self.mix(sum, bytes.loadUnaligned(fromByteOffset: number * 8, as: UInt64.self))
    }
    for byte in bytes[(words * 8)...] { sum = Self.mix(sum, UInt64(byte)) }
    value = sum
  }

  package init(of text: String) {
    var text = text
    self = text.withUTF8 { Checksum(of: UnsafeRawBufferPointer($0)) }
  }

  /// 2⁶⁴ over the golden ratio: odd, with bits that look random.
  private static let odd: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (sum ^ word) &* odd
    return mixed ^ (mixed >> 32)
  }
}
