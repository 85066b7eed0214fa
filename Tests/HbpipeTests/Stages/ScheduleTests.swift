import Testing

/// When commands run: side by side, the longest first, and not at all where nothing has to.
struct ScheduleTests {
  @Test func commands_runSideBySide() throws {
    let space = try Space.of(
      """
      make:
        foreach: [1, 2, 3, 4, 5, 6, 7, 8]
        do: { cmd: "sleep 1; echo > ${item}", outs: ["${item}"] }
      """)
    let start = ContinuousClock.now
    #expect(try space.repro("-j8").ran == 8)
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test func oneJob_isOneCommandAtATime() throws {
    let space = try Space.of(
      """
      make:
        foreach: [1, 2, 3]
        do: { cmd: "mkdir only && sleep 0.05 && rmdir only && echo > ${item}", outs: ["${item}"] }
      """)
    #expect(try space.repro("-j1").ran == 3)
  }

  @Test func theLongest_beginsFirst_andWhatIsNewBeforeIt() throws {
    let stage = """
      make:
        foreach: { short: 0, long: 0.6, middle: 0.3 }
        do: { cmd: "echo ${key} >> order; sleep ${item}; cp in ${key}", deps: [in], outs: ["${key}"] }
      """
    let space = try Space.of(stage, files: ["in": "1"])
    #expect(try space.repro("-j1").ran == 3)
    #expect(space.text("order") == "short\nlong\nmiddle\n", "without a record, in the file's order")
    try space.remove("order")
    try space.write("in", "2")
    #expect(try space.repro("-j1").ran == 3)
    #expect(space.text("order") == "long\nmiddle\nshort\n")
    try space.remove("order")
    try space.write("in", "3")
    try space.declare(stage.replacing("middle: 0.3", with: "middle: 0.3, new: 0"))
    #expect(try space.repro("-j1").ran == 4)
    #expect(space.text("order") == "new\nlong\nmiddle\nshort\n")
  }

  @Test func aStage_beginsAsSoonAsWhatItReadsIsThere() throws {
    // `late` ends only after `next` has run, which reads nothing of it.
    let space = try Space.of(
      """
      late: { cmd: "for i in $(seq 1000); do [ -e next ] && break; sleep 0.01; done; test -e next && echo > late", outs: [late] }
      early: { cmd: echo > early, outs: [early] }
      next: { cmd: cp early next, deps: [early], outs: [next] }
      """)
    let report = try space.repro("-j2")
    #expect(report.code == 0 && report.ran == 3, "\(report)")
  }

  // MARK: Promise 2: changing only the deployment script builds no artifact at all

  /// A blog, a search index of it, and its deployment.
  private func deployedSite() throws -> Space {
    let space = try SmallBlog.space()
    try space.write(
      "pipeline.yaml",
      SmallBlog.pipeline
        + """
          search: { cmd: cat public/blog/*/index.html | wc -c > public/search.txt, deps: [public/blog], outs: [public/search.txt] }
          deploy: { cmd: sh deploy.sh, deps: [deploy.sh, public] }

        """.replacing("    ", with: "  "))
    try space.write("deploy.sh", "ls public > deployed\n")
    let report = try space.repro()
    try #require(report.code == 0 && report.ran == SmallBlog.actions + 2, "\(report)")
    try #require(space.exists("deployed"))
    return space
  }

  private func artifactLines(_ space: Space) -> [String] { space.lockLines.filter { !$0.contains("\teffect\t") } }

  @Test func promise2_editingTheDeployScript_runsItAlone_andBuildsNoArtifact() throws {
    let space = try deployedSite()
    let (artifacts, objects) = (artifactLines(space), space.files(below: ".hbcache/objects"))
    try space.remove("deployed")
    try space.write("deploy.sh", "ls public > deployed; echo again >> deployed\n")
    let run = try space.explainedRepro()
    #expect(run.code == 0 && run.ran == ["deploy"] && run.restored.isEmpty, "\(run)")
    #expect(run.reasons["deploy"]?.contains("input deploy.sh changed") == true)
    #expect(space.text("deployed")?.hasSuffix("again\n") == true)
    #expect(artifactLines(space) == artifacts && space.files(below: ".hbcache/objects") == objects)
    #expect(try space.repro().didNothing)
  }

  /// Only what is committed: the sources and the lock.
  private func freshCopy() throws -> Space {
    try deployedSite().copy(leavingOut: [".hbcache", "public", "deployed"])
  }

  @Test func promise2_inAFreshCopy_nothingRuns() throws {
    let copy = try freshCopy()
    let lock = copy.lockLines
    for _ in 0..<2 {
      let report = try copy.repro("--allow-missing")
      #expect(report.didNothing && report.upToDate == SmallBlog.actions + 2, "the lock is enough: \(report)")
    }
    #expect(copy.lockLines == lock && !copy.exists("public") && !copy.exists("deployed"))
  }

  @Test func promise2_inAFreshCopy_editingTheDeployScript_runsItAlone_andBuildsNoArtifact() throws {
    let copy = try freshCopy()
    let artifacts = artifactLines(copy)
    try copy.write("deploy.sh", "echo again > deployed\n")
    let run = try copy.explainedRepro("--allow-missing")
    #expect(run.code == 0 && run.ran == ["deploy"] && run.restored.isEmpty, "\(run)")
    #expect(copy.text("deployed") == "again\n" && artifactLines(copy) == artifacts && !copy.exists("public/blog"))
    #expect(try copy.repro("--allow-missing").didNothing)
  }

  @Test func inAFreshCopy_whatIsMissingIsMade_unlessItIsAllowedToMiss() throws {
    let space = try deployedSite()
    let copy = try space.copy(leavingOut: [".hbcache", "public", "deployed"])
    #expect(try copy.repro("--allow-missing").didNothing)
    let report = try copy.repro()
    #expect(report.code == 0 && report.ran == SmallBlog.actions + 1 && report.upToDate == 1, "\(report)")
    #expect(copy.lockLines == space.lockLines && !copy.exists("deployed"), "what was deployed is not deployed again")
  }
}
