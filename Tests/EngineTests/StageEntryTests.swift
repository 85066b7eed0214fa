import Engine
import Testing

/// What an entry of `stages:` stands for: `foreach` and `matrix`.
@Suite struct StageEntryTests {
  private func stages(_ entry: String, vars: String = "[]") throws -> [(name: String, command: String)] {
    let file = try templates("vars: \(vars)\nstages:\n  s: \(entry)\n")
    return file.stages.map { ($0.name.string, ($0.builder as? EchoStage)?.commands.first ?? "") }
  }

  /// Entry, variables, and the generated names and commands in order.
  static let entries: [(String, String, [String])] = [
    ("{foreach: [a, b], do: {cmd: 'x ${item}'}}", "[]", ["s@a: x a", "s@b: x b"]),
    (
      "{foreach: [1, 2.5, true, ~, 'x y'], do: {cmd: 'x ${item}'}}", "[]",
      ["s@1: x 1", "s@2.5: x 2.5", "s@true: x true", "s@None: x None", "s@x y: x x y"]
    ),
    // Values that a variable gave are spelled as Python spells them, in names only.
    (
      "{foreach: '${l}', do: {cmd: 'x ${item}'}}", "[{l: [true, ~, 1e-05]}]",
      ["s@True: x true", "s@None: x None", "s@1e-05: x 1e-05"]
    ),
    ("{foreach: ['${v}', b], do: {cmd: 'x ${item}'}}", "[{v: false}]", ["s@False: x false", "s@b: x b"]),
    // Values that are no names are counted.
    ("{foreach: [{n: 1}, {n: 2}], do: {cmd: 'x ${item.n}'}}", "[]", ["s@0: x 1", "s@1: x 2"]),
    ("{foreach: [a, {n: 2}], do: {cmd: 'x'}}", "[]", ["s@0: x", "s@1: x"]),
    ("{foreach: [[p, q]], do: {cmd: 'x ${item[1]}'}}", "[]", ["s@0: x q"]),
    ("{foreach: {a: 1, b: {n: 2}}, do: {cmd: 'x ${key}'}}", "[]", ["s@a: x a", "s@b: x b"]),
    ("{foreach: {a: {n: [7]}}, do: {cmd: '${key} ${item.n[0]}'}}", "[]", ["s@a: a 7"]),
    ("{foreach: '${m}', do: {cmd: '${key} ${item}'}}", "[{m: {b: 1, a: 2}}]", ["s@b: b 1", "s@a: a 2"]),
    // Of equal names the last one's value counts, at the first one's place.
    ("{foreach: [a, b, a], do: {cmd: 'x ${item}'}}", "[]", ["s@a: x a", "s@b: x b"]),
    ("{foreach: [1, '1', 2], do: {cmd: 'x ${item}'}}", "[]", ["s@1: x 1", "s@2: x 2"]),
    ("{foreach: [], do: {cmd: x}}", "[]", []), ("{foreach: {}, do: {cmd: x}}", "[]", []),
    (
      "{matrix: {p: [1, 2], q: [a, b]}, cmd: '${item.p}${item.q} ${key}'}", "[]",
      ["s@1-a: 1a 1-a", "s@1-b: 1b 1-b", "s@2-a: 2a 2-a", "s@2-b: 2b 2-b"]
    ),
    (
      "{matrix: {p: [{n: 1}, {n: 2}], q: [a]}, cmd: '${item.p.n} ${key}'}", "[]",
      ["s@p0-a: 1 p0-a", "s@p1-a: 2 p1-a"]
    ),
    ("{matrix: {p: '${l}'}, cmd: '${item.p}'}", "[{l: [true, 1]}]", ["s@True: true", "s@1: 1"]),
    ("{matrix: {p: [1], q: []}, cmd: x}", "[]", []),
    (
      "{matrix: {p: [a-b, a], q: [c, b-c]}, cmd: '${item.p} ${item.q}'}", "[]",
      ["s@a-b-c: a b-c", "s@a-b-b-c: a-b b-c", "s@a-c: a c"]
    ),
  ]

  @Test(arguments: entries.indices) func entry_standsForItsStages(_ number: Int) throws {
    let (entry, vars, expected) = Self.entries[number]
    #expect(try stages(entry, vars: vars).map { "\($0.name): \($0.command)" } == expected, "\(entry)")
  }

  @Test func generatedStages_standInTheirEntrysPlace_andKnowIt() throws {
    let file = try templates("stages:\n  z: {cmd: x}\n  s: {foreach: [b, a], do: {cmd: x}}\n  y: {cmd: x}\n")
    #expect(file.stages.map(\.name.string) == ["z", "s@b", "s@a", "y"])
    #expect(file.stages.map(\.entry.string) == ["z", "s", "s", "y"])
    #expect(file.stages.map(\.place.line) == [3, 4, 4, 5])
  }

  /// Every combination once, the last list's values changing fastest.
  @Test func matrix_isTheProductOfItsLists() throws {
    var random = SplitMix(state: 21)
    for _ in 0..<30 {
      let lists = (0..<Int.random(in: 1...4, using: &random)).map { number in
        (0..<Int.random(in: 0...3, using: &random)).map { "\(number)\($0)" }
      }
      let product = lists.reduce([[]]) { known, list in known.flatMap { row in list.map { row + [$0] } } }
      let written = lists.enumerated().map {
        "l\($0.offset): [\($0.element.map { "'\($0)'" }.joined(separator: ", "))]"
      }
      let found = try stages("{matrix: {\(written.joined(separator: ", "))}, cmd: '${key}'}")
      #expect(found.map(\.command) == product.map { $0.joined(separator: "-") })
    }
  }

  @Test func hugeMatrix_isRefused_beforeItIsMade() {
    let digits = (0..<10).map { String($0) }.joined(separator: ", ")
    let lists = (0..<9).map { "l\($0): [\(digits)]" }.joined(separator: ", ")
    let found = complaint { _ = try stages("{matrix: {\(lists)}, cmd: x}") }
    #expect(found?.message == "`matrix` stands for more than 100000 stages")
  }

  static let mistakes: [(String, String)] = [
    ("{foreach: [a]}", "stage `s` has `foreach`, and no `do`"),
    ("{do: {cmd: x}}", "stage `s` has `do`, and no `foreach`"),
    ("{foreach: [a], do: {cmd: x}, deps: [b]}", "beside `foreach` only `do` can stand"),
    ("{foreach: [a], do: x}", "stage `s` has to be a map of keys and values, not a single value"),
    ("{foreach: a, do: {cmd: x}}", "`foreach` has to be a list or a map, not a single value"),
    ("{foreach: , do: {cmd: x}}", "`foreach` has to be a list or a map, not nothing"),
    ("{foreach: '${none}', do: {cmd: x}}", "`${none}`: there is no `none`"),
    ("{matrix: [1], cmd: x}", "`matrix` has to be a map of lists, not a list"),
    ("{matrix: {a: 1}, cmd: x}", "`a` of a matrix has to be a list, not a single value"),
    ("{matrix: {a: [1]}, foreach: [1], do: {cmd: x}}", "stage `s` has a `matrix`: it takes no `foreach` and no `do`"),
    ("{matrix: {a: [1]}, do: {cmd: x}}", "stage `s` has a `matrix`: it takes no `foreach` and no `do`"),
    ("{foreach: [a], do: {cmd: '${key}'}}", "`${key}`: there is no `key`"),
    ("{foreach: {glob: '**', exclud: a}, do: {cmd: '${item.nme}'}}", "`${item.nme}`"),
    ("{foreach: {glob: []}, do: {cmd: x}}", "`glob` names no pattern"),
    ("{foreach: {glob: '../*'}, do: {cmd: x}}", "`../*` is not a path inside the project"),
    ("{foreach: {glob: '*'}, do: {cmd: '${item.size}'}}", "`${item.size}`: there is no `size`"),
    ("[]", "stage `s` has to be a map of keys and values, not a list"),
  ]

  @Test(arguments: mistakes.indices) func mistake_isTold(_ number: Int) {
    let (entry, expected) = Self.mistakes[number]
    let found = complaint { _ = try stages(entry) }
    #expect(found?.message.contains(expected) == true, "\(entry): \(String(describing: found))")
  }

  /// A map with a key `glob` and others is a map like any other.
  @Test func globBesideOtherKeys_isAnItem() throws {
    #expect(
      try stages("{foreach: {glob: a, x: b}, do: {cmd: '${key} ${item}'}}").map(\.command) == ["glob a", "x b"])
  }
}
