import Engine
import Testing

/// `${…}` in the texts of a stage.
@Suite struct InterpolationTests {
  static let variables = """
    vars:
      - lr: 0.1
        name: a b
        on: true
        nothing:
        n: 12
        model: {layers: [3, 5, {units: 7}], 'odd key': x, deep: {er: {est: end}}}
        'ünï': fox

    """

  private func text(_ cmd: String) throws -> [String] {
    let quoted = cmd.replacing("'", with: "''")
    return try templates("\(Self.variables)stages:\n  s: {cmd: '\(quoted)'}\n").commands["s"] ?? []
  }

  static let texts: [(String, String)] = [
    ("no reference", "no reference"), ("${lr}", "0.1"), ("x${lr}y", "x0.1y"), ("${lr}${n}", "0.112"),
    ("-${name}-", "-a b-"), ("${on} ", "true "), (" ${nothing}", " None"),
    // A value that is alone stands for itself.
    ("${on}", "true"), ("${n}", "12"),
    ("${model.layers[0]} ${model.layers.1}", "3 5"), ("${model.layers[2].units}", "7"),
    ("${model.layers[-1].units}", "7"), ("${model.deep.er.est}", "end"), ("${model[deep][er].est}", "end"),
    ("${model.odd key}", "x"), ("${ünï}", "fox"),
    // Space around a name does not count.
    ("${ lr }", "0.1"), ("${ model . deep . er . est }", "end"), ("${model[ 'odd key' ]}x", ""),
    // What is no reference stays.
    ("$lr", "$lr"), ("$ {lr}", "$ {lr}"), ("{lr}", "{lr}"), ("$(x) `y` $$", "$(x) `y` $$"), ("${lr", "${lr"),
    ("a ${x\nb}", "a ${x\nb}"),
    // Escaped.
    ("\\${lr}", "${lr}"), ("\\${lr} ${lr}", "${lr} 0.1"), ("\\${f##*/}", "${f##*/}"), ("\\$lr", "\\$lr"),
    ("$${lr}", "$0.1"), ("a\\\\b ${n}", "a\\\\b 12"), ("${lr}}", "0.1}"), ("{${lr}}", "{0.1}"),
  ]

  @Test(arguments: texts.indices.filter { !texts[$0].1.isEmpty && !texts[$0].0.contains("\n") })
  func references_areReplaced(_ number: Int) throws {
    let (written, expected) = Self.texts[number]
    #expect(try text(written) == [expected], "\(written)")
  }

  @Test func reference_doesNotReachOverALine() throws {
    let file = try templates("vars: [{x: 1}]\nstages:\n  s:\n    cmd: |\n      a ${x\n      }b ${x}\n")
    #expect(file.commands["s"] == ["a ${x\n}b 1\n"])
  }

  static let mistakes: [(String, String)] = [
    ("${}", "`${}` names no variable"), ("${ }", "there is no ``"), ("${.a}", "`${.a}` names no variable"),
    ("${a.}", "`${a.}` names no variable"), ("${a..b}", "`${a..b}` names no variable"),
    ("${a[}", "`${a[}` names no variable"), ("${a[]}", "`${a[]}` names no variable"),
    ("${a]}", "`${a]}` names no variable"), ("${a[0]b}", "`${a[0]b}` names no variable"),
    ("${[0]}", "`${[0]}` names no variable"), ("${a[b.c]}", "`${a[b.c]}` names no variable"),
    ("${lrr}", "`${lrr}`: there is no `lrr`"), ("${model.layer}", "`${model.layer}`: there is no `layer`"),
    ("${lr.x}", "`${lr.x}`: there is no `x` in a single value"),
    ("${model.layers[3]}", "`${model.layers[3]}`: the list has no `3`; it has 3 items"),
    ("${model.layers[-4]}", "`${model.layers[-4]}`: the list has no `-4`; it has 3 items"),
    ("${model.layers.first}", "`${model.layers.first}`: the list has no `first`; it has 3 items"),
    ("${f##*/}", "`${f##*/}`: there is no `f##*/`"),
    ("${model.layers}", "`${model.layers}` is a list, and only a single value can stand here"),
    ("x ${model.layers}", "`${model.layers}` is a list, and only a single value can stand here"),
  ]

  @Test(arguments: mistakes.indices) func mistake_isTold_whereItStands(_ number: Int) throws {
    let (written, expected) = Self.mistakes[number]
    let found = try #require(complaint { _ = try text(written) }, "\(written)")
    #expect(found.message.contains(expected), "\(written): \(found)")
    #expect(found.place == "pipeline.yaml:11:12")
  }

  @Test func mistake_isTold_withTheNearestName() {
    #expect(complaint { _ = try text("${model.layer}") }?.hint == "did you mean `layers`?")
    #expect(complaint { _ = try text("${}") }?.hint?.contains("\\${") == true)
  }

  /// Keys are texts, too; the last of two that become one counts.
  @Test func references_areReplaced_inKeys() throws {
    let file = try templates("vars: [{d: out, n: 1}]\nstages:\n  s: {cmd: x, x: {'${d}/a': '${n}', 'out/a': 2}}\n")
    let stage = try #require(file.stages.first?.builder as? EchoStage)
    #expect(stage.fields["x"]?.value == .map(["out/a": .int(2)]))
  }

  @Test func valueAlone_keepsItsKind_andTextAroundItMakesText() throws {
    let file = try templates(
      "vars: [{n: 12, on: true, t: '12'}]\nstages:\n  s: {cmd: x, a: '${n}', b: '${n} ', c: '${on}', d: '${t}'}\n")
    let fields = try #require(file.stages.first?.builder as? EchoStage).fields
    #expect(fields["a"]?.value == .int(12))
    #expect(fields["b"]?.value == .string("12 "))
    #expect(fields["c"]?.value == .bool(true))
    #expect(fields["d"]?.value == .string("12"))
  }
}
