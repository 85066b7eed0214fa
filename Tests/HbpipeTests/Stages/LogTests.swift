import Foundation
import Testing

/// What commands had to say, and when they said it: `show --log`, `repro -v`, `repro --trace`.
struct LogTests {
  private static let stages = """
    say: { cmd: [echo one; echo two >&2, echo three; cp in said], deps: [in], outs: [said] }
    each:
      foreach: [a, b]
      do: { cmd: "echo this is ${item}; echo > ${item}.txt", outs: ["${item}.txt"] }
    files:
      foreach: { glob: "*.src" }
      do: { cmd: "echo from ${item.path}; cp ${item.path} ${item.stem}.made", outs: ["${item.stem}.made"] }
    effect: { cmd: echo effective, deps: [in] }
    """

  private func space() throws -> Space {
    try Space.built(Self.stages, files: ["in": "1", "x.src": "", "y.src": "y"])
  }

  // MARK: show --log

  @Test(arguments: [
    ("say", "one\ntwo\nthree\n"), ("said", "one\ntwo\nthree\n"), ("each@b", "this is b\n"), ("b.txt", "this is b\n"),
    ("each", "each@a:\nthis is a\neach@b:\nthis is b\n"), ("files@x.src", "from x.src\n"),
    ("files", "files@x.src:\nfrom x.src\nfiles@y.src:\nfrom y.src\n"), ("effect", "effective\n"),
  ])
  func showLog_printsWhatASuccessSaid(query: String, log: String) throws {
    let run = try space().run("show", "--log", query)
    #expect(run.code == 0 && run.output == log && run.errors.isEmpty, "\(run)")
  }

  @Test func showLog_printsTheLogByHash() throws {
    let space = try space()
    let run = try space.run("show", "--log", try space.hash(of: "said"))
    #expect(run.output == "one\ntwo\nthree\n", "\(run)")
  }

  @Test func showLog_printsWhatAFailureSaid_untilItSucceeds() throws {
    let space = try Space.of(
      "bad: { cmd: \"echo trouble at `cat in`; grep -q good in && echo > out\", deps: [in], outs: [out] }",
      files: ["in": "sea"])
    #expect(try space.repro().failed == 1)
    #expect(try space.run("show", "--log", "bad").output == "trouble at sea\n")
    let json = try space.run("show", "--log", "bad", "--json")
    #expect(json.output.contains("\"failed\" : true") && json.output.contains("trouble at sea"), "\(json)")
    try space.write("in", "good")
    #expect(try space.repro().ran == 1)
    #expect(try space.run("show", "--log", "bad").output == "trouble at good\n")
    #expect(try space.run("show", "--log", "bad", "--json").output.contains("\"failed\" : false"))
  }

  @Test func showLog_printsWhatAFailedItemSaid() throws {
    let space = try Space.of(
      """
      each:
        foreach: [a, b]
        do: { cmd: "echo this is ${item}; test ${item} = a && echo > ${item}", outs: ["${item}"] }
      """)
    #expect(try space.repro("-k").failed == 1)
    #expect(try space.run("show", "--log", "each@b").output == "this is b\n")
    #expect(try space.run("show", "--log", "each@a").output == "this is a\n")
    let both = try space.run("show", "--log", "each")
    #expect(both.output == "each@a:\nthis is a\neach@b:\nthis is b\n", "what failed is what one looks for: \(both)")
  }

  @Test func showLog_isStillThere_whenTheArtifactCameFromTheCache() throws {
    let space = try space()
    try space.write("in", "2")
    #expect(try space.repro().ran == 2)
    try space.write("in", "1")
    #expect(try space.repro().restored == 1)
    #expect(try space.run("show", "--log", "said").output == "one\ntwo\nthree\n")
  }

  @Test func showLog_ofWhatIsNotKnown_endsWith1() throws {
    let run = try space().run("show", "--log", "sai")
    #expect(run.code == 1 && run.output.isEmpty && run.errors.contains("did you mean `said`?"), "\(run)")
  }

  // MARK: -v

  @Test func verbose_printsWhatEveryCommandSaid() throws {
    let space = try space()
    try space.write("in", "2")
    let run = try space.run("repro", "-v", "-j1")
    #expect(run.errors.contains("say:\n  | one\n  | two\n  | three\n"), "\(run)")
    #expect(run.errors.contains("effect:\n  | effective\n") && !run.errors.contains("this is"), "\(run)")
    #expect(run.output.hasPrefix("ran 2, ") && !run.output.contains("one"))
  }

  @Test func withoutVerbose_successesAreQuiet() throws {
    let space = try space()
    let run = try space.run("repro", "-f")
    #expect(run.code == 0 && !run.errors.contains("one") && !run.errors.contains("effective"), "\(run)")
  }

  // MARK: --trace

  /// The Trace Event Format's complete events, and those that name a thread.
  private struct TraceFile: Decodable {
    struct Event: Decodable {
      let name: String
      let ph: String
      let pid: Int
      let tid: Int
      let cat: String?
      let ts: Double?
      let dur: Double?
      let args: [String: String]?

      var end: Double { (ts ?? 0) + (dur ?? 0) }
    }
    let traceEvents: [Event]
  }

  private func trace(of space: Space, _ arguments: String...) throws -> [TraceFile.Event] {
    let file = space.absolute("trace.json")
    _ = try space.start(["repro", "--trace", file] + arguments).wait()
    try space.shell("python3 -m json.tool trace.json > judged.json")
    let bytes = try #require(space.bytes("trace.json"))
    return try JSONDecoder().decode(TraceFile.self, from: Data(bytes)).traceEvents
  }

  @Test func trace_hasAnEventOfEveryAction() throws {
    let space = try Space.of(
      """
      slow: { foreach: [a, b, c], do: { cmd: "sleep 0.2; echo > ${item}", outs: ["${item}"] } }
      bad: { cmd: "cat a; exit 1", deps: [a] }
      """)
    let events = try trace(of: space, "-j2", "-k")
    let actions = events.filter { $0.ph == "X" && $0.cat != "coordinator" }
    #expect(actions.map(\.name).sorted() == ["bad", "slow@a", "slow@b", "slow@c"])
    for event in actions {
      #expect(event.cat == event.name.split(separator: "@").first.map(String.init))
      #expect((event.ts ?? -1) > 0 && (event.dur ?? 0) > 0 && [1, 2].contains(event.tid), "\(event)")
      #expect(event.args?["outcome"] == (event.name == "bad" ? "failed" : "ran"), "\(event)")
      #expect(event.name == "bad" || (event.dur ?? 0) >= 200_000, "microseconds: \(event)")
      for other in actions where other.name < event.name && other.tid == event.tid {
        #expect(other.end <= (event.ts ?? 0) || event.end <= (other.ts ?? 0), "one place holds one action: \(event)")
      }
    }
    #expect(Set(actions.map(\.tid)) == [1, 2])
    #expect(events.contains { $0.ph == "X" && $0.tid == 0 && $0.cat == "coordinator" })
    let names = events.filter { $0.ph == "M" && $0.name == "thread_name" }.map(\.tid)
    #expect(Set(names) == Set(events.map(\.tid)))
  }

  @Test func trace_saysWhatWasRestored() throws {
    let space = try Space.built("make: { cmd: echo > out, outs: [out] }")
    try space.remove("out")
    let actions = try trace(of: space).filter { $0.cat == "make" }
    #expect(actions.map { $0.args?["outcome"] } == ["restored"])
    #expect(actions.first?.args?["reasons"]?.contains("out is missing") == true)
  }

  @Test func trace_isWritten_whenThereIsNothingToDo() throws {
    let space = try Space.built("make: { cmd: echo > out, outs: [out] }")
    #expect(try trace(of: space).filter { $0.cat == "make" }.isEmpty)
  }

  @Test func traceToNowhere_isAnError() throws {
    let space = try Space.of("make: { cmd: echo > out, outs: [out] }")
    let run = try space.run("repro", "--trace", space.absolute("none/trace.json"))
    #expect(run.code != 0 && run.errors.contains("none/trace.json"), "\(run)")
  }
}
