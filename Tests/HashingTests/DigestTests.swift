import Hashing
import Testing

/// SHA-256 against FIPS 180-4's and NIST CAVP's vectors.
/// (Files against `sha256sum`: StoreTests, FileDigestTests.)
@Suite struct DigestTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let hex: String
    var testDescription: String { name }
  }

  static let vectors = [
    Vector(
      name: "nothing", bytes: [], hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    Vector(
      name: "abc", bytes: Array("abc".utf8),
      hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    Vector(
      name: "448 bits", bytes: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      hex: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    Vector(
      name: "896 bits",
      bytes: Array(
        ("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu").utf8),
      hex: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
    Vector(
      name: "a million a", bytes: Array(repeating: UInt8(ascii: "a"), count: 1_000_000),
      hex: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    Vector(
      name: "one byte (CAVP)", bytes: [0xbd],
      hex: "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"),
    Vector(
      name: "four bytes (CAVP)", bytes: [0xc9, 0x8c, 0x8e, 0x55],
      hex: "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"),
  ]

  @Test(arguments: vectors) func digest_isWhatThePublishedVectorSays(_ vector: Vector) {
    let digest = Digest(of: vector.bytes)
    #expect(digest.hex == vector.hex)
    #expect(digest.size == Int64(vector.bytes.count))
    #expect(digest.short == String(vector.hex.prefix(8)))
  }

  @Test(arguments: vectors, [1, 7, 63, 64, 65, 4096])
  func digest_isTheSame_howeverTheBytesArrive(_ vector: Vector, piece: Int) {
    let stream = SHA256Stream()
    vector.bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        stream.update(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
      }
    }
    #expect(stream.finish().hex == vector.hex)
  }

  @Test func stream_isEmptyAgain_afterFinish() {
    let stream = SHA256Stream()
    Array("some".utf8).withUnsafeBytes { stream.update($0) }
    let first = stream.finish()
    let second = stream.finish()
    #expect(first == Digest(of: "some"))
    #expect(second == Digest(of: [UInt8]()))
    #expect(second.size == 0)
  }

  @Test func digests_differ_whenOnlyTheSizeDoes() {
    let hash = Digest(of: "x").hash
    #expect(Digest(hash: hash, size: 1) != Digest(hash: hash, size: 2))
  }

  /// One stream for each thread: the algorithm that they share is read only.
  @Test func digests_areRight_onManyThreadsAtOnce() async {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        group.addTask { Digest(of: "text \(number)") == Digest(of: Array("text \(number)".utf8)) }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
