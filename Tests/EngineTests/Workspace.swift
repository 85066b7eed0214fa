import Engine
import Foundation
import Glibc
import Store
import Testing

/// An empty project directory that goes with its last reference.
final class Workspace: Sendable {
  let root: String
  let tree: WorkTree

  init() throws {
    root = NSTemporaryDirectory() + "hbpipe-engine-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    tree = try WorkTree(root: root)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func absolute(_ path: String) -> String { root + "/" + path }

  func write(_ path: String, _ bytes: [UInt8]) throws {
    try tree.makeParents(of: path)
    let descriptor = open(absolute(path), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    try #require(descriptor >= 0, "\(path): \(String(cString: strerror(errno)))")
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func write(_ path: String, _ text: String = "") throws { try write(path, Array(text.utf8)) }

  /// Runs another program here; its output as it is.
  func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let process = Process()
    let (standardInput, standardOutput) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null",
      "GIT_CONFIG_SYSTEM": "/dev/null",
      "HOME": root,
    ]
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(output)
  }

  /// The NUL-separated names that a program printed.
  func names(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> Set<[UInt8]> {
    Set(try run(program, arguments, input: input).split(separator: 0).map(Array.init))
  }
}

/// A path that the test knows to be one.
func path(_ text: String) throws -> RepoPath { try #require(RepoPath(text)) }

let somewhere = Place(file: "test.yaml", line: 7, column: 3)

func glob(_ text: String) throws -> [Glob] { try Glob.parse(text, at: somewhere, key: "from") }

/// What `EngineError.invalid` says of a file.
struct Complaint: Equatable, CustomStringConvertible {
  let place: String
  let message: String
  let hint: String?

  init(_ place: String, _ message: String, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  var description: String { "\(place): \(message)" + (hint.map { " (\($0))" } ?? "") }
}

/// nil where nothing is thrown.
func complaint(_ body: () throws -> Void) -> Complaint? {
  do {
    try body()
    return nil
  } catch EngineError.invalid(let place, let message, let hint) {
    return Complaint("\(place)", message, hint: hint)
  } catch {
    return Complaint("not EngineError.invalid", "\(error)")
  }
}

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
