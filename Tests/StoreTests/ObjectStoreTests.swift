import Foundation
import Glibc
import Hashing
import Posix
import Store
import Testing

@Suite struct ObjectStoreTests {
  let space: Workspace
  let store: ObjectStore

  init() throws {
    space = try Workspace()
    store = ObjectStore(tree: space.tree)
  }

  private func object(_ digest: Digest) -> String { CacheLayout.object(digest.hash) }

  /// Writes other bytes of the same size into an object.
  private func damage(_ digest: Digest) throws {
    try space.tree.setMode(object(digest), 0o644)
    try space.write(object(digest), try space.bytes(object(digest)).map { $0 ^ 1 })
  }

  private func read(_ digest: Digest) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try store.read(digest) { bytes.append(contentsOf: $0) }
    return bytes
  }

  @Test(arguments: [0, 1, 300_000]) func bytes_areReadBack(_ size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let digest = try store.add(bytes)
    #expect(digest == Digest(of: bytes))
    #expect(store.holds(digest))
    #expect(try read(digest) == bytes)
  }

  @Test func object_standsReadOnlyUnderItsHash_andNothingIsLeftBeside() throws {
    let digest = try store.add(Array("hello\n".utf8))
    let path = ".hbcache/objects/58/91b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    #expect(object(digest) == path)
    #expect(try space.text(path) == "hello\n")
    #expect(space.mode(path) == 0o444)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func add_copyOf_leavesTheFileAsItIs() throws {
    try space.write("a", "one")
    let before = try space.status("a")
    let digest = try store.add(copyOf: "a")
    #expect(digest == Digest(of: "one"))
    #expect(try space.status("a") == before)
    try space.write("a", "two")
    #expect(try read(digest) == Array("one".utf8))
  }

  @Test func add_moving_takesTheFileAway() throws {
    for _ in 0..<2 {
      try space.write("a", "one")
      let digest = try store.add(moving: "a")
      #expect(!space.exists("a"))
      #expect(store.condition(of: digest) == .intact)
      #expect(space.mode(object(digest)) == 0o444)
    }
  }

  /// The file and the object may be two names of one inode already.
  @Test func add_moving_worksOnALinkToTheObjectItself() throws {
    let digest = try store.add(Array("one".utf8))
    try space.tree.link(object(digest), as: "a")
    #expect(try store.add(moving: "a") == digest)
    #expect(!space.exists("a"))
    #expect(store.condition(of: digest) == .intact)
  }

  @Test func damage_ofTheSameSize_isDetected_andTheObjectDropped() throws {
    let digest = try store.add(Array("hello".utf8))
    try damage(digest)
    #expect(store.holds(digest), "holds reads no bytes")
    #expect(store.condition(of: digest) == .damaged)

    var handedOut = 0
    let error = #expect(throws: StoreError.self) { try store.read(digest) { handedOut += $0.count } }
    guard case .damagedObject(digest) = error else {
      Issue.record("not .damagedObject: \(String(describing: error))")
      return
    }
    #expect(handedOut == 0, "nothing leaves the store unverified")
    #expect(store.condition(of: digest) == .absent)
    #expect(throws: StoreError.self) { try store.read(digest) { _ in } }
  }

  @Test func holds_noticesAnotherSize() throws {
    let digest = try store.add(Array("hello".utf8))
    try space.tree.setMode(object(digest), 0o644)
    try space.write(object(digest), "hello, longer")
    #expect(!store.holds(digest))
    #expect(store.condition(of: digest) == .damaged)
  }

  @Test(arguments: ["bytes", "copy", "move"]) func damage_isMendedByAdd(_ way: String) throws {
    let bytes = Array("hello".utf8)
    let digest = try store.add(bytes)
    try damage(digest)
    try space.write("a", bytes)
    switch way {
    case "bytes": #expect(try store.add(bytes) == digest)
    case "copy": #expect(try store.add(copyOf: "a") == digest)
    default: #expect(try store.add(moving: "a") == digest)
    }
    #expect(store.condition(of: digest) == .intact)
    #expect(try read(digest) == bytes)
    #expect(space.mode(object(digest)) == 0o444)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func missingObject_isSaidToBeMissing() throws {
    let digest = Digest(of: "never stored")
    #expect(store.condition(of: digest) == .absent)
    #expect(!store.holds(digest))
    let error = #expect(throws: StoreError.self) { try store.read(digest) { _ in } }
    guard case .missingObject(digest) = error else {
      Issue.record("not .missingObject: \(String(describing: error))")
      return
    }
  }

  @Test func add_failsWithoutTrace_whenThereIsNoSuchFile() {
    #expect(throws: PosixError.self) { try store.add(copyOf: "nothing") }
    #expect(throws: PosixError.self) { try store.add(moving: "nothing") }
    #expect(store.all().isEmpty)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func sameBytes_addedByManyThreads_areOneObject() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let expected = Digest(of: bytes)
    let results = concurrentMap(Array(0..<64)) { [store] _ in try? store.add(bytes) }
    #expect(results.allSatisfy { $0 == expected })
    #expect(store.all() == [expected])
    #expect(try read(expected) == bytes)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func damage_isMendedByManyThreadsAtOnce() throws {
    let bytes = Array("hello".utf8)
    let digest = try store.add(bytes)
    try damage(digest)
    let results = concurrentMap(Array(0..<32)) { [store] _ in try? store.add(bytes) }
    #expect(results.allSatisfy { $0 == digest })
    #expect(store.condition(of: digest) == .intact)
  }

  @Test func all_listsObjects_andNothingElse() throws {
    let digests = try (0..<20).map { try store.add(Array("\($0)".utf8)) }
    try space.write(CacheLayout.objects + "/ab/notes.txt", "no object")
    try space.write(CacheLayout.objects + "/README", "no object")
    #expect(Set(store.all()) == Set(digests))
    try store.remove(digests[0].hash)
    #expect(Set(store.all()) == Set(digests.dropFirst()))
  }

  @Test func temporaryPaths_areAllDifferent() {
    let paths = concurrentMap(Array(0..<1000)) { [store] _ in store.temporaryPath() }
    #expect(Set(paths).count == 1000)
    #expect(paths.allSatisfy { $0.hasPrefix(CacheLayout.temporary + "/") })
  }

  @Test func objects_areWhatSha256sumSays() throws {
    for text in ["", "a", "hello\n"] { _ = try store.add(Array(text.utf8)) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "find . -type f -exec sha256sum {} +"]
    process.currentDirectoryURL = URL(fileURLWithPath: space.absolute(CacheLayout.objects))
    process.standardOutput = output
    try process.run()
    let lines = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      .split(separator: "\n")
    process.waitUntilExit()
    #expect(lines.count == 3)
    for line in lines {
      let name = line.dropFirst(66).filter { $0 != "/" && $0 != "." }
      #expect(line.prefix(64) == name)
    }
  }
}
