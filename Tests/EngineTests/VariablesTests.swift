import Engine
import Testing

/// Where variables come from, and what becomes of a map in a command.
@Suite struct VariablesTests {
  private func command(_ vars: String, _ cmd: String, files: [String: String] = [:]) throws -> String? {
    try templates("vars: \(vars)\nstages:\n  s: {cmd: '\(cmd.replacing("'", with: "''"))'}\n", files: files)
      .commands["s"]?.first
  }

  // MARK: Merging

  @Test func maps_areMerged_withTheirMaps() throws {
    let vars = "[{a: {x: 1, deep: {p: 1}}}, {a: {y: 2, deep: {q: 2}}}, more.yaml]"
    let files = ["more.yaml": "a: {deep: {r: 3}}\nb: 4\n"]
    #expect(try command(vars, "${a.x}${a.deep.p}${a.y}${a.deep.q}${a.deep.r}${b}", files: files) == "112234")
  }

  @Test func paramsFile_isReadWithoutBeingNamed() throws {
    let files = ["params.yaml": "lr: 3\n"]
    #expect(try command("[]", "${lr}", files: files) == "3")
    #expect(try command("[params.yaml]", "${lr}", files: files) == "3", "naming it changes nothing")
    #expect(try command("[]", "${a}", files: ["params.yaml": "a: 1"]) == "1")
    #expect(try command("[]", "x", files: ["params.yaml": ""]) == "x", "an empty one holds nothing")
  }

  @Test func parts_areTakenOutOfAFile_andOtherNamesStayFree() throws {
    let files = ["v.json": #"{"a": 1, "b": {"c": 2}, "d": 3}"#]
    #expect(try command("['v.json:a,b']", "${a}${b.c}", files: files) == "12")
    #expect(try command("['v.json:a', {d: x}]", "${a}${d}", files: files) == "1x")
    #expect(try command("['v.json:a', 'v.json:d']", "${a}${d}", files: files) == "13")
    #expect(complaint { _ = try command("['v.json:a']", "${d}", files: files) } != nil)
  }

  static let files = ["v.yaml": "a: 1\nb: 2\n", "list.yaml": "[1]\n", "w.toml": "a = 1\n"]

  static let mistakes: [(String, String)] = [
    ("[{a: 1}, {a: 1}]", "`a` is set already, at pipeline.yaml:2:9"),
    ("[{a: {x: 1}}, {a: {x: 2}}]", "`a.x` is set already, at pipeline.yaml:2:13"),
    ("[{a: {x: 1}}, {a: 2}]", "`a` is set already"), ("[{a: [1]}, {a: [2]}]", "`a` is set already"),
    ("[{a: 1}, v.yaml]", "`a` is set already"), ("[v.yaml, w.toml]", "`a` is set already"),
    ("[v.yaml, v.yaml:a]", "v.yaml is loaded already, as a whole or in part"),
    ("[v.yaml:a, v.yaml]", "v.yaml is loaded already, as a whole or in part"),
    ("[v.yaml:a, 'v.yaml:b,a']", "v.yaml is loaded already, as a whole or in part"),
    ("[none.yaml]", "none.yaml does not exist"), ("[v.yaml:c]", "v.yaml has no `c`"),
    ("[list.yaml]", "list.yaml has to be a map of keys and values, not a list"),
    ("[../v.yaml]", "`../v.yaml` is not a path inside the project"),
    ("[/v.yaml]", "`/v.yaml` is not a path inside the project"),
    ("v.yaml", "`vars` has to be a list of maps and files, not a single value"),
    ("{a: 1}", "`vars` has to be a list of maps and files, not a map"),
    ("[[a]]", "`vars` takes maps and files, not a list"), ("[~]", "`vars` takes maps and files, not nothing"),
    ("[{a: '${b}'}]", "`vars` may not use `${…}`"), ("[{a: {b: ['${c}']}}]", "`vars` may not use `${…}`"),
    ("[{'${c}': 1}]", "`vars` may not use `${…}`"), ("['${c}.yaml']", "`vars` may not use `${…}`"),
  ]

  @Test(arguments: mistakes.indices) func mistake_isTold(_ number: Int) throws {
    let (vars, expected) = Self.mistakes[number]
    let found = complaint { _ = try command(vars, "x", files: Self.files) }
    #expect(found?.message.contains(expected) == true, "\(vars): \(String(describing: found))")
  }

  @Test func sameFile_mayBeNamedTwice_asAWhole() throws {
    #expect(try command("[v.yaml, ./v.yaml]", "${a}", files: Self.files) == "1")
  }

  @Test func stage_hasVariablesOfItsOwn_fromItsDirectory() throws {
    let text = """
      vars: [{a: 1, d: sub}]
      stages:
        one: {wdir: '${d}', vars: [v.yaml, {b: 2}], cmd: '${a}${b}${c}'}
        two: {vars: [{b: x}], cmd: '${a}${b}'}

      """
    let file = try templates(text, files: ["sub/v.yaml": "c: 3"])
    #expect(file.commands == ["one": ["123"], "two": ["1x"]])
    #expect(complaint { _ = try templates(text + "  three: {cmd: '${b}'}\n", files: ["sub/v.yaml": "c: 3"]) } != nil)
  }

  @Test func itemAndKey_cannotBeSet_byTheStageTheyStandIn() {
    for name in ["item", "key"] {
      let text = "stages:\n  s: {foreach: {a: 1}, do: {vars: [{\(name): 1}], cmd: x}}\n"
      #expect(complaint { _ = try templates(text) }?.message.contains("`\(name)` cannot be set here") == true)
    }
    // Outside they are names like others, and hidden inside.
    let hidden = try? templates("vars: [{item: out}]\nstages:\n  s: {foreach: [in], do: {cmd: '${item}'}}\n")
    #expect(hidden?.commands == ["s@in": ["in"]])
  }

  // MARK: Maps in commands

  private static let alphabet = Array("ab0 '\"$`\\%@+=:,./-_!*?[]{}~#&;|<>()\n\té🦊\u{301}").map(String.init)

  @Test func quotedWord_isWhatPythonMakesOfIt() throws {
    var random = SplitMix(state: 11)
    var words = ["", "a", "a b", "it's", "''", "-x", "é", "e\u{301}", "\u{301}'", "'\u{301}", "\r\n", "a\u{FEFF}"]
    for _ in 0..<500 {
      let count = Int.random(in: 0...8, using: &random)
      words.append((0..<count).compactMap { _ in Self.alphabet.randomElement(using: &random) }.joined())
    }
    let expected = try python(
      "import shlex\nanswer = [shlex.quote(word) for word in question]", words, as: [String].self)
    for (word, quoted) in zip(words, expected) {
      #expect(Array(shellQuoted(word).utf8) == Array(quoted.utf8), "\(word.debugDescription)")
    }
  }

  /// DVC's rule for a map in `cmd`, word for word.
  private static let unpacking = """
    import shlex
    def flat(map, prefix=""):
        for key, value in map.items():
            if isinstance(value, dict): yield from flat(value, prefix + key + ".")
            else: yield prefix + key, value
    def quote(value): return shlex.quote(value) if isinstance(value, str) else f"{value}"
    def unpack(map):
        words = []
        for key, value in flat(map):
            if isinstance(value, bool): words += [f"--{key}"] if value else []
            elif isinstance(value, list): words += ([f"--{key}"] + [quote(item) for item in value]) if value else []
            else: words += [f"--{key}", quote(value)]
        return " ".join(words)
    answer = [unpack(json.loads(text)) for text in question]
    """

  private func value(_ depth: Int, _ random: inout SplitMix) -> String {
    func quoted(_ text: String) -> String { Value.string(text).canonical }
    switch Int.random(in: depth > 2 ? 2...8 : 0...8, using: &random) {
    case 0:
      let entries = (0..<Int.random(in: 1...3, using: &random)).map {
        "\"k\(depth)\($0)\": \(value(depth + 1, &random))"
      }
      return "{\(entries.joined(separator: ", "))}"
    case 1:
      let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(9, &random) }
      return "[\(items.joined(separator: ", "))]"
    case 2: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
    case 3: return String(Int.random(in: -1000...1000, using: &random))
    case 4:
      return ["0.1", "1.0", "1e-05", "1e22", "-2.5e-07", "123456789.125", "1e16", "0.0001"].randomElement(
        using: &random) ?? "0.5"
    default:
      let count = Int.random(in: 0...6, using: &random)
      return quoted((0..<count).compactMap { _ in Self.alphabet.randomElement(using: &random) }.joined())
    }
  }

  @Test func map_becomesOptions_asInDVC() throws {
    var random = SplitMix(state: 12)
    let maps = (0..<300).map { _ in
      let entries = (0..<Int.random(in: 0...4, using: &random)).map { "\"o\($0)\": \(value(0, &random))" }
      return "{\(entries.joined(separator: ", "))}"
    }
    let expected = try python(Self.unpacking, maps, as: [String].self)
    for (map, words) in zip(maps, expected) {
      let found = try command("[v.json]", "run ${m}", files: ["v.json": "{\"m\": \(map)}"])
      #expect(found.map { Array($0.utf8) } == Array("run \(words)".utf8), "\(map)")
    }
  }

  @Test func listOfLists_cannotBecomeOptions() {
    let found = complaint { _ = try command("[{m: {a: [[1]]}}]", "run ${m}") }
    #expect(found?.message == "`a`: a list of lists or maps cannot become options")
  }

  @Test(arguments: ["wdir", "deps", "outs", "desc"]) func map_standsOnlyInACommand(_ field: String) {
    let found = complaint { _ = try templates("vars: [{m: {a: 1}}]\nstages:\n  s: {cmd: x, \(field): 'x ${m}'}\n") }
    #expect(found?.message == "`${m}` is a map, and only a single value can stand here")
  }
}
