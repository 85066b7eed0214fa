import Foundation
import Glibc

/// A directory as it is on disk, to compare with another: paths, bytes, executable bits, links.
struct FileTree: Equatable {
  enum Entry: Equatable {
    case file([UInt8], isExecutable: Bool)
    case directory
    case link(to: String)
    case other
  }

  private(set) var entries: [String: Entry] = [:]

  /// - Parameters:
  ///   - root: an absolute path; an absent directory is an empty tree.
  ///   - leavingOut: names at the top that are not looked at.
  init(root: String, leavingOut: Set<String> = []) {
    read(root, prefix: "", leavingOut: leavingOut)
  }

  private mutating func read(_ directory: String, prefix: String, leavingOut: Set<String>) {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." || leavingOut.contains(name) { continue }
      let path = directory + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        entries[prefix + name] = .directory
        read(path, prefix: prefix + name + "/", leavingOut: [])
      case S_IFREG:
        let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        entries[prefix + name] = .file(bytes, isExecutable: status.st_mode & S_IXUSR != 0)
      case S_IFLNK:
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        entries[prefix + name] = .link(to: target ?? "")
      default: entries[prefix + name] = .other
      }
    }
  }

  /// What the other has that this has not, and the other way round, one line each; empty where they are equal.
  func differences(from expected: FileTree) -> [String] {
    Set(entries.keys).union(expected.entries.keys).sorted().compactMap { path in
      switch (entries[path], expected.entries[path]) {
      case (let mine, let other) where mine == other: nil
      case (nil, _): "- \(path)"
      case (_, nil): "+ \(path)"
      case (.file(let bytes, let isExecutable)?, .file(let others, let other)?):
        isExecutable != other
          ? "x \(path): executable \(isExecutable), expected \(other)"
          : "! \(path): \(Self.excerpt(bytes)), expected \(Self.excerpt(others))"
      default: "! \(path): another kind of file"
      }
    }
  }

  private static func excerpt(_ bytes: [UInt8]) -> String {
    "\(bytes.count) bytes `\(String(decoding: bytes.prefix(60), as: UTF8.self))`"
  }
}
