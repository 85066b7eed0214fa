import Engine
import Posix
import Store
import Synchronization

/// The files that commands print to, taken again and again: to create and remove one for each command costs more
/// than many a command.
final class CommandLogs: Sendable {
  private let free = Mutex<[String]>([])

  /// A path that no other command prints to.
  func take(_ context: BuildContext) -> String { free.withLock { $0.popLast() } ?? context.temporaryPath() }

  func giveBack(_ path: String) { free.withLock { $0.append(path) } }

  // What is kept of a log: the beginning and the end say most.
  private static let headBytes = 256 << 10
  private static let tailBytes = 768 << 10

  static func lines(of path: String, in tree: WorkTree) -> [String] {
    guard let file = try? tree.map(path) else { return [] }
    let bytes = file.bytes
    guard bytes.count > headBytes + tailBytes else { return lines(bytes) }
    let left = bytes.count - headBytes - tailBytes
    return lines(UnsafeRawBufferPointer(rebasing: bytes[..<headBytes])) + ["… \(left) bytes left out …"]
      + lines(UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - tailBytes)...]))
  }

  private static func lines(_ bytes: UnsafeRawBufferPointer) -> [String] {
    var lines = textLines(String(decoding: bytes, as: UTF8.self))
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
