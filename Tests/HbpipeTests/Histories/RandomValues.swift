/// Values that commands take by name: from files of parameters in three formats, and from variables.
struct RandomValues: Equatable {
  private var rate = 1
  private var depth = 2
  private var layers = [1, 2]
  private var word = "salt"
  /// What nobody names, and what is no value at all.
  private var unnamed = 0
  private var comment = 0
  private var name = "a lamp"
  private var words = ["lamp", "salt fog", "3"]
  private var shades = ["low": 1, "high": 2]

  static let variablesFile = "src/vars.json"
  static let parameters = "[lr, nest.depth, {src/conf.json: [a.b]}, {src/conf.toml: [train.layers]}]"

  /// Shell commands that print the values that are named, and nothing else.
  static let reading = [
    #"sed -n "s/^lr: //p" params.yaml"#, #"sed -n "s/^  depth: //p" params.yaml"#,
    #"sed -n "s/^ *\"b\": //p" src/conf.json"#, #"sed -n "s/^layers = //p" src/conf.toml"#,
  ]

  /// Changes one thing, and says which.
  mutating func change(_ random: inout SeededRandom) -> String {
    switch random.number(1...12) {
    case 1, 2: rate = random.number(1...9)
    case 3: depth = random.number(1...9)
    case 4: layers = (0..<random.number(0...3)).map { _ in random.number(1...9) }
    case 5: word = random.words(1...2)
    case 6, 7: unnamed += 1
    case 8: comment += 1
    case 9: name = random.words(1...2)
    case 10: words = ["lamp", "salt fog", "3", "true", "it's", "fog"].filter { _ in random.chance(50) } + ["tide"]
    case 11: words.shuffle(using: &random)
    default: shades[random.pick("low", "high", "mid")] = random.chance(30) ? nil : random.number(1...3)
    }
    if shades.isEmpty { shades["low"] = 1 }
    return "values: lr \(rate), depth \(depth), \(layers), \(word), unnamed \(unnamed), comment \(comment), \(name), "
      + "\(words), \(shades.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
  }

  // MARK: In pipeline.yaml

  /// A list of words, as `foreach` has it.
  var list: String { "[\(words.map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", "))]" }

  /// A map for `vars`.
  var variables: String { "{ model: { name: '\(name)', steps: \(layers), deep: { on: true } }, list: \(list) }" }

  // MARK: Files

  var files: [String: RandomSite.Source] {
    let notes = String(repeating: "\n", count: comment % 3)
    // The order of keys is no value either.
    let other = "  \"other\": \(unnamed)"
    let named = "  \"a\": {\n    \"b\": \"\(word)\"\n  }"
    let members = comment.isMultiple(of: 2) ? [other, named] : [named, other]
    let kinds = shades.sorted { $0.key < $1.key }.map { #"    "\#($0.key)": {"n": \#($0.value), "s": "\ud83e\udd8a"}"# }
    return [
      "params.yaml": RandomSite.Source(
        "# \(comment)\nlr: \(rate)\nnest:\n  depth: \(depth)\n  wide: true\nother: \(unnamed)\n"),
      "src/conf.json": RandomSite.Source("{\n\(members.joined(separator: ",\n"))\n}\n\(notes)"),
      "src/conf.toml": RandomSite.Source("other = \(unnamed) # \(comment)\n[train]\nlayers = \(layers)\n"),
      Self.variablesFile: RandomSite.Source(
        "{\n  \"shade\": {\n\(kinds.joined(separator: ",\n"))\n  }\(notes),\n  \"hue\": \(unnamed)\n}\n"),
    ]
  }
}
