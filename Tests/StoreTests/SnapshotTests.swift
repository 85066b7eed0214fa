import Glibc
import Hashing
import Posix
import Store
import Testing

@Suite struct SnapshotTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func snapshot(_ index: Index = .empty) -> Snapshot { Snapshot(tree: space.tree, index: index) }

  /// What the next run begins with.
  private func next(after snapshot: Snapshot) throws -> Snapshot {
    try space.write(CacheLayout.index, Index.encode(snapshot.settle(external: []).entries, clean: nil))
    return self.snapshot(Index.read(space.tree))
  }

  @Test func lookHashing_knowsAFilesDigest() throws {
    try space.write("a", "one")
    let seen = try snapshot().lookHashing(at: path("a"))
    #expect(seen.digest == Digest(of: "one"))
    #expect(seen.status?.size == 3)
    #expect(seen.failure == nil)
  }

  @Test func look_isNil_whereNothingStands() throws {
    try space.write("a", "one")
    for text in ["b", "b/c", "a/below"] {
      let seen = try snapshot().lookHashing(at: path(text))
      #expect(seen.status == nil && seen.digest == nil && seen.failure == nil, "\(text)")
    }
  }

  @Test func everyPath_isLookedAtOnce() throws {
    try space.write("a", "one")
    let snapshot = snapshot()
    _ = try snapshot.lookHashing(at: path("a"))
    try space.write("a", "changed")
    #expect(try snapshot.lookHashing(at: path("a")).digest == Digest(of: "one"))
    try snapshot.forget(path("a"))
    #expect(try snapshot.lookHashing(at: path("a")).digest == Digest(of: "changed"))
  }

  @Test func digests_comeFromTheIndex_whileTheStatusHolds() throws {
    try space.write("a", "one")
    // A digest that is not that of the bytes shows where it came from.
    let entry = IndexEntry(kind: .file, status: try space.status("a"), digest: Digest(of: "from the index"))
    try space.write(CacheLayout.index, Index.encode([("a", entry)], clean: nil))
    #expect(try snapshot(Index.read(space.tree)).look(at: path("a")).digest == Digest(of: "from the index"))

    CoarseClock.wait(past: try space.status("a").changed)
    try space.write("a", "two")
    #expect(try snapshot(Index.read(space.tree)).lookHashing(at: path("a")).digest == Digest(of: "two"))
  }

  @Test func manyFiles_areHashedEachForItself() throws {
    let paths = try (0..<300).map { try path("f/\($0)") }
    for path in paths { try space.write(path.string, path.string) }
    let seen = snapshot().lookHashing(at: paths)
    #expect(seen.map(\.digest) == paths.map { Digest(of: $0.string) })
  }

  /// The edit falls into the tick of the file's last change, right after its hashing: size, inode and
  /// times stay what they were. (Kernels with multigrain timestamps, 6.13 and later, tell them apart.)
  /// Neither this run's end nor the next run may take the old digest for true.
  @Test func sameSizeEdit_inTheSameTick_isNoticedByTheNextSnapshot() throws {
    let file = try path("a")
    for round in 0..<60 {
      let old = "old \(1000 + round)"
      let new = "new \(1000 + round)"
      try space.write("a", old)
      let first = snapshot()
      try #require(first.lookHashing(at: file).digest == Digest(of: old))
      try space.write("a", new)
      let second = try next(after: first)
      try #require(second.lookHashing(at: file).digest == Digest(of: new), "round \(round)")
    }
  }

  /// The same for an edit after `settle`: nothing that it vouches for may still change unseen.
  @Test func sameSizeEdit_rightAfterSettling_isNoticedByTheIndex() throws {
    let file = try path("a")
    for round in 0..<60 {
      try space.write("a", "old \(1000 + round)")
      let first = snapshot()
      _ = first.lookHashing(at: file)
      let entries = first.settle(external: []).entries
      try space.write("a", "new \(1000 + round)")
      try space.write(CacheLayout.index, Index.encode(entries, clean: nil))
      let index = Index.read(space.tree)
      try #require(!index.holds(in: space.tree), "round \(round)")
      try #require(snapshot(index).lookHashing(at: file).digest == Digest(of: "new \(1000 + round)"))
    }
  }

  /// Tells a snapshot of an artifact, the way that a run does.
  private func place(_ name: String, _ digest: Digest, in snapshot: Snapshot) throws {
    let seenAt = CoarseClock.now()
    snapshot.placed(try path(name), digest, status: try space.status(name), seenAt: seenAt)
  }

  /// An artifact that is written over in the tick in which it was put in place.
  @Test func sameSizeEdit_rightAfterPlacing_isNoticedByTheNextSnapshot() throws {
    let file = try path("a")
    for round in 0..<60 {
      try space.tree.remove("a")
      try space.write("a", "old \(1000 + round)")
      let first = snapshot()
      try place("a", Digest(of: "old \(1000 + round)"), in: first)
      try space.write("a", "new \(1000 + round)")
      let second = try next(after: first)
      try #require(second.lookHashing(at: file).digest == Digest(of: "new \(1000 + round)"), "round \(round)")
    }
  }

  @Test func settle_saysUnstable_whenAFileChangedWhileTheRunWentOn() throws {
    try space.write("a", "old")
    let snapshot = snapshot()
    _ = try snapshot.lookHashing(at: path("a"))
    try space.write("a", "new")
    #expect(!snapshot.settle(external: []).isStable)
  }

  @Test func settle_keepsWhatItSaw_eachAsItsKind() throws {
    try space.write("d/a", "one")
    try space.write("tool", "tool")
    let snapshot = snapshot()
    _ = try snapshot.lookHashing(at: path("d/a"))
    _ = try snapshot.look(at: path("absent"))
    _ = try snapshot.list(path("d"))
    let (entries, isStable) = snapshot.settle(external: [space.absolute("tool"), "/nowhere/at all"])
    let kinds = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0.entry.kind) })
    #expect(kinds == ["d/a": .file, "absent": .absent, "d": .directory, space.absolute("tool"): .opaque])
    #expect(isStable)

    try space.write(CacheLayout.index, Index.encode(entries, clean: nil))
    #expect(Index.read(space.tree).holds(in: space.tree))
  }

  @Test func placed_keepsItsDigest_whenALaterLinkMovesItsChangeTime() throws {
    try space.write("a", "one")
    let snapshot = snapshot()
    try place("a", Digest(of: "one"), in: snapshot)
    CoarseClock.wait(past: try space.status("a").changed)
    try space.tree.link("a", as: "b")
    try place("b", Digest(of: "one"), in: snapshot)
    let (entries, isStable) = snapshot.settle(external: [])
    #expect(isStable)
    #expect(entries.first { $0.path == "a" }?.entry.digest == Digest(of: "one"))
  }

  @Test func list_isMadeAnew_afterSomethingWasPlacedBelow() throws {
    try space.write("d/a", "one")
    let snapshot = snapshot()
    #expect(try snapshot.list(path("d")).get().entries.compactMap(\.name) == ["a"])
    try space.write("d/b", "two")
    #expect(try snapshot.list(path("d")).get().entries.count == 1)
    try place("d/b", Digest(of: "two"), in: snapshot)
    #expect(try snapshot.list(path("d")).get().entries.compactMap(\.name).sorted() == ["a", "b"])
  }

  @Test func concurrentMap_keepsEveryResultInItsPlace() {
    for count in [0, 1, 2, 1000] {
      #expect(concurrentMap(Array(0..<count)) { "\($0)" } == (0..<count).map { "\($0)" })
    }
  }
}
