import Engine
import Testing

/// `YAMLText` and `FrozenFlag`: a file changed in one place, as a person would.
@Suite struct YAMLTextTests {
  private func node(_ text: String) throws -> YAMLNode { try YAMLNode.parse(text, file: "f.yaml") }

  // MARK: Frozen flags

  /// Before, and after `frozen: true` for the entry `s`; nil: a person has to do it.
  static let freezings: [(String, String?)] = [
    ("stages:\n  s:\n    cmd: x\n", "stages:\n  s:\n    frozen: true\n    cmd: x\n"),
    ("stages:\n  s: {cmd: x}\n", "stages:\n  s: {frozen: true, cmd: x}\n"),
    ("stages:\n  s: { cmd: x }\n", "stages:\n  s: { frozen: true, cmd: x }\n"),
    ("stages: {s: {cmd: x}, t: {cmd: y}}", "stages: {s: {frozen: true, cmd: x}, t: {cmd: y}}"),
    (
      "stages:\n  s: # why\n    # how\n    cmd: x # what\n",
      "stages:\n  s: # why\n    # how\n    frozen: true\n    cmd: x # what\n"
    ),
    ("stages:\n  s:\n    cmd: x\n    frozen: false\n", "stages:\n  s:\n    cmd: x\n    frozen: true\n"),
    ("stages:\n  s: {cmd: x, frozen: False}\n", "stages:\n  s: {cmd: x, frozen: true}\n"),
    ("stages:\n  s: {cmd: x, frozen: true}\n", "stages:\n  s: {cmd: x, frozen: true}\n"),
    (
      "stages:\n  s:\n    foreach: [a]\n    do:\n      cmd: x\n",
      "stages:\n  s:\n    foreach: [a]\n    do:\n      frozen: true\n      cmd: x\n"
    ),
    ("stages:\n  s: {foreach: [a], do: {cmd: x}}\n", "stages:\n  s: {foreach: [a], do: {frozen: true, cmd: x}}\n"),
    ("stages:\n  s: {matrix: {a: [1]}, cmd: x}\n", "stages:\n  s: {frozen: true, matrix: {a: [1]}, cmd: x}\n"),
    ("stages:\n  é🦊: {cmd: y}\n  s: {cmd: 'é🦊'}\n", "stages:\n  é🦊: {cmd: y}\n  s: {frozen: true, cmd: 'é🦊'}\n"),
    (
      "stages:\n  é🦊e\u{301}: {x: é, cmd: y}\n  \"s\": {cmd: e\u{301}}\n",
      "stages:\n  é🦊e\u{301}: {x: é, cmd: y}\n  \"s\": {frozen: true, cmd: e\u{301}}\n"
    ),
    (
      "stages:\n  s:\n\n\n    cmd: |\n      a\n\n      b\n\n  t: {}\n",
      "stages:\n  s:\n\n\n    frozen: true\n    cmd: |\n      a\n\n      b\n\n  t: {}\n"
    ),
    ("stages:\n  s:\r\n    cmd: x\r\n", "stages:\n  s:\r\n    frozen: true\n    cmd: x\r\n"),
    ("stages:\n  s: {}\n", nil), ("stages:\n  s: {\n    cmd: x }\n", nil),
    ("stages:\n  s: !!map\n    cmd: x\n", "stages:\n  s: !!map\n    frozen: true\n    cmd: x\n"),
    ("x: &s {cmd: x}\nstages:\n  s: *s\n  t: *s\n", nil),
  ]

  @Test(arguments: freezings.indices) func flag_isSet_andNothingElseChanges(_ number: Int) throws {
    let (before, after) = Self.freezings[number]
    guard let after else {
      let found = complaint { _ = try FrozenFlag.set(true, of: "s", in: before) }
      // Where it can be done well it may be done.
      if found == nil { try expectOnlyTheFlag(before, try FrozenFlag.set(true, of: "s", in: before)) }
      return
    }
    let text = try FrozenFlag.set(true, of: "s", in: before)
    #expect(Array(text.utf8) == Array(after.utf8), "\(text)")
    #expect(try FrozenFlag.set(true, of: "s", in: text) == text, "twice is once")
    let back = try FrozenFlag.set(false, of: "s", in: text)
    #expect(try FrozenFlag.set(false, of: "s", in: back) == back)
    #expect(try unfrozen(node(back).value) == unfrozen(node(before).value), "\(back)")
  }

  private func expectOnlyTheFlag(_ before: String, _ after: String) throws {
    #expect(try unfrozen(node(before).value) == unfrozen(node(after).value))
    #expect(try node(after).value["stages"]?["s"]?["frozen"] == .bool(true))
  }

  /// Without a flag that says nothing.
  private func unfrozen(_ value: Value) -> Value {
    switch value {
    case .map(let entries): .map(entries.filter { $0.key != "frozen" }.mapValues(unfrozen))
    case .list(let items): .list(items.map(unfrozen))
    default: value
    }
  }

  /// Before, and after the flag of `s` is taken away.
  static let thawings: [(String, String)] = [
    ("stages:\n  s:\n    frozen: true\n    cmd: x\n", "stages:\n  s:\n    cmd: x\n"),
    ("stages:\n  s:\n    cmd: x\n    frozen: true\n", "stages:\n  s:\n    cmd: x\n"),
    ("stages:\n  s:\n    cmd: x\n    frozen: true # for now\n\n  t: {}\n", "stages:\n  s:\n    cmd: x\n\n  t: {}\n"),
    ("stages:\n  s: {frozen: true, cmd: x}\n", "stages:\n  s: {frozen: false, cmd: x}\n"),
    ("stages:\n  s: {cmd: x, 'frozen': true}\n", "stages:\n  s: {cmd: x, 'frozen': false}\n"),
    ("stages:\n  s: {cmd: x}\n", "stages:\n  s: {cmd: x}\n"),
    ("stages:\n  s: {cmd: x, frozen: false}\n", "stages:\n  s: {cmd: x, frozen: false}\n"),
    (
      "stages:\n  s:\n    foreach: [a]\n    do:\n      frozen: true\n      cmd: x\n",
      "stages:\n  s:\n    foreach: [a]\n    do:\n      cmd: x\n"
    ),
    ("stages:\n  s:\n    frozen: true\n    # of cmd\n    cmd: x\n", "stages:\n  s:\n    # of cmd\n    cmd: x\n"),
  ]

  @Test(arguments: thawings.indices) func flag_isTakenAway(_ number: Int) throws {
    let (before, after) = Self.thawings[number]
    #expect(try FrozenFlag.set(false, of: "s", in: before) == after)
  }

  @Test func freezingAndThawing_giveTheSameBytes_inABlock() throws {
    for (before, after) in Self.freezings {
      guard let after, before.contains("  s:\n"), !before.contains("frozen") else { continue }
      #expect(try FrozenFlag.set(false, of: "s", in: after) == before)
    }
  }

  @Test func unknownStage_isTold_withTheNearest() {
    for text in ["stages:\n  search: {cmd: x}\n", "stages: {search: {cmd: x}}"] {
      do {
        _ = try FrozenFlag.set(true, of: "serach", in: text)
        Issue.record("there is no such stage")
      } catch EngineError.unknownTarget(let target, let nearest) {
        #expect(target == "serach" && nearest == "search")
      } catch { Issue.record("\(error)") }
    }
    #expect(throws: EngineError.self) { try FrozenFlag.set(true, of: "s", in: "version: 1\n") }
  }

  // MARK: Entries

  /// Calls the body with the text and the places of the keys of the map `m`.
  private func edit(
    _ text: String, _ body: (inout YAMLText, _ entries: [(key: String, place: Place, value: YAMLNode)]) -> Bool
  ) throws -> String? {
    guard case .map(let entries)? = try node(text).entry("m")?.value.content else { return nil }
    var edited = YAMLText(text)
    return body(&edited, entries) ? edited.text : nil
  }

  /// The text, which entry of `m`, and the text without the entry; nil where its lines are not its own.
  static let removals: [(String, Int, String?)] = [
    ("m:\n  a: 1\n  b: 2\n", 0, "m:\n  b: 2\n"), ("m:\n  a: 1\n  b: 2\n", 1, "m:\n  a: 1\n"),
    ("m:\n  a:\n    x: 1\n\n    y: 2\n\n  b: 2\n", 0, "m:\n\n  b: 2\n"),
    ("m:\n  a:\n  - 1\n  - 2\n  b: 2\n", 0, "m:\n  b: 2\n"), ("m:\n  b: 2\n  a:\n  - 1\n  - 2\n", 1, "m:\n  b: 2\n"),
    ("m:\n  a: |\n    t\n\n    u\nn: 1\n", 0, "m:\nn: 1\n"),
    ("m:\n  a: 1\n  # of b\n  b: 2\n", 0, "m:\n  # of b\n  b: 2\n"),
    ("m: {a: 1, b: 2}\n", 0, nil), ("m: {a: 1,\n  b: 2}\n", 1, nil),
  ]

  @Test(arguments: removals.indices) func entry_isRemoved_withItsLines(_ number: Int) throws {
    let (text, position, expected) = Self.removals[number]
    let found = try edit(text) { edited, entries in
      edited.remove(
        entryAt: entries[position].place, before: position + 1 < entries.count ? entries[position + 1].place : nil)
    }
    #expect(found == expected, "\(text)")
  }

  @Test func entry_isCommentedOut_lineByLine() throws {
    let found = try edit("m:\n  a:\n    x: 1\n\n    y: 2\n  b: 2\n") { edited, entries in
      edited.commentOut(entryAt: entries[0].place, before: entries[1].place)
    }
    #expect(found == "m:\n#   a:\n#     x: 1\n\n#     y: 2\n  b: 2\n")
  }

  /// The text, which entry of `m`, and the text without it.
  static let cuts: [(String, Int, String?)] = [
    ("m: {a: 1, b: 2, c: 3}\n", 0, "m: {b: 2, c: 3}\n"), ("m: {a: 1, b: 2, c: 3}\n", 1, "m: {a: 1, c: 3}\n"),
    ("m: {a: 1, b: 2, c: 3}\n", 2, "m: {a: 1, b: 2}\n"), ("m: {a: 1}\n", 0, "m: {}\n"),
    ("m: { a: 1, b: x y } # n\n", 1, "m: { a: 1 } # n\n"), ("m: {é🦊: e\u{301}, b: 2}\n", 1, "m: {é🦊: e\u{301}}\n"),
    ("m: {a: [1], b: 2}\n", 0, nil), ("m: {a: 1,\n  b: 2}\n", 0, nil), ("m: {a: 'q', b: 2}\n", 0, "m: {b: 2}\n"),
    ("m: {b: 2, a: 'q'}\n", 1, nil),
  ]

  @Test(arguments: cuts.indices) func entry_isCut_outOfALine(_ number: Int) throws {
    let (text, position, expected) = Self.cuts[number]
    let found = try edit(text) { edited, entries in
      edited.cut(
        entryAt: entries[position].place, entries[position].value,
        before: position + 1 < entries.count ? entries[position + 1].place : nil)
    }
    #expect(found == expected, "\(text)")
    if let found { #expect(throws: Never.self) { try node(found) } }
  }

  @Test func value_isReplaced_whereItStands() throws {
    var text = YAMLText("a: old # old\nb: é🦊e\u{301} old\n")
    let entries = try node(text.text)
    let place = try #require(entries.entry("a")).value.place
    let elsewhere = Place(file: "f.yaml", line: 9, column: 1)
    let done = [place, place, elsewhere].map { text.replace("old", at: $0, with: "new") }
    #expect(done == [true, false, false], "the second time it is not there any more")
    #expect(text.text == "a: new # old\nb: é🦊e\u{301} old\n")
  }

  @Test(arguments: ["", "\n", "a\n\n", "a", "\r\n", "a\r\nb", "é\n\u{301}"])
  func text_isItself_whereNothingChanges(_ text: String) {
    #expect(Array(YAMLText(text).text.utf8) == Array(text.utf8))
  }
}
