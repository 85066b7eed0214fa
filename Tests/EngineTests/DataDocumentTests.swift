import Engine
import Foundation
import Store
import Testing

/// Files of parameters and variables: JSON and TOML mean what Python's readers say that they mean.
@Suite struct DataDocumentTests {
  private func parse(_ text: String, _ name: String) throws -> YAMLNode {
    try DataDocument.parse(Array(text.utf8), file: try path(name))
  }

  /// JSON with the keys in the document's order.
  private func ordered(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(_, .double(let number)) where !number.isFinite:
      number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .scalar(_, let value): value.canonical
    case .list(let items): "[\(items.map(ordered).joined(separator: ","))]"
    case .map(let entries):
      "{\(entries.map { "\(Value.string($0.key).canonical):\(ordered($0.value))" }.joined(separator: ","))}"
    }
  }

  private struct Question: Encodable {
    let text: String
    let found: String
  }

  /// Which documents Python reads in another way; the order of keys and 1 against 1.0 count.
  private func differences(_ texts: [String], _ name: String, reading: String) throws -> [String] {
    let found = texts.map { text in
      do { return ordered(try parse(text, name)) } catch { return "\"\(type(of: error))\"" }
    }
    let script = """
      import tomllib, datetime
      def told(value):
          if isinstance(value, (datetime.date, datetime.time)): return "time"
          if isinstance(value, dict): return {key: told(item) for key, item in value.items()}
          if isinstance(value, list): return [told(item) for item in value]
          return repr(value)
      def times(value, like):
          if like == "time" and isinstance(value, str): return "time"
          if isinstance(value, dict) and isinstance(like, dict):
              return {key: times(item, like.get(key)) for key, item in value.items()}
          if isinstance(value, list) and isinstance(like, list):
              return [times(item, other) for item, other in zip(value, like)] + value[len(like):]
          return repr(value) if not isinstance(value, (dict, list)) else value
      answer = []
      for one in question:
          expected = told(\(reading)(one["text"]))
          found = times(json.loads(one["found"]), expected)
          if json.dumps(found) != json.dumps(expected):
              answer.append(f'{one["text"]!r}: {json.dumps(found)}, expected {json.dumps(expected)}')
      """
    return try python(script, zip(texts, found).map { Question(text: $0, found: $1) }, as: [String].self)
  }

  // MARK: JSON

  static let json = [
    "{}", "[]", "null", "1", "-0", "1.0", "1e3", "1E-7", "-2.5e+10", "0.1", "true", "\"\"", "{\"a\":1}",
    "{\"a\":\"b:c\",\"d\":[{},[],[[1]]]}", "{\"b\": 1, \"a\": 2, \"B\": 3}", "{\n\t\"a\":\t1\n}", "{\"a\" : [1 ,2]}",
    #"{"a": "\n\t\"\\\/\b\f\r"}"#, #""\u00e9\u0041""#, #""\ud83e\udd8a""#,
    #""\uD83E\uDD8A x \ud83e\udd8a\ud83e\udd8a""#,
    #""\\ud83e\\udd8a""#, #""\\\ud83e\udd8a""#, #"{"\ud83e\udd8a": 1, "🦊b": 2}"#, #""\u0000\u001f""#,
    "{\"1\": 1, \"true\": 2, \"null\": 3, \"\": 4, \"1.0\": 5, \"<<\": 6, \"~\": 7}", "{\"a\": \"# no comment\"}",
    "{\"a\": \"- x\", \"b\": \"{y}\", \"c\": \"&x\", \"d\": \"*x\", \"e\": \"!x\", \"f\": \"%x\", \"g\": \"yes\"}",
    "[\"a b  c\", \"  lead\", \"trail  \"]", "[1,2,3]", "[-1,-0.5]", "{\"a\":null}", "\"é e\u{301} 🦊\"",
    "{\"k\(String(repeating: "x", count: 1200))\": 1}",
    "\"\(String(repeating: "long ", count: 400))\"",
    "[\(String(repeating: "[", count: 50))\(String(repeating: "]", count: 50))]",
    "\"a\u{2028}b\"", "\"a\u{2029}b\"", "\"a\u{85}b\"", "\"a\u{7F}b\"", "\"a\u{A0}b\"", "\"a\u{FEFF}b\"",
    "\"\u{FFFD}\"",
    "12345678901", "9223372036854775807", "-9223372036854775808", "0.30000000000000004", "1.7976931348623157e308",
    "5e-324",
  ]

  @Test(arguments: json) func json_isWhatPythonReads(_ text: String) throws {
    #expect(try differences([text], "p.json", reading: "json.loads") == [])
  }

  /// Documents that Python makes up, in all its layouts.
  @Test func randomJSON_isWhatPythonReads() throws {
    let script = """
      import random
      random.seed(question)
      letters = ["a", "b", " ", "\\"", "\\\\", "/", "\\n", "\\t", "é", "e\\u0301", "\\U0001f98a", "#", ":", "-", "{", "'", "1"]
      def text(): return "".join(random.choice(letters) for _ in range(random.randint(0, 6)))
      def value(depth):
          kind = random.randint(0, 9 if depth < 4 else 5)
          if kind == 0: return random.choice([None, True, False])
          if kind == 1: return random.randint(-10**random.randint(1, 18), 10**9)
          if kind == 2: return random.choice([1.0, 0.1, 1e100, -1e-100, 2.5, random.random()])
          if kind <= 5: return text()
          if kind <= 7: return [value(depth + 1) for _ in range(random.randint(0, 4))]
          return {text(): value(depth + 1) for _ in range(random.randint(0, 4))}
      answer = [json.dumps(value(0), ensure_ascii=random.random() < 0.5, indent=random.choice([None, 0, 2, "\\t"]),
                           separators=random.choice([(",", ":"), (", ", ": "), (" , ", " : ")])) for _ in range(500)]
      """
    let texts = try python(script, 7, as: [String].self)
    try #require(texts.count == 500)
    let found = try differences(texts, "p.json", reading: "json.loads")
    #expect(found.isEmpty, "\(found.count): \(found.prefix(5).joined(separator: "\n"))")
  }

  @Test(arguments: [
    ("{\"a\": 1,\n \"b\": }}", "p.json:2:8"), ("{\"a\": 1", "p.json:2:1"), ("{\n\"a\": \"\\ud83e\"}", "p.json:2:9"),
    ("[1, 2", "p.json:2:1"),
  ])
  func mistakeInJSON_isTold_whereItStands(_ text: String, _ place: String) {
    let found = complaint { _ = try parse(text, "p.json") }
    #expect(found != nil)
    #expect(found.map { $0.place.prefix { $0 != ":" } } == "p.json", "\(String(describing: found)), about \(place)")
  }

  @Test func nodesOfJSON_knowTheirPlaces_alsoBehindPairs() throws {
    let root = try parse("{\n  \"a\": 1,\n  \"b\": {\"c\": [true]}\n}", "p.json")
    #expect(root.entry("a").map { "\($0.place) \($0.value.place)" } == "p.json:2:3 p.json:2:8")
    #expect(root.entry("b")?.value.entry("c").map { "\($0.value.place)" } == "p.json:3:14")
  }

  // MARK: TOML

  static let toml = [
    "", "a = 1\n", "b = 1\na = 2\n[t]\nz = 1\ny = 2\n", "[t]\na = 1\n[u]\na = 2\n[t.v]\na = 3\n",
    "[x.y]\na = 1\n[z]\n[x]\nb = 2\n",
    "a.b.c = 1\na.d = 2\n", "[[l]]\na = 1\n[[l]]\nb = 2\n[[l.m]]\nc = 3\n", "i = {b = 1, a = {d = 2, c = 3}}\n",
    "a = [1, [2, \"x\"], {k = 1}]\n", "a = [\n 1, # one\n 2,\n]\n",
    "h = 0xff\no = 0o17\nb = 0b101\nu = 1_000\nn = -7\np = +7\n",
    "f = 1.0\ng = 1e3\nh = -0.25\ni = 6.02E+23\nj = 1_0.5\nk = 0.1\n", "a = inf\nb = -inf\nc = +inf\n",
    "t = true\nf = false\n", "s = \"a\\n\\t\\\"\\\\ \\u00e9 \\U0001F98A\"\n", "s = 'C:\\x'\n",
    "s = \"\"\"\na\\\n   b\n\"c\"\"\"\"\n",
    "s = '''\na'b\n'''\n", "\"quoted key\" = 1\n'lit.eral' = 2\nbare-key_1 = 3\n\"é🦊\" = 4\n", "a.\"b.c\".d = 1\n",
    "d = 1979-05-27\n", "d = 07:32:00\n", "d = 1979-05-27T07:32:00\n", "d = 1979-05-27T07:32:00Z\n",
    "d = 1979-05-27 07:32:00.5-07:00\n", "m = 9223372036854775807\nn = -9223372036854775808\n",
    "e = \"\"\nf = []\ng = {}\n",
    "# only a comment", "a = 1\r\nb = 2\r\n", "[a]\n[a.b]\n[a.b.c]\n[d]\n", "1 = 2\ntrue = 3\n", "k = 1 # é🦊\n",
    "z = 1\ny.b = 2\nx = 3\ny.a = 4\n",
  ]

  @Test(arguments: toml) func toml_isWhatPythonReads(_ text: String) throws {
    #expect(try differences([text], "p.toml", reading: "tomllib.loads") == [])
  }

  /// Tables in tables, written in TOML's three ways.
  @Test func randomTOML_isWhatPythonReads() throws {
    let script = """
      import random
      random.seed(question)
      def text(): return "".join(random.choice(["a", "b", " ", '"', "\\\\", "é", "\\U0001f98a", "#", "=", "'"]) for _ in range(random.randint(0, 6)))
      def scalar():
          return random.choice([lambda: json.dumps(text(), ensure_ascii=random.random() < 0.5 and False), lambda: str(random.randint(-10**15, 10**15)),
                                lambda: repr(random.choice([0.5, 1.0, 1e100, -2.5])), lambda: random.choice(["true", "false"]),
                                lambda: "[" + ", ".join(scalar() for _ in range(random.randint(0, 3))) + "]",
                                lambda: "{" + ", ".join(f"i{n} = {scalar()}" for n in range(random.randint(0, 3))) + "}"])()
      def table(path, depth):
          lines = []
          keys = [f"k{n}" for n in random.sample(range(9), random.randint(0, 4))]
          for key in keys:
              name = key if random.random() < 0.7 else f"{key}.{random.choice('pq')}"
              lines.append(f"{name} = {scalar()}")
          if depth < 3:
              for n in random.sample(range(9), random.randint(0, 3)):
                  inner = path + [f"t{n}"]
                  if random.random() < 0.3:
                      for _ in range(random.randint(1, 3)): lines += [f"[[{'.'.join(inner)}]]"] + table(inner, 3)
                  else: lines += [f"[{'.'.join(inner)}]"] + table(inner, depth + 1)
          return lines
      answer = ["\\n".join(table([], 0)) + "\\n" for _ in range(300)]
      """
    let texts = try python(script, 9, as: [String].self)
    try #require(texts.count == 300)
    let found = try differences(texts, "p.toml", reading: "tomllib.loads")
    #expect(found.isEmpty, "\(found.count): \(found.prefix(5).joined(separator: "\n"))")
  }

  @Test(arguments: [
    ("a = \n", "p.toml:1"), ("a = 1\na = 2\n", "p.toml:2"), ("x = 1\n[t\n", "p.toml:2"),
    ("a = 1\n\nb = 'x\n", "p.toml:3"),
    ("a = 99999999999999999999\n", "p.toml:1"),
  ])
  func mistakeInTOML_isTold_onItsLine(_ text: String, _ line: String) throws {
    let found = try #require(complaint { _ = try parse(text, "p.toml") })
    #expect(found.message.hasPrefix("not TOML: ") && found.place.hasPrefix(line + ":"), "\(found)")
  }

  @Test func nodesOfTOML_knowTheirPlaces() throws {
    let root = try parse("b = 1\na = [2, 3]\n[t]\nc = {d = 4}\n", "p.toml")
    guard case .map(let entries) = root.content else {
      Issue.record("not a map")
      return
    }
    #expect(entries.map(\.key) == ["b", "a", "t"])
    #expect(entries.map { "\($0.place)" } == ["p.toml:1:1", "p.toml:2:1", "p.toml:3:2"])
    #expect("\(entries[0].value.place)" == "p.toml:1:5")
    #expect(root.entry("t")?.value.entry("c")?.value.entry("d").map { "\($0.place)" } == "p.toml:4:6")
  }

  // MARK: Any of them

  @Test func fileName_saysWhatADocumentIs() throws {
    #expect(try parse("a = 1", "x/P.TOML").value == .map(["a": .int(1)]))
    #expect(try parse("a: 1", "p.yml").value == .map(["a": .int(1)]))
    #expect(try parse("a: 1", "p").value == .map(["a": .int(1)]))
    #expect(complaint { _ = try parse("a = 1", "p.py") }?.message.contains("Python") == true)
    #expect(complaint { _ = try DataDocument.parse([0x61, 0xFF], file: try path("p.json")) }?.message == "not UTF-8")
  }

  private func named(_ names: [String]?) throws -> [String] {
    let text = "{\"a\": {\"b\": [1, {\"c\": 2}], \"x.y\": 3}, \"lr\": 0.1, \"layer_1\": 4, \"e\": {}}"
    return try parse(text, "p.json").parameters(names, of: try path("p.json"), at: somewhere)
      .map { "\($0.name)=\($0.value.value.canonical)" }
  }

  @Test func parameters_areFound_byDottedPaths() throws {
    #expect(try named(["lr"]) == ["lr=0.1"])
    #expect(try named(["a.b.0", "a.b.-1.c", "lr"]) == ["a.b.0=1", "a.b.-1.c=2", "lr=0.1"])
    #expect(try named(["a.b"]) == ["a.b=[1,{\"c\":2}]"])
    #expect(try named(["layer*"]) == ["layer*=4"], "a pattern stands for the one key that fits")
    #expect(try named(["e"]) == ["e={}"])
    #expect(try named(nil).map { $0.prefix { $0 != "=" } } == ["a", "lr", "layer_1", "e"])
    #expect(try named([]) == [])
  }

  @Test(arguments: ["none", "a.c", "a.b.2", "a.b.-3", "a.b.x", "lr.x", "*", "l*", "", "a.", ".a", "a..b"])
  func missingParameter_isTold(_ name: String) {
    do {
      _ = try named([name])
      Issue.record("\(name) was found")
    } catch EngineError.unmet(let place, let message, _) {
      #expect(place == somewhere && message == "p.json has no parameter `\(name)`")
    } catch { Issue.record("\(error)") }
  }
}
