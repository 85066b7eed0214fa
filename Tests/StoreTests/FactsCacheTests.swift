import Foundation
import Glibc
import Hashing
import Store
import Testing

@Suite struct FactsCacheTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private let one = Digest(of: "one")
  private let two = Digest(of: "two")

  @Test func facts_areReadBack_byAnotherConnection() throws {
    do {
      let cache = FactsCache(tree: space.tree)
      try cache.write([(one, [1, 0, 2]), (two, Array("é\0🦊".utf8))], kind: "post 1")
    }
    let cache = FactsCache(tree: space.tree)
    let read = cache.read([two, Digest(of: "three"), one, one], kind: "post 1")
    #expect(read == [Array("é\0🦊".utf8), nil, [1, 0, 2], [1, 0, 2]])
  }

  @Test func facts_areOfOneKind() throws {
    let cache = FactsCache(tree: space.tree)
    try cache.write([(one, [1])], kind: "post 1")
    try cache.write([(one, [2])], kind: "image 1")
    #expect(cache.read([one], kind: "post 1") == [[1]])
    #expect(cache.read([one], kind: "image 1") == [[2]])
    #expect(cache.read([one], kind: "post 2") == [nil])
    #expect(cache.read([], kind: "post 1").isEmpty)
  }

  @Test func newFacts_replaceOldOnes() throws {
    let cache = FactsCache(tree: space.tree)
    try cache.write([(one, [1])], kind: "k")
    try cache.write([(one, [2, 3])], kind: "k")
    #expect(cache.read([one], kind: "k") == [[2, 3]])
  }

  @Test func emptyFacts_areFacts() throws {
    let cache = FactsCache(tree: space.tree)
    try cache.write([(one, [])], kind: "k")
    #expect(cache.read([one], kind: "k") == [[]])
    try cache.write([], kind: "k")
  }

  @Test(arguments: [1, 15, 16, 100, 4096, 100_000]) func garbage_isThrownAway(_ size: Int) throws {
    try space.write(CacheLayout.facts, (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 13) })
    try expectAWorkingCache()
  }

  @Test func garbageBesideAGoodDatabase_doesNoHarm() throws {
    do { try FactsCache(tree: space.tree).write([(one, [1])], kind: "k") }
    try space.write(CacheLayout.facts + "-wal", Array(repeating: 0xA5, count: 5000))
    try space.write(CacheLayout.facts + "-shm", Array(repeating: 0x5A, count: 32768))
    try expectAWorkingCache()
  }

  /// The first page is sound, so the database opens; the others are not.
  @Test func databaseWithDamagedPages_isThrownAway() throws {
    let facts = (0..<2000).map {
      (Digest(of: "\($0)"), Array(repeating: UInt8(truncatingIfNeeded: $0), count: 100))
    }
    do { try FactsCache(tree: space.tree).write(facts, kind: "k") }
    var bytes = try space.bytes(CacheLayout.facts)
    try #require(bytes.count > 20_000)
    for place in 4096..<bytes.count { bytes[place] = UInt8(truncatingIfNeeded: place &* 31 &+ 7) }
    try space.write(CacheLayout.facts, bytes)
    try expectAWorkingCache()
  }

  @Test func databaseThatIsCutOff_isThrownAway() throws {
    let facts = (0..<2000).map {
      (Digest(of: "\($0)"), Array(repeating: UInt8(truncatingIfNeeded: $0), count: 100))
    }
    do { try FactsCache(tree: space.tree).write(facts, kind: "k") }
    let bytes = try space.bytes(CacheLayout.facts)
    try space.write(CacheLayout.facts, Array(bytes[..<(bytes.count / 2)]))
    try expectAWorkingCache()
  }

  @Test func tableOfAnotherShape_isThrownAway() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE facts (x)')",
      space.absolute(CacheLayout.facts),
    ]
    try space.tree.makeDirectory(CacheLayout.directory)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    try expectAWorkingCache()
  }

  @Test func directoryInItsPlace_meansFactsForThisProcessOnly() throws {
    try space.write(CacheLayout.facts + "/x", "x")
    let cache = FactsCache(tree: space.tree)
    try cache.write([(one, [1])], kind: "k")
    #expect(cache.read([one], kind: "k") == [[1]])
    #expect(try space.text(CacheLayout.facts + "/x") == "x")
  }

  @Test func twoConnections_mayWriteAtOnce() throws {
    let caches = [FactsCache(tree: space.tree), FactsCache(tree: space.tree)]
    let failures = concurrentMap(Array(0..<40)) { number -> String? in
      do {
        try caches[number % 2].write([(Digest(of: "\(number)"), [UInt8(number)])], kind: "k")
        return nil
      } catch { return "\(error)" }
    }.compactMap { $0 }
    #expect(failures.isEmpty)
    let read = caches[0].read((0..<40).map { Digest(of: "\($0)") }, kind: "k")
    #expect(read == (0..<40).map { [UInt8($0)] })
  }

  /// Facts written are facts read, now and by the next process.
  private func expectAWorkingCache() throws {
    let new = Digest(of: "written after the damage")
    do {
      let cache = FactsCache(tree: space.tree)
      try cache.write([(new, [42])], kind: "k")
      #expect(cache.read([new], kind: "k") == [[42]])
    }
    #expect(FactsCache(tree: space.tree).read([new], kind: "k") == [[42]])
  }
}
