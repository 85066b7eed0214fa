import Testing

/// `pool`, `timeout` and `retries`: how a command is carried out. None of them changes what it makes.
struct PoolTests {
  // MARK: pool

  @Test func aPool_boundsHowManyRunAtOnce() throws {
    let space = try Space.of(
      """
      make:
        foreach: [1, 2, 3, 4, 5, 6]
        do:
          pool: few
          cmd: touch running/${item}; ls running | wc -l >> counts; sleep 0.2; rm running/${item}; echo > ${item}
          outs: ["${item}"]
      """, top: "pools: { few: 2 }", files: ["running/.keep": ""])
    #expect(try space.repro("-j8").ran == 6)
    let counts = try #require(space.text("counts")).split(separator: "\n").compactMap { Int($0) }
    #expect(counts.count == 6 && counts.max() == 2, "\(counts)")
  }

  @Test func aPool_isSharedByStages_andHoldsNobodyElseUp() throws {
    // What is outside the pool has to run while the pool is full, or nobody ends.
    let pooled = "touch running/$HBPIPE_STAGE; ls running | wc -l >> counts; while [ ! -e go ]; do sleep 0.01; done"
    let space = try Space.of(
      """
      one: { pool: single, cmd: "\(pooled); rm running/one", outs: [] }
      two: { pool: single, cmd: "\(pooled); rm running/two", outs: [] }
      free: { cmd: "while [ ! -e running/one -a ! -e running/two ]; do sleep 0.01; done; touch go" }
      """, top: "pools: { single: 1 }", files: ["running/.keep": ""])
    #expect(try space.repro("-j8").ran == 3)
    #expect(space.text("counts")?.split(separator: "\n").compactMap { Int($0) } == [1, 1])
  }

  @Test func anUnknownPool_isToldWithTheNearestOne() throws {
    let run = try Space.of("one: { pool: gpus, cmd: echo }", top: "pools: { gpu: 1 }").run("repro")
    #expect(run.code == 2 && run.errors.contains("pipeline.yaml:4:10: no pool is called `gpus`"), "\(run)")
    #expect(run.errors.contains("did you mean `gpu`?"), "\(run)")
  }

  // MARK: timeout

  @Test func timeout_endsTheWholeProcessGroup() throws {
    let space = try Space.of(
      """
      slow:
        cmd: sh -c "trap '' TERM; sleep 300 & echo \\$! > grandchild; wait" & echo half > out; wait
        timeout: 0.5
        outs: [out]
      """)
    let start = ContinuousClock.now
    let run = try space.run("repro")
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(run.code == 1 && run.errors.contains("it took longer than the stage's timeout of 0.5 s"), "\(run)")
    #expect(run.errors.contains("slow failed"))
    #expect(try space.process(in: "grandchild").isGone())
    #expect(!space.exists("out"))
  }

  @Test func timeout_boundsAllLinesTogether() throws {
    let space = try Space.of("slow: { cmd: [sleep 0.4, sleep 0.4, sleep 300], timeout: 1s, outs: [out] }")
    let report = try space.repro()
    #expect(report.failures.first?.message.hasPrefix("`sleep 300` was ended") == true, "\(report)")
  }

  @Test(arguments: ["60", "60s", "1m", "1h", "0.5h"])
  func timeout_leavesAloneWhatIsInTime(timeout: String) throws {
    #expect(try Space.of("fast: { cmd: echo > out, timeout: \(timeout), outs: [out] }").repro().ran == 1)
  }

  @Test(arguments: ["0", "-1", "soon", "5d"])
  func aTimeoutThatIsNone_isRefused(timeout: String) throws {
    let run = try Space.of("fast: { cmd: echo, timeout: \(timeout) }").run("repro")
    #expect(run.code == 2 && run.errors.contains("`timeout`: `\(timeout)` is no duration"), "\(run)")
  }

  // MARK: retries

  /// Fails until the third attempt, and leaves a file each time.
  private static let script = """
    echo >> attempts
    n=$(wc -l < attempts)
    mkdir dir && echo $n > dir/$n && echo $n > file && echo $n > made/$n.txt
    echo attempt $n says so
    test $n -ge 3

    """
  private static let files = ["third.sh": script, "made/.keep": ""]

  @Test func retries_tryAgainUntilItSucceeds() throws {
    let space = try Space.built(
      "third: { cmd: sh third.sh, retries: 2, deps: [third.sh], outs: [dir, file] }", files: Self.files)
    #expect(space.files(below: "dir") == ["3"] && space.text("file") == "3\n", "an attempt finds nothing of the last")
    #expect(space.text("attempts") == "\n\n\n")
    #expect(try space.repro().didNothing)
  }

  @Test func retries_clearPatternsToo() throws {
    let space = try Space.built(
      "third: { cmd: [rm -rf dir, sh third.sh], retries: 2, deps: [third.sh], outs: [\"made/*.txt\"] }",
      files: Self.files)
    #expect(space.files(below: "made") == [".keep", "3.txt"])
  }

  @Test func retries_giveUpInTheEnd() throws {
    let space = try Space.of(
      "third: { cmd: sh third.sh, retries: 1, deps: [third.sh], outs: [dir, file] }", files: Self.files)
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("`sh third.sh` ended with exit status 1"), "\(run)")
    for words in ["attempt 1 says so", "attempt 2 of 2", "attempt 2 says so"] {
      #expect(run.errors.split(separator: words).count == 2, "\(words): \(run)")
    }
    #expect(space.text("attempts") == "\n\n" && !space.exists("dir") && !space.exists("file"))
  }

  @Test func eachAttempt_startsFromWhatPersistedBeforeTheRun() throws {
    let space = try Space.built(
      "log: { cmd: [cat in >> log, sh try.sh], retries: 1, deps: [in], outs: [log: {persist: true}] }",
      files: ["in": "1", "try.sh": "grep -q 1 in || test -e second || { touch second; exit 1; }"])
    try space.write("in", "2")
    #expect(try space.ran() == ["log"])
    #expect(space.text("log") == "12", "what the first attempt had added is gone")
  }

  @Test func eachAttempt_hasTheWholeTimeout() throws {
    let space = try Space.built(
      """
      make:
        cmd: "test -e second || { touch second; sleep 300; }; echo > out"
        timeout: 0.5
        retries: 1
        outs: [out]
      """)
    #expect(space.exists("out"))
  }

  // MARK: Keys

  @Test func poolTimeoutAndRetries_runNothing() throws {
    let space = try Space.built("make: { cmd: echo > out, outs: [out] }")
    try space.declare(
      "make: { cmd: echo > out, outs: [out], pool: few, timeout: 9, retries: 3 }", top: "pools: { few: 2 }")
    #expect(try space.repro().didNothing)
  }
}
