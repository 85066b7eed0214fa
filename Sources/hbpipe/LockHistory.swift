import Engine
import Foundation
import Posix

/// The locks that git's history holds.
struct LockHistory {
  /// The project's root.
  let directory: String

  /// The locks of the last commits, newest first. A commit without a lock has none.
  /// - Throws: `CommandError.failed` where git cannot tell.
  func last(_ count: Int) throws -> [Lock] {
    guard count > 0 else { return [] }
    let revisions = try git(["rev-list", "-n", String(count), "HEAD"])
      .split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    return revisions.compactMap { revision in
      (try? git(["show", "\(revision):./\(Lock.fileName)"])).map { Lock.parse($0).lock }
    }
  }

  private func git(_ arguments: [String]) throws -> [UInt8] {
    let (ending, output) = try ChildProcess.output(
      of: ["/usr/bin/env", "git"] + arguments, environment: ProcessInfo.processInfo.environment,
      directory: directory, errors: .dropped)
    guard ending == .exited(0) else {
      throw CommandError.failed(
        "git \(arguments.joined(separator: " ")) failed", hint: "--keep-history needs a git repository with commits")
    }
    return output
  }
}
