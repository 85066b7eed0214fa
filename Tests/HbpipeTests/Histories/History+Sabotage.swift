import Foundation
import Glibc
import Testing

extension History {
  /// Damages what hbpipe has made, in its outputs or in its cache, and says how. Sources stay as they are.
  mutating func sabotage() throws -> String {
    let outputs = space.files(below: ".").filter { path in
      ["public/", "out/", "work/"].contains(where: path.hasPrefix) && foreign[path] == nil
    }
    let objects = space.files(below: ".hbcache/objects")
    switch random.number(1...14) {
    case 1:
      let directory = random.pick("public", "out", "work")
      foreign = foreign.filter { !$0.key.hasPrefix(directory + "/") }
      try? space.remove(directory)
      return "delete \(directory)"
    case 2, 3:
      guard let path = random.pick(outputs) else { return "nothing" }
      try space.remove(path)
      return "delete \(path)"
    case 4:
      guard let path = random.pick(outputs) else { return "nothing" }
      try space.remove(path)
      try space.write(path, "by hand \(random.number(0...9))")
      return "replace \(path) by hand"
    case 5:
      // Through a hard link this damages the object too.
      guard let path = random.pick(outputs) else { return "nothing" }
      try space.write(path, "in place \(random.number(0...9))")
      return "write into \(path) by hand"
    case 6:
      guard let path = random.pick(outputs) else { return "nothing" }
      try space.setMode(path, random.pick(0o755, 0o644, 0o600, 0o700))
      return "change the mode of \(path)"
    case 7:
      let part = random.pick("objects", "actions", "index", "facts.sqlite", "tmp")
      try? space.remove(".hbcache/" + part)
      return "delete .hbcache/\(part)"
    case 8:
      guard let object = random.pick(objects) else { return "nothing" }
      try space.remove(".hbcache/objects/" + object)
      return "delete the object \(object)"
    case 9:
      guard let object = random.pick(objects) else { return "nothing" }
      try flipAByte(of: ".hbcache/objects/" + object)
      return "flip a byte of the object \(object)"
    case 10:
      let path = random.pick("public", "public", "out/parts") + "/mine-\(random.number(1...9)).txt"
      guard !space.exists(path) else { return "nothing" }
      let bytes = Array(random.words(1...2).utf8)
      try space.write(path, bytes)
      foreign[path] = bytes
      return "write \(path), which is no artifact"
    case 11:
      try space.run("gc")
      return "gc"
    default:
      // Without its lock, hbpipe knows only of what it is going to make.
      guard isSettled else { return "nothing" }
      return try damageTheLock()
    }
  }

  private mutating func damageTheLock() throws -> String {
    let before = try #require(space.bytes("pipeline.lock"))
    switch random.number(1...4) {
    case 1:
      try space.remove("pipeline.lock")
      try expectRecovery()
      return "delete pipeline.lock"
    case 2:
      try space.write("pipeline.lock", Array(before.prefix(random.number(0...before.count))))
      try expectRecovery()
      return "cut pipeline.lock off"
    case 3:
      let lines = String(decoding: before, as: UTF8.self).split(separator: "\n")
      let cut = random.number(0...lines.count)
      let halves = (lines[..<cut].joined(separator: "\n"), lines[cut...].joined(separator: "\n"))
      try space.write("pipeline.lock", "<<<<<<< ours\n\(halves.0)\n=======\n\(halves.1)\n>>>>>>> theirs\n")
      try expectRecovery()
      return "conflict marks in pipeline.lock"
    default:
      try space.remove(".hbcache")
      return "delete .hbcache"
    }
  }

  /// A run with the sources as they are puts the lock right.
  private func expectRecovery() throws {
    let report = try space.repro()
    try #require(report.code == 0, "repro with a damaged lock: \(report)")
  }

  /// Damage that neither size nor modification time shows.
  private func flipAByte(of path: String) throws {
    var bytes = try #require(space.bytes(path))
    guard let last = bytes.last else { return }
    bytes[bytes.count - 1] = last ^ 1
    var before = stat()
    try #require(stat(space.absolute(path), &before) == 0)
    try space.write(path, bytes)
    let times = [
      timeval(tv_sec: before.st_atim.tv_sec, tv_usec: before.st_atim.tv_nsec / 1000),
      timeval(tv_sec: before.st_mtim.tv_sec, tv_usec: before.st_mtim.tv_nsec / 1000),
    ]
    try #require(utimes(space.absolute(path), times) == 0)
  }
}
