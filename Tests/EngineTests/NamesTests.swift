import Engine
import Testing

@Suite struct NamesTests {
  @Test(arguments: ["a", "images", "A-b_9", "-", "0", "a b", "a.b", "é", "🦊", "a/b", "a:b"]) func text_isAStageName(
    _ text: String
  ) {
    #expect(StageName(text)?.string == text)
  }

  @Test(arguments: ["", " a", "a ", "a@b", "a\n", "a\u{7F}"]) func text_isNoStageName(
    _ text: String
  ) {
    #expect(StageName(text) == nil)
  }

  @Test(arguments: [nil, "", "a.jpg", "a@b", "@", "uploads/é 🦊\n.md", "\u{301}x", "\u{200D}x", "\u{FE0F}"])
  func actionName_isReadBackFromItsDescription(_ item: String?) throws {
    let name = ActionName(stage: try #require(StageName("posts")), item: item)
    let read = try #require(ActionName(name.description))
    #expect(read == name)
    #expect(read.item.map { Array($0.utf8) } == item.map { Array($0.utf8) })
  }

  @Test(arguments: ["", "@a", "a\n@c"]) func text_isNoActionName(_ text: String) {
    #expect(ActionName(text) == nil)
  }

  @Test func actions_ofComposedAndDecomposedNames_areTwo() throws {
    let stage = try #require(StageName("posts"))
    let composed = ActionName(stage: stage, item: "caf\u{E9}")
    let decomposed = ActionName(stage: stage, item: "cafe\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
    #expect(ActionName(stage: stage) != ActionName(stage: stage, item: ""))
  }
}
