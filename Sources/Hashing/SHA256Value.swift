/// The 32 bytes of a SHA-256, as four big-endian words so that comparing costs four compares.
package struct SHA256Value: Hashable, Comparable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Precondition: exactly 32 bytes.
  package init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32)
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// nil unless `hex` is 64 lower-case hexadecimal digits.
  package init?(hex: ArraySlice<UInt8>) {
    guard hex.count == 64 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for position in 0..<16 {
      guard let first = hexValue(hex[hex.startIndex + position]),
        let second = hexValue(hex[hex.startIndex + 16 + position]),
        let third = hexValue(hex[hex.startIndex + 32 + position]),
        let fourth = hexValue(hex[hex.startIndex + 48 + position])
      else { return nil }
      words.0 = words.0 << 4 | first
      words.1 = words.1 << 4 | second
      words.2 = words.2 << 4 | third
      words.3 = words.3 << 4 | fourth
    }
    self.words = words
  }

  package init?(hex: String) { self.init(hex: Array(hex.utf8)[...]) }

  /// 64 lower-case hexadecimal digits: what `sha256sum` prints.
  package var hex: String {
    String(unsafeUninitializedCapacity: 64) { buffer in
      var position = 0
      for word in [words.0, words.1, words.2, words.3] {
        for shift in stride(from: 60, through: 0, by: -4) {
          buffer[position] = hexDigits[Int(word >> UInt64(shift) & 15)]
          position += 1
        }
      }
      return 64
    }
  }

  /// The first eight hexadecimal digits, as messages and variant URLs show them.
  package var short: String { String(hex.prefix(8)) }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let big = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    return try withUnsafeBytes(of: big, body)
  }

  package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

  package static func < (left: Self, right: Self) -> Bool { left.words < right.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

private let hexDigits = Array("0123456789abcdef".utf8)

private func hexValue(_ digit: UInt8) -> UInt64? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
  default: nil
  }
}
