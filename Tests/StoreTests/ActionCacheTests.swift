import Foundation
import Hashing
import Posix
import Store
import Testing

@Suite struct ActionCacheTests {
  let space: Workspace
  let store: ObjectStore
  let cache: ActionCache

  init() throws {
    space = try Workspace()
    store = ObjectStore(tree: space.tree)
    cache = ActionCache(tree: space.tree)
  }

  private let record = ActionRecord(
    action: "images@uploads/a\tb\n🦊.jpg",
    components: [
      KeyComponent(.builder, "image", "1 \"quoted\" \\ /"), KeyComponent(.option, "widths", "480 700"),
      KeyComponent(.input, "é e\u{301}", ""),
    ],
    outputs: [
      ActionOutput(role: "480.webp", digest: Digest(of: "a"), kind: .file),
      ActionOutput(role: "bin/run", digest: Digest(of: "b"), kind: .executable),
      ActionOutput(role: "empty", digest: Digest(of: ""), kind: .emptyDirectory),
    ],
    log: ["a line", "", "\u{1B}[31mred\u{1B}[0m\0"], seconds: 0.125)

  private var key: ActionKey { ActionKey(record.components) }

  private func write() throws { try cache.write(record, for: key, via: store.temporaryPathForTests(space)) }

  @Test func record_isReadBack() throws {
    try write()
    let read = try #require(cache.read(key))
    #expect(read.action == record.action)
    #expect(read.components == record.components)
    #expect(read.components.map { Array($0.name.utf8) } == record.components.map { Array($0.name.utf8) })
    #expect(read.outputs == record.outputs)
    #expect(read.log == record.log)
    #expect(read.seconds == record.seconds)
    #expect(ActionKey(read.components) == key)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  /// The remote has the same files, and other versions of hbpipe read them.
  @Test func record_isGolden() throws {
    let small = ActionRecord(
      action: "static@a", components: [KeyComponent(.builder, "copy", "1")],
      outputs: [ActionOutput(role: "copy", digest: Digest(of: "abc"), kind: .file)], log: [], seconds: 0.5)
    let key = ActionKey(small.components)
    try cache.write(small, for: key, via: store.temporaryPathForTests(space))
    #expect(CacheLayout.action(key) == ".hbcache/actions/\(key.hex.prefix(2))/\(key.hex.dropFirst(2))")
    #expect(
      try space.text(CacheLayout.action(key)) == """
        {"action":"static@a","components":[{"kind":"builder","name":"copy","value":"1"}],"log":[],"outputs":\
        [{"kind":"file","role":"copy","sha256":\
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":3}],\
        "seconds":0.5,"version":1}

        """)
  }

  @Test func record_isAbsent_whereNoneWasWritten() { #expect(cache.read(ActionKey([])) == nil) }

  @Test func record_isAbsent_whereverItIsCutOff() throws {
    try write()
    let bytes = try space.bytes(CacheLayout.action(key))
    // Without its last byte, a line end, it is still whole.
    for length in 0..<bytes.count - 1 {
      try space.write(CacheLayout.action(key), Array(bytes[..<length]))
      try #require(cache.read(key) == nil, "cut off after \(length) of \(bytes.count) bytes")
    }
  }

  @Test func record_isAbsent_underAnotherKeysName() throws {
    try write()
    let other = ActionKey([])
    try space.write(CacheLayout.action(other), try space.bytes(CacheLayout.action(key)))
    #expect(cache.read(other) == nil)
  }

  @Test(arguments: [
    (#""version":1"#, #""version":2"#), (#""value":"480 700""#, #""value":"480 701""#),
    (#""kind":"file""#, #""kind":"link""#), (#""size":1"#, #""size":"1""#),
    ("\"sha256\":\"", "\"sha256\":\"x"),
  ])
  func record_isAbsent_whenItSaysSomethingElse(_ old: String, _ new: String) throws {
    try write()
    let text = try space.text(CacheLayout.action(key))
    let changed = text.replacingOccurrences(of: old, with: new)
    try #require(changed != text)
    try space.write(CacheLayout.action(key), changed)
    #expect(cache.read(key) == nil)
  }

  @Test func all_listsEveryKey_andRemoveDropsOne() throws {
    try write()
    let other = ActionRecord(action: "b", components: [], outputs: [], log: [], seconds: 0)
    try cache.write(other, for: ActionKey([]), via: store.temporaryPathForTests(space))
    #expect(Set(cache.all()) == [key, ActionKey([])])
    try cache.remove(key)
    #expect(cache.all() == [ActionKey([])])
    #expect(cache.read(key) == nil)
    try cache.remove(key)
  }

  @Test func write_replacesTheRecordThatWasThere() throws {
    try write()
    let again = ActionRecord(
      action: "again", components: record.components, outputs: [], log: [], seconds: 1)
    try cache.write(again, for: key, via: store.temporaryPathForTests(space))
    #expect(cache.read(key)?.action == "again")
  }
}

extension ObjectStore {
  /// `ActionCache.write` leaves it to others to make the directory.
  fileprivate func temporaryPathForTests(_ space: Workspace) throws -> String {
    let path = temporaryPath()
    try space.tree.makeParents(of: path)
    return path
  }
}
