import Foundation
import Glibc
import Hashing
import Posix
import Store
import Testing

/// An empty project directory that goes with its last reference.
final class Workspace: Sendable {
  let root: String
  let tree: WorkTree

  init() throws {
    root = NSTemporaryDirectory() + "hbpipe-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    tree = try WorkTree(root: root)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func absolute(_ path: String) -> String { root + "/" + path }

  /// Writes into the file that is there, if one is: its inode stays.
  func write(_ path: String, _ bytes: [UInt8]) throws {
    try tree.makeParents(of: path)
    let file = try OpenFile.open(
      absolute(path), at: AT_FDCWD, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try file.write(bytes)
  }

  func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

  func bytes(_ path: String) throws -> [UInt8] { try tree.readAll(path) }

  func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  func exists(_ path: String) -> Bool { access(absolute(path), F_OK) == 0 }

  func status(_ path: String) throws -> FileStatus { try #require(try tree.status(of: path)) }

  /// The permission bits.
  func mode(_ path: String) -> UInt32 {
    var raw = stat()
    return stat(absolute(path), &raw) == 0 ? raw.st_mode & 0o7777 : 0
  }

  func names(in directory: String) -> [String] {
    ((try? tree.list(directory))?.entries ?? []).map(\.displayName).sorted()
  }
}

/// A path that the test knows to be one.
func path(_ text: String) throws -> RepoPath { try #require(RepoPath(text)) }

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
