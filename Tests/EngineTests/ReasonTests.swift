import Engine
import Hashing
import Store
import Testing

@Suite struct ReasonTests {
  static let digest = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
  static let other = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  static let reasons: [(Reason, code: String, words: String)] = [
    (.new, "new", "not built yet"),
    (
      .changed(.input, name: "source", from: digest, to: other), "input-changed",
      "input source changed (5891b5b5 → ba7816bf)"
    ),
    (
      .changed(.option, name: "widths", from: "480", to: "480 700"), "option-changed",
      "option widths changed (480 → 480 700)"
    ),
    (
      .changed(
        .option, name: "t", from: String(repeating: "x", count: 41), to: String(repeating: "y", count: 40)),
      "option-changed",
      "option t changed (\(String(repeating: "x", count: 39))… → \(String(repeating: "y", count: 40)))"
    ),
    (.added(.builder, name: "image"), "builder-added", "builder image is new"),
    (.dropped(.input, name: "a.jpg"), "input-dropped", "input a.jpg is gone"),
    (
      .keyChanged(from: ActionKey([]), to: ActionKey([KeyComponent(.option, "n", "0")])), "key-changed",
      "action key changed (4866860e → \(ActionKey([KeyComponent(.option, "n", "0")]).short))"
    ),
    (.moved, "moved", "its artifacts belong at other paths"),
    (.missing(RepoPath(trusted: "public/a")), "missing", "public/a is missing"),
    (.modified(RepoPath(trusted: "public/a")), "modified", "public/a was changed by somebody else"),
    (.lost(RepoPath(trusted: "public/a")), "lost", "the bytes of public/a are not in the cache"),
    (.damaged(Digest(of: "abc")), "damaged", "the cache's copy of ba7816bf was damaged"),
    (.forced, "forced", "forced"),
    (.removed, "removed", "no action makes it any more"),
  ]

  @Test(arguments: 0..<reasons.count) func reason_hasAWordForMachines_andAClauseForPeople(_ number: Int) {
    let (reason, code, words) = Self.reasons[number]
    #expect(reason.code == code)
    #expect(reason.description == words)
  }
}
