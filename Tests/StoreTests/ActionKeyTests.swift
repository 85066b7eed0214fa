import Hashing
import Store
import Testing

/// Keys that have been given out stay: every record and lock names them. The expected values come from a
/// program of ten lines of Python that follows the description of the form.
@Suite struct ActionKeyTests {
  static let source = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

  @Test func key_ofNothing_isGolden() {
    #expect(ActionKey([]).hex == "4866860e967a5610d461217967feebe458dfd0177cf61d41068c1f534c961568")
  }

  @Test func key_ofACopy_isGolden() {
    let key = ActionKey([
      KeyComponent(.builder, "copy", "1"), KeyComponent(.option, "executable", "false"),
      KeyComponent(.input, "source", Self.source),
    ])
    #expect(key.hex == "ec8c2d83da6428c94f78c378d84b6a80452c226a25542022d251b2645e1cd78d")
    #expect(key.short == "ec8c2d83")
  }

  @Test func key_takesNamesForTheirBytes() {
    let composed = ActionKey([
      KeyComponent(.input, "uploads/\u{E9} 🦊\n.png", ""), KeyComponent(.option, "a", "b"),
    ])
    let decomposed = ActionKey([
      KeyComponent(.input, "uploads/e\u{301} 🦊\n.png", ""), KeyComponent(.option, "a", "b"),
    ])
    #expect(composed.hex == "583b6ea59546b8bd8ef01e4ea4272e73ca698fc3ceed04b0c78b3adc54fc65b8")
    #expect(decomposed.hex == "d09de192adad13bf05696b8ed77356fb06002696bf183691163ddf507b912c60")
  }

  /// What the lengths before the texts are for.
  @Test func key_tellsListsApart_thatRunIntoTheSameText() {
    let lists: [[KeyComponent]] = [
      [KeyComponent(.option, "ab", "c")], [KeyComponent(.option, "a", "bc")],
      [KeyComponent(.option, "abc", "")], [KeyComponent(.option, "", "abc")],
      [KeyComponent(.input, "ab", "c")], [KeyComponent(.builder, "ab", "c")],
      [KeyComponent(.option, "a", "b"), KeyComponent(.option, "c", "")],
      [KeyComponent(.option, "a", ""), KeyComponent(.option, "b", "c")],
      [KeyComponent(.option, "b", "c"), KeyComponent(.option, "a", "")],
      [KeyComponent(.option, "ab", "c"), KeyComponent(.option, "", "")],
      [KeyComponent(.option, "ab\0", "c")], [],
    ]
    #expect(Set(lists.map { ActionKey($0) }).count == lists.count)
  }

  @Test func hex_isReadBack_andNothingElse() throws {
    let key = ActionKey([])
    #expect(ActionKey(hex: key.hex) == key)
    #expect(ActionKey(hex: String(key.hex.dropLast())) == nil)
    #expect(ActionKey(hex: key.hex.uppercased()) == nil)
  }

  @Test func order_isThatOfTheDigits() {
    let keys = (0..<100).map { ActionKey([KeyComponent(.option, "n", "\($0)")]) }
    #expect(keys.sorted().map(\.hex) == keys.map(\.hex).sorted())
  }
}
