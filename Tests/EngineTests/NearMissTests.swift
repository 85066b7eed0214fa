import Engine
import Testing

@Suite struct NearMissTests {
  static let builders = ["image", "page", "copy", "list", "command"]

  @Test(arguments: [
    ("imgae", "image"), ("images", "image"), ("Image", "image"), ("pages", "page"), ("copi", "copy"),
    ("comand", "command"), ("lsit", "list"), ("image", "image"),
  ])
  func word_isTakenForTheNearest(_ word: String, _ expected: String) {
    #expect(nearMiss(word, among: Self.builders) == expected)
  }

  @Test(arguments: ["thumbnail", "x-y-z-w", "🦊🦊🦊🦊🦊"]) func word_isTakenForNothing_whenNoneIsNear(
    _ word: String
  ) {
    #expect(nearMiss(word, among: Self.builders) == nil)
  }

  @Test func nothing_isNear_whereThereIsNothing() {
    #expect(nearMiss("a", among: []) == nil)
    #expect(nearMiss("", among: ["longer"]) == nil)
  }

  @Test func equallyNearWords_areTakenInTheOrderOfTheAlphabet() {
    #expect(nearMiss("widthx", among: ["widthz", "widtha", "widthm"]) == "widtha")
  }
}
