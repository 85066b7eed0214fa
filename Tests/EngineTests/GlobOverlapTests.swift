import Engine
import Store
import Testing

/// `Glob.mayOverlap` orders the stages: a wrong no lets a stage run before the one that it reads from.
@Suite struct GlobOverlapTests {
  @Test func overlap_isNeverDenied_whereAPathMatchesBoth() throws {
    let parts = ["a", "b", "ab", "*", "?", "a*", "*b", "[ab]", "[!a]", "**", "**", "**", "a?"]
    let names = ["a", "b", "ab", "bb", "c"]
    var random = SplitMix(state: 2)
    func some(_ from: [String], upTo length: Int) -> String {
      (0..<Int.random(in: 1...length, using: &random)).compactMap { _ in from.randomElement(using: &random) }
        .joined(separator: "/")
    }
    let patterns = Set((0..<400).map { _ in some(parts, upTo: 4) }).sorted()
    let globs = try patterns.map { try glob($0)[0] }
    let paths = Set((0..<300).map { _ in some(names, upTo: 5) }).sorted().map { RepoPath(trusted: $0) }

    let matched = globs.map { glob in Set(paths.indices.filter { glob.matches(paths[$0]) }) }
    var denied: [String] = []
    for left in globs.indices {
      for right in globs.indices {
        guard let witness = matched[left].intersection(matched[right]).first else { continue }
        if !globs[left].mayOverlap(globs[right]) {
          denied.append("\(patterns[left]) and \(patterns[right]), though both match \(paths[witness])")
        }
      }
    }
    #expect(denied.isEmpty, "\(denied.count) wrong noes: \(denied.prefix(8).joined(separator: "; "))")
  }

  @Test(arguments: [
    ("a/*.md", "b/*.md"), ("a/b", "a/c"), ("a", "a/b"), ("a/*", "a/b/c"), ("x/**/y", "x/z"), ("[ab]", "c"),
  ])
  func overlap_isDenied_whereAnyoneCanSeeThatThereIsNone(_ left: String, _ right: String) throws {
    #expect(try !glob(left)[0].mayOverlap(glob(right)[0]))
    #expect(try !glob(right)[0].mayOverlap(glob(left)[0]))
  }

  @Test(arguments: [
    ("public/**", "public/blog/*/index.html"), ("**", "a"), ("**/x", "a/**"), ("a/**/b", "**/c/**"),
    ("*", "?"),
    ("a/**/**", "a/b"),
  ])
  func overlap_isSeen(_ left: String, _ right: String) throws {
    #expect(try glob(left)[0].mayOverlap(glob(right)[0]))
    #expect(try glob(right)[0].mayOverlap(glob(left)[0]))
  }

  /// The two forms of one name are two names; a pattern that holds one must not be taken for the other.
  @Test func composedAndDecomposedNames_doNotOverlap() throws {
    let composed = Glob(exactly: try path("caf\u{E9}"))
    let decomposed = Glob(exactly: try path("cafe\u{301}"))
    #expect(composed.mayOverlap(composed))
    #expect(!composed.mayOverlap(decomposed))
    #expect(!composed.matches(try path("cafe\u{301}")))
  }

  @Test func manyDoubleStars_doNotTakeForever() throws {
    let left = try glob(String(repeating: "**/a/", count: 4) + "b")[0]
    let right = try glob(String(repeating: "**/c/", count: 4) + "d")[0]
    let time = ContinuousClock().measure { _ = left.mayOverlap(right) }
    #expect(time < .seconds(5))
  }
}
