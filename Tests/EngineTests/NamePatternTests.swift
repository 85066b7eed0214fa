import Engine
import Testing

@Suite struct NamePatternTests {
  @Test(arguments: [("a.b", "a.b"), (#"\*\?\[\]"#, "*?[]"), (#"a\\b"#, #"a\b"#), ("é", "é"), ("", "")])
  func literal_isTheOnlyNameThatMatches(_ text: String, _ name: String) throws {
    let pattern = try #require(NamePattern(text))
    #expect(pattern.literal == name)
    #expect(pattern.matches(name))
  }

  @Test(arguments: ["*", "?", "[a]", "a*", "**"]) func literal_isNil_wherePatternsHaveManyNames(
    _ text: String
  ) throws {
    #expect(try #require(NamePattern(text)).literal == nil)
  }

  @Test(arguments: ["[", "[a", "a[b", "[]", "[!]", "[!", #"[a\]"#])
  func pattern_isNone_withoutTheClosingBracket(
    _ text: String
  ) {
    #expect(NamePattern(text) == nil)
  }

  @Test(arguments: [
    ("[a-c]", "b", true), ("[c-a]", "b", false), ("[a-cx-z]", "y", true), ("[a-cx-z]", "m", false),
    (#"[\]]"#, "]", true), (#"[\a-\c]"#, "b", true), ("[--0]", ".", true), ("[!!]", "!", false),
    ("[a!]", "!", true),
    ("[*]", "*", true), ("[*]", "a", false), ("[[]", "[", true), ("[0-9][0-9]", "42", true),
  ])
  func set_takesWhatItSays(_ text: String, _ name: String, _ expected: Bool) throws {
    #expect(try #require(NamePattern(text)).matches(name) == expected)
  }

  @Test func any_matchesEveryName() {
    for name in ["", "a", ".a", "é", "🦊\n"] { #expect(NamePattern.any.matches(name)) }
  }

  /// Two ways to write `é`: one scalar, or two.
  @Test func scalars_areWhatIsCompared() throws {
    #expect(try !#require(NamePattern("caf\u{E9}")).matches("cafe\u{301}"))
    #expect(try #require(NamePattern("caf?")).matches("caf\u{E9}"))
    #expect(try #require(NamePattern("caf??")).matches("cafe\u{301}"))
    #expect(try !#require(NamePattern("cafe")).matches("cafe\u{301}"))
  }
}
