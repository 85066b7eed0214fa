import Foundation
import Hashing
import Posix
import Testing

/// Digests of files, judged by `sha256sum`.
@Suite struct FileDigestTests {
  /// Sizes around the block of 64 bytes, the padding's limit of 56, and the reading piece of 256 KiB.
  @Test(arguments: [0, 1, 55, 56, 57, 63, 64, 65, 4095, 262_143, 262_144, 262_145, 1_000_003])
  func digestOfAFile_isWhatSha256sumPrints(_ size: Int) throws {
    let path = NSTemporaryDirectory() + "hbpipe-digest-\(UUID().uuidString)"
    var generator = SplitMix(state: UInt64(size))
    let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }

    let file = try OpenFile.read(path)
    let digest = try Digest(of: file)
    #expect(digest.hex == (try sha256sum(path)))
    #expect(digest.size == Int64(size))
    #expect(digest == Digest(of: bytes))
  }

  @Test func copying_handsOnEveryByteThatItHashes() throws {
    let path = NSTemporaryDirectory() + "hbpipe-digest-\(UUID().uuidString)"
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }

    let file = try OpenFile.read(path)
    var received: [UInt8] = []
    let digest = try Digest.copying(file) { piece in received.append(contentsOf: piece) }
    #expect(received == bytes)
    #expect(digest == Digest(of: bytes))
  }
}

/// Another program's answer.
private func sha256sum(_ path: String) throws -> String {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
  process.arguments = [path]
  process.standardOutput = output
  try process.run()
  let data = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return String(decoding: data.prefix(64), as: UTF8.self)
}
