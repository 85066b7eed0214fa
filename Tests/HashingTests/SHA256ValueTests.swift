import Hashing
import Testing

@Suite struct SHA256ValueTests {
  static let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test func hex_isReadBackAsItWasWritten() throws {
    let value = try #require(SHA256Value(hex: Self.hex))
    #expect(value.hex == Self.hex)
    #expect(value.short == "ba7816bf")
    #expect(value == Digest(of: "abc").hash)
  }

  @Test(arguments: [
    "", "ba", String(hex.dropLast()), hex + "0", hex.uppercased(), " " + hex.dropLast(),
    "0x" + hex.dropFirst(2), String(hex.dropLast()) + "g", String(hex.dropLast(2)) + "é",
  ])
  func hex_isRefused_unlessItIs64LowerCaseDigits(_ text: String) {
    #expect(SHA256Value(hex: text) == nil)
  }

  @Test(arguments: [String(repeating: "0", count: 64), String(repeating: "f", count: 64), hex])
  func bytes_areReadBackAsTheyWereWritten(_ hex: String) throws {
    let value = try #require(SHA256Value(hex: hex))
    let bytes = value.withBytes(Array.init)
    #expect(bytes.count == 32)
    #expect(bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() == hex)
    #expect(bytes.withUnsafeBytes(SHA256Value.init(bytes:)) == value)
  }

  /// Values sort as their digits do, so that a list by value is a list by name.
  @Test func order_isTheOrderOfTheDigits() {
    let hashes = (0..<500).map { Digest(of: "\($0)").hash }
    #expect(hashes.sorted().map(\.hex) == hashes.map(\.hex).sorted())
  }

  @Test(arguments: 0..<4) func values_differ_whicheverWordDoes(_ word: Int) throws {
    var digits = Array(Self.hex)
    digits[word * 16 + 15] = digits[word * 16 + 15] == "0" ? "1" : "0"
    let other = try #require(SHA256Value(hex: String(digits)))
    let value = try #require(SHA256Value(hex: Self.hex))
    #expect(other != value)
    #expect((other < value) != (value < other))
  }
}
