import Store
import Testing

@Suite struct ChecksumTests {
  private func sum(_ bytes: [UInt8]) -> Checksum { bytes.withUnsafeBytes { Checksum(of: $0) } }

  @Test func sum_isOfBytes_howeverTheyAreGiven() {
    for text in ["", "a", "hbpipe", "é 🦊, more than eight bytes"] {
      #expect(Checksum(of: text) == sum(Array(text.utf8)))
    }
    #expect(Checksum(of: "caf\u{E9}") != Checksum(of: "cafe\u{301}"))
  }

  @Test func sums_differ_whereverOneBitDoes() {
    let bytes = (0..<77).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var sums: Set<UInt64> = [sum(bytes).value]
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << bit
        sums.insert(sum(changed).value)
      }
    }
    #expect(sums.count == 77 * 8 + 1)
  }

  @Test func sums_differ_whereverTheBytesAreCutOff() {
    for bytes in [[UInt8](repeating: 0, count: 100), (0..<100).map { UInt8($0) }] {
      #expect(Set((0...100).map { sum(Array(bytes[..<$0])).value }).count == 101)
    }
  }

  @Test func sums_differ_whenWordsTradePlaces() {
    let (one, other) = (Array("firstone".utf8), Array("otherone".utf8))
    #expect(sum(one + other) != sum(other + one))
  }
}
