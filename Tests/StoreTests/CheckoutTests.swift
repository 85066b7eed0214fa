import Glibc
import Hashing
import Posix
import Store
import Testing

@Suite struct CheckoutTests {
  let space: Workspace
  let store: ObjectStore

  init() throws {
    space = try Workspace()
    store = ObjectStore(tree: space.tree)
  }

  private func checkout(_ type: LinkType) -> Checkout {
    Checkout(tree: space.tree, store: store, startingWith: type)
  }

  private func object(_ digest: Digest) -> String { CacheLayout.object(digest.hash) }

  @Test(arguments: LinkType.allCases, [false, true])
  func artifact_isPlaced(_ type: LinkType, isExecutable: Bool) throws {
    let digest = try store.add(Array("hello".utf8))
    let target = try path("public/a b/é.txt")
    try checkout(type).place(digest, isExecutable: isExecutable, at: target, verified: true)
    #expect(try space.text(target.string) == "hello")
    #expect(try space.status(target.string).isExecutable == isExecutable)
    #expect(store.condition(of: digest) == .intact)
    #expect(space.mode(object(digest)) == 0o444, "an artifact's mode must not leak into the store")
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test(arguments: LinkType.allCases) func artifact_replacesWhatWasThere(_ type: LinkType) throws {
    let checkout = checkout(type)
    let target = try path("public/a")
    for (text, isExecutable) in [
      ("one", false), ("two", false), ("two", true), ("one", true), ("one", false),
    ] {
      let digest = try store.add(Array(text.utf8))
      try checkout.place(digest, isExecutable: isExecutable, at: target, verified: false)
      #expect(try space.text("public/a") == text)
      #expect(try space.status("public/a").isExecutable == isExecutable)
    }
    #expect(store.all().count == 2)
    #expect(store.all().allSatisfy { store.condition(of: $0) == .intact })
    #expect(space.names(in: "public") == ["a"])
  }

  /// `rename` of one name over another name of the same file does nothing and leaves both.
  @Test func placing_overALinkOfTheSameInode_leavesNothingBehind() throws {
    let digest = try store.add(Array("hello".utf8))
    let checkout = checkout(.hardlink)
    for _ in 0..<3 { try checkout.place(digest, isExecutable: false, at: path("a"), verified: true) }
    #expect(try space.status("a").inode == space.status(object(digest)).inode)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func hardLinks_shareTheObject_andCopiesDoNot() throws {
    let digest = try store.add(Array("hello".utf8))
    try checkout(.hardlink).place(digest, isExecutable: false, at: path("a"), verified: true)
    try checkout(.copy).place(digest, isExecutable: false, at: path("b"), verified: true)
    #expect(try space.status("a").inode == space.status(object(digest)).inode)
    #expect(try space.status("b").inode != space.status(object(digest)).inode)
    // An executable hard link would make every other name of the object executable.
    try checkout(.hardlink).place(digest, isExecutable: true, at: path("c"), verified: true)
    #expect(try space.status("c").inode != space.status(object(digest)).inode)
    #expect(!(try space.status("a").isExecutable))
  }

  /// A symbolic link at the artifact's place is replaced; what it leads to stays.
  @Test func placing_overASymbolicLink_replacesTheLink() throws {
    try space.write("precious", "mine")
    try #require(symlink("precious", space.absolute("a")) == 0)
    let digest = try store.add(Array("hello".utf8))
    try checkout(.reflink).place(digest, isExecutable: false, at: path("a"), verified: true)
    #expect(try space.text("a") == "hello")
    #expect(try space.text("precious") == "mine")
  }

  @Test(arguments: LinkType.allCases) func damagedObject_isNotPlaced(_ type: LinkType) throws {
    let digest = try store.add(Array("hello".utf8))
    try space.tree.setMode(object(digest), 0o644)
    try space.write(object(digest), "jello")
    try space.write("a", "as it was")
    let error = #expect(throws: StoreError.self) {
      try checkout(type).place(digest, isExecutable: false, at: path("a"), verified: false)
    }
    guard case .damagedObject(digest) = error else {
      Issue.record("not .damagedObject: \(String(describing: error))")
      return
    }
    #expect(try space.text("a") == "as it was")
    #expect(store.condition(of: digest) == .absent)
  }

  @Test(arguments: LinkType.allCases, [true, false])
  func missingObject_isNotPlaced(_ type: LinkType, verified: Bool) throws {
    #expect(throws: StoreError.self) {
      try checkout(type).place(Digest(of: "no"), isExecutable: false, at: path("a"), verified: verified)
    }
    #expect(!space.exists("a"))
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test(arguments: LinkType.allCases) func directory_inTheWay_isAnError_andStays(_ type: LinkType) throws {
    try space.write("a/b", "x")
    let digest = try store.add(Array("hello".utf8))
    #expect(throws: StoreError.self) {
      try checkout(type).place(digest, isExecutable: false, at: path("a"), verified: true)
    }
    #expect(try space.text("a/b") == "x")
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test(arguments: LinkType.allCases) func fileInTheWayOfADirectory_isAnError(_ type: LinkType) throws {
    try space.write("a", "x")
    let digest = try store.add(Array("hello".utf8))
    #expect(throws: StoreError.self) {
      try checkout(type).place(digest, isExecutable: false, at: path("a/b"), verified: true)
    }
    #expect(try space.text("a") == "x")
  }

  @Test func manyThreads_mayPlaceAtOnce() throws {
    let digests = try (0..<8).map { try store.add(Array("text \($0)".utf8)) }
    let checkout = checkout(.reflink)
    let failures = concurrentMap(Array(0..<200)) { number -> String? in
      do {
        let target = RepoPath(trusted: "public/\(number % 7)/\(number)")
        try checkout.place(digests[number % 8], isExecutable: number % 5 == 0, at: target, verified: false)
        return nil
      } catch { return "\(error)" }
    }.compactMap { $0 }
    #expect(failures.isEmpty)
    for number in 0..<200 {
      #expect(try space.text("public/\(number % 7)/\(number)") == "text \(number % 8)")
    }
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  @Test func probe_tellsTheLinkType_thatPlacingUses() throws {
    let checkout = checkout(.reflink)
    let type = try checkout.probe()
    let digest = try store.add(Array("hello".utf8))
    try checkout.place(digest, isExecutable: false, at: path("a"), verified: true)
    let isShared = try space.status("a").inode == space.status(object(digest)).inode
    #expect(isShared == (type == .hardlink))
    #expect(try self.checkout(.copy).probe() == .copy)
    #expect(space.names(in: CacheLayout.temporary).isEmpty)
  }

  /// ext4 gives a file 65,000 names. The next artifact is a copy, and the one after it a link again.
  @Test func artifact_isACopy_whenItsObjectHasTooManyNames() throws {
    let full = try store.add(Array("full".utf8))
    var names = 0
    while names < 66_000, link(space.absolute(object(full)), space.absolute("\(names)")) == 0 { names += 1 }
    guard names < 66_000 else { return }  // a file system without such a bound
    #expect(errno == EMLINK)

    let checkout = checkout(.hardlink)
    try checkout.place(full, isExecutable: false, at: path("a"), verified: true)
    #expect(try space.text("a") == "full")
    #expect(try space.status("a").inode != space.status(object(full)).inode)

    let other = try store.add(Array("other".utf8))
    try checkout.place(other, isExecutable: false, at: path("b"), verified: true)
    #expect(try space.status("b").inode == space.status(object(other)).inode)
  }
}
