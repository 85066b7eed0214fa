import Testing

/// Symbolic links that lead in circles, out of the project, or to nothing.
struct BadLinkTests {
  private func space() throws -> Space {
    let space = try Space()
    try space.write("pipeline.yaml", "version: 1\nstages:\n  all: { uses: copy, from: \"src/**\", to: public }\n")
    try space.write("src/good.txt", "good")
    return space
  }

  private func expectOneFailure(_ space: Space, saying words: String) throws {
    let report = try space.repro("--keep-going")
    #expect(report.code == 1 && report.failed == 1 && report.ran == 1, "\(report)")
    #expect(report.failures.first?.message.contains(words) == true, "\(report)")
    #expect(space.files(below: "public") == ["good.txt"])
    try space.remove("src/bad.txt")
    #expect(try space.repro().didNothing)
  }

  @Test func aLinkToItself_isNamed() throws {
    let space = try space()
    try space.link("src/bad.txt", to: "bad.txt")
    try expectOneFailure(space, saying: "src/bad.txt")
  }

  @Test func twoLinksToEachOther_areNamed() throws {
    let space = try space()
    try space.link("src/one", to: "two")
    try space.link("src/two", to: "one")
    let report = try space.repro("-k")
    #expect(report.code == 1 && report.failed == 2 && report.ran == 1, "\(report)")
  }

  @Test func aLinkToNothing_isNamed() throws {
    let space = try space()
    try space.link("src/bad.txt", to: "nowhere")
    try expectOneFailure(space, saying: "is a link to nothing")
  }

  @Test func aLinkOutOfTheProject_isRefused() throws {
    let space = try space()
    try space.link("src/bad.txt", to: "/etc/passwd")
    try expectOneFailure(space, saying: "is a link that leads out of the project")
  }

  @Test func aLinkToADirectoryAbove_runsInNoCircle() throws {
    let space = try space()
    try space.link("src/loop", to: "..")
    try space.link("src/deep/self", to: ".")
    let report = try space.repro()
    #expect(report.code == 0 && report.ran == 1, "\(report)")
    #expect(try space.repro().didNothing)
  }

  @Test func aLinkedDirectoryOutOfTheProject_isNotFollowed_evenWhenTheGlobNamesIt() throws {
    let space = try space()
    try space.link("src/etc", to: "/etc")
    try space.edit("pipeline.yaml", replacing: "src/**", with: "src/etc/host*")
    let report = try space.repro("-k")
    #expect(report.ran == 0, "\(report)")
    #expect(!space.exists("public"))
  }

  @Test func aLinkInsideTheProject_isCopiedAsItsFile_andFollowsItsTarget() throws {
    let space = try space()
    try space.write("other/target.txt", "one")
    try space.link("src/link.txt", to: "../other/target.txt")
    #expect(try space.repro().ran == 2)
    #expect(space.text("public/link.txt") == "one")
    try space.write("other/target.txt", "two")
    #expect(try space.repro().ran == 1)
    #expect(space.text("public/link.txt") == "two")
  }

  @Test func aLinkInThePlaceOfPublic_doesNotLeadWritesOutOfTheProject() throws {
    let space = try space()
    let elsewhere = try Space()
    try elsewhere.write("good.txt", "precious")
    try space.link("public", to: elsewhere.root)
    let run = try space.run("repro")
    #expect(run.code != 0, "\(run)")
    #expect(elsewhere.text("good.txt") == "precious")
    #expect(elsewhere.files() == ["good.txt"])
  }

  @Test func aForeignLinkWhereAnArtifactBelongs_isNotOverwritten() throws {
    let space = try space()
    try space.write("mine.txt", "precious")
    try space.link("public/good.txt", to: "../mine.txt")
    let run = try space.run("repro")
    #expect(run.code == 1 && run.errors.contains("public/good.txt is in the way"), "\(run)")
    #expect(space.text("mine.txt") == "precious")
  }
}
