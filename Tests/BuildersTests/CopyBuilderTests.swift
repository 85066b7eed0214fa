import Foundation
import Testing

@Suite struct CopyBuilderTests {
  static let stage = "static: {uses: copy, from: ['in/**', '!in/**/*.tmp'], to: public}"

  @Test func files_keepTheirPlaceBelowThePatternsDirectory() throws {
    let site = try Site(Self.stage)
    let names = ["a", "x/b c", "x/é\n🦊", "x/.hidden", "caf\u{E9}", "cafe\u{301}", "%41", "'\"\\"]
    for name in names { try site.write("in/" + name, name) }
    try site.write("in/x/skip.tmp", "x")
    let result = try site.run()
    #expect(result.failures.isEmpty)
    #expect(result.summary.ran == names.count)
    for name in names { #expect(try Array(site.text("public/" + name).utf8) == Array(name.utf8)) }
    #expect(!site.exists("public/x/skip.tmp"))
    #expect(try site.run().summary.upToDate == names.count)
  }

  @Test func changedModes_areCopiedToo() throws {
    let site = try Site(Self.stage)
    try site.write("in/a", "x")
    try site.run()
    #expect(!FileManager.default.isExecutableFile(atPath: site.root + "/public/a"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.root + "/in/a")
    #expect(try site.run().summary.ran == 1)
    let mode =
      try FileManager.default.attributesOfItem(atPath: site.root + "/public/a")[.posixPermissions] as? Int
    #expect(mode == 0o755)
  }

  @Test func removedSource_takesItsArtifactAlong() throws {
    let site = try Site(Self.stage)
    try site.write("in/x/a", "a")
    try site.write("in/b", "b")
    try site.run()
    try site.remove("in/x")
    #expect(try site.run().summary.removed.map(\.string) == ["public/x/a"])
    #expect(!site.exists("public/x"))
    #expect(site.exists("public/b"))
  }

  @Test func foreignFile_isNeverReplaced() throws {
    let site = try Site(Self.stage)
    try site.write("in/a", "new")
    try site.write("public/a", "precious")
    try site.write("public/other", "mine")
    #expect(try site.run().failures.count == 1)
    #expect(try site.text("public/a") == "precious")
    #expect(try site.text("public/other") == "mine")
  }
}
