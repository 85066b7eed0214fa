import Engine
import Foundation
import Testing

/// The same `dvc.yaml` for DVC and, imported, for hbpipe: the same stages, commands and outputs.
@Suite(.enabled(if: DVCCase.python != nil, "HBPIPE_DVC_PYTHON names a Python that has DVC; `make test` installs one"))
struct DVCTests {
  @Test(arguments: DVCCase.all) func hbpipe_saysWhatDVCSays(_ dvcCase: DVCCase) throws {
    let answer = try #require(try DVCCase.answers.get()[dvcCase.name])
    let space = try Space(inMemory: true)
    try space.shell("cp -R '\(dvcCase.folder)/.' .")
    let (stages, refusal) = try readStages(in: space)
    let difference = DVCCase.differences[dvcCase.name]

    if answer.error != nil {
      if refusal == nil, stages != nil, try plan(of: space) == nil {
        #expect(difference == .accepts, "hbpipe accepts what DVC refuses: \(answer.error ?? "")")
      } else {
        #expect(difference == nil, "the difference is gone")
      }
      return
    }
    guard let stages else {
      #expect(difference == .refuses, "hbpipe refuses what DVC accepts: \(refusal ?? "")")
      return
    }
    let isSame = stages == answer.stages?.map(Self.comparable) && refusal == nil
    guard difference == nil else {
      // A difference may lie in the stages, in what is left out, or in what a run makes.
      if isSame { #expect(try outcome(of: space, answer) != nil, "the difference is gone") }
      return
    }
    #expect(refusal == nil)
    #expect(stages == answer.stages?.map(Self.comparable))
    #expect(try outcome(of: space, answer) == nil)
  }

  @Test func differences_areOfCases_thatExist() {
    #expect(Set(DVCCase.differences.keys).subtracting(DVCCase.all.map(\.name)) == [])
    #expect(DVCCase.all.count >= 370)
  }

  /// The stages, or why they cannot be had, or what was left out of them.
  private func readStages(in space: Space) throws -> (stages: [Value]?, refusal: String?) {
    let imported = try space.run("import")
    guard imported.code == 0 else { return (nil, imported.errors) }
    let listed = try space.run("stage", "list", "--json")
    guard listed.code == 0 else { return (nil, listed.errors) }
    let stages = try JSONDecoder().decode([Value].self, from: Data(listed.output.utf8))
    return (stages.map(Self.comparable), imported.errors.contains("is left out") ? imported.errors : nil)
  }

  /// What a plan complains of, such as a cycle or two stages with one output.
  private func plan(of space: Space) throws -> String? {
    let planned = try space.run("repro", "--dry-run", "--json")
    guard planned.code == 0 else { return planned.errors }
    return planned.output.contains("\"what\" : \"fail\"") ? planned.output : nil
  }

  /// What a run makes otherwise than DVC's did; nil: nothing.
  private func outcome(of space: Space, _ answer: DVCCase.Answer) throws -> String? {
    if answer.runError != nil { return try space.run("repro").code == 0 ? "the run ended well" : nil }
    guard let files = answer.files else { return nil }
    let run = try space.run("repro")
    guard run.code == 0 else { return run.errors }
    let made = try Dictionary(uniqueKeysWithValues: files.keys.map { ($0, try sha256(of: $0, in: space)) })
    return made == files ? nil : "\(made)"
  }

  private func sha256(of path: String, in space: Space) throws -> String {
    try space.shell("sha256sum < '\(path)' > .sum")
    return String(space.text(".sum")?.prefix(64) ?? "")
  }

  /// The fields that both have; DVC leaves out what is nothing.
  private static func comparable(_ stage: Value) -> Value {
    let names = ["name", "cmd", "wdir", "deps", "outs", "params", "frozen", "alwaysChanged", "desc", "meta"]
    let fields = (stage.map ?? [:]).filter { names.contains($0.key) && $0.value != .null }
    return .map(fields)
  }
}
