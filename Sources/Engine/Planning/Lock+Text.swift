import Hashing
import Posix
import Store

extension Lock {
  private static let header =
    "# pipeline.lock 1: path, sha256, bytes, kind, action key, action. Written by hbpipe; commit it.\n"

  /// The kind of a line for an action without artifacts: it has no path, hash or size.
  private static let effect = "effect"

  /// The file's bytes.
  package var text: [UInt8] {
    var bytes = Array(Self.header.utf8)
    bytes.reserveCapacity(entries.count * 256)
    for (action, key) in effects.sorted(by: { $0.key < $1.key }) {
      bytes.append(contentsOf: "\t-\t0\t\(Self.effect)\t\(key.hex)\t".utf8)
      bytes.append(contentsOf: escaped(action.description))
      bytes.append(newline)
    }
    for entry in entries.values.sorted(by: { $0.path < $1.path }) {
      bytes.append(contentsOf: escaped(entry.path.string))
      bytes.append(tab)
      bytes.append(contentsOf: entry.digest.hex.utf8)
      bytes.append(tab)
      bytes.append(contentsOf: String(entry.digest.size).utf8)
      bytes.append(tab)
      bytes.append(contentsOf: entry.kind.rawValue.utf8)
      bytes.append(tab)
      bytes.append(contentsOf: entry.key.hex.utf8)
      bytes.append(tab)
      bytes.append(contentsOf: escaped(entry.action.description))
      bytes.append(newline)
    }
    return bytes
  }

  /// Reads the lock of a project; one that is absent is empty.
  ///
  /// A line that cannot be read (a conflict that git left, a cut-off end) is reported and left out:
  /// what it said is then found in the action cache, or made again.
  /// - Throws: `EngineError.system` where the file exists and cannot be read.
  package static func read(_ tree: WorkTree) throws(EngineError) -> (lock: Lock, damaged: [Place]) {
    try system { () throws(PosixError) in
      guard try tree.status(of: fileName) != nil else { return (Lock(), []) }
      return parse(try tree.readAll(fileName))
    }
  }

  package static func parse(_ text: [UInt8]) -> (lock: Lock, damaged: [Place]) {
    var lock = Lock()
    var damaged: [Place] = []
    var number = 0
    var rest = text[...]
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: newline)
      let line = rest[..<(end ?? rest.endIndex)]
      rest = end.map { rest[($0 + 1)...] } ?? []
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      if end != nil, let entry = parseLine(line), lock.entries[entry.path] == nil {
        lock.insert(entry)
      } else if end != nil, let (action, key) = parseEffect(line), lock.effects[action] == nil {
        lock.insert(effectOf: action, key: key)
      } else {
        damaged.append(Place(file: fileName, line: number, column: 1))
      }
    }
    return (lock, damaged)
  }

  private static func parseEffect(_ line: ArraySlice<UInt8>) -> (ActionName, ActionKey)? {
    let fields = line.split(separator: tab, omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0].isEmpty, fields[1].elementsEqual("-".utf8),
      fields[2].elementsEqual("0".utf8), fields[3].elementsEqual(effect.utf8),
      let key = SHA256Value(hex: fields[4]), let action = unescaped(fields[5]).flatMap(ActionName.init)
    else { return nil }
    return (action, ActionKey(hash: key))
  }

  private static func parseLine(_ line: ArraySlice<UInt8>) -> LockEntry? {
    let fields = line.split(separator: tab, omittingEmptySubsequences: false)
    guard fields.count == 6, let path = unescaped(fields[0]).flatMap(RepoPath.init),
      let hash = SHA256Value(hex: fields[1]),
      let size = Int64(String(decoding: fields[2], as: UTF8.self)), size >= 0,
      let kind = ActionOutput.Kind(rawValue: String(decoding: fields[3], as: UTF8.self)),
      let key = SHA256Value(hex: fields[4]), let action = unescaped(fields[5]).flatMap(ActionName.init)
    else { return nil }
    return LockEntry(
      path: path, digest: Digest(hash: hash, size: size), kind: kind, key: ActionKey(hash: key), action: action)
  }
}

private let tab = UInt8(ascii: "\t")
private let newline = UInt8(ascii: "\n")
private let backslash = UInt8(ascii: "\\")

/// Tabs, line ends and backslashes would break the line's form; a path may hold them.
private func escaped(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  // A path that begins like a comment or a conflict's mark has to be told from one.
  if let first = text.utf8.first, "#<=>|".utf8.contains(first) { bytes.append(backslash) }
  for byte in text.utf8 {
    switch byte {
    case tab: bytes += [backslash, UInt8(ascii: "t")]
    case newline: bytes += [backslash, UInt8(ascii: "n")]
    case UInt8(ascii: "\r"): bytes += [backslash, UInt8(ascii: "r")]
    case backslash: bytes += [backslash, backslash]
    default: bytes.append(byte)
    }
  }
  return bytes
}

/// nil where the bytes are not UTF-8, or end in a lone backslash.
private func unescaped(_ field: ArraySlice<UInt8>) -> String? {
  guard field.contains(backslash) else { return String(validating: field, as: UTF8.self) }
  var bytes: [UInt8] = []
  var rest = field
  while let byte = rest.popFirst() {
    guard byte == backslash else {
      bytes.append(byte)
      continue
    }
    switch rest.popFirst() {
    case UInt8(ascii: "t"): bytes.append(tab)
    case UInt8(ascii: "n"): bytes.append(newline)
    case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
    case let other?: bytes.append(other)
    case nil: return nil
    }
  }
  return String(validating: bytes, as: UTF8.self)
}
