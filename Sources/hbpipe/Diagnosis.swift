import Engine
import Posix
import Store

/// An error as people get to read it: a headline, facts, one hint. The only place where errors become text.
struct Diagnosis {
  let headline: String
  var facts: [(name: String, value: String)] = []
  var hint: String?
  let exitCode: Int32

  var text: String {
    let width = facts.map(\.name.count).max() ?? 0
    let lines = facts.map { fact in
      "  \(fact.name)\(String(repeating: " ", count: width - fact.name.count))  \(fact.value)"
    }
    return (["hbpipe: " + headline] + lines + (hint.map { ["  hint: " + $0] } ?? [])).joined(separator: "\n")
  }

  /// nil for errors that are not hbpipe's own.
  init?(_ error: any Error) {
    switch error {
    case let error as EngineError: self.init(error)
    case let error as StoreError: self.init(error)
    case let error as PosixError: self.init(error)
    case let error as CommandError: self.init(error)
    default: return nil
    }
  }

  private init(_ headline: String, facts: [(String, String)] = [], hint: String? = nil, exitCode: Int32 = 1) {
    self.headline = headline
    self.facts = facts
    self.hint = hint
    self.exitCode = exitCode
  }

  init(_ error: EngineError) {
    switch error {
    case .invalid(let place, let message, let hint):
      self.init("\(place): \(message)", hint: hint, exitCode: place.file == PipelineFile.fileName ? 2 : 1)
    case .unmet(let place, let message, let hint): self.init("\(place): \(printable(message))", hint: hint)
    case .noPipeline(let directory):
      self.init(
        "there is no pipeline.yaml in \(directory)",
        hint: "`hbpipe init` makes a starter project; `hbpipe -C DIR` works in another directory", exitCode: 2)
    case .cycle(let stages, let place):
      self.init(
        "\(place): stages wait for each other: \(stages.map(\.string).joined(separator: " → "))",
        hint: "a stage's `from` or `deps` matches what a later one makes", exitCode: 2)
    case .unknownTarget(let target, let nearest):
      self.init(
        "`\(target)` is neither a stage nor an artifact",
        hint: nearest.map { "did you mean `\($0)`?" } ?? "`hbpipe dag` lists the stages")
    case .claimedTwice(let path, let first, let second):
      self.init(
        "two actions would make \(path)",
        facts: [("first", "\(first.action), \(first.place)"), ("second", "\(second.action), \(second.place)")],
        hint: "change `to` or `outs` of one of the two stages, or rename a source", exitCode: 2)
    case .foreignFile(let path):
      self.init(
        "\(path) is in the way: hbpipe did not make it",
        hint: "move it away, or let `hbpipe repro --force` replace it")
    case .changedWhileRead(let path):
      self.init(
        "\(path) changed while it was being used", hint: "nothing that was made of it is kept; run `hbpipe repro` again"
      )
    case .input(let path, let message, let hint): self.init("\(path) \(printable(message))", hint: hint)
    case .builder(let message, let hint): self.init(printable(message), hint: hint)
    case .store(let error): self.init(error)
    case .system(let error): self.init(error)
    case .cancelled: self.init("interrupted", exitCode: 130)
    }
  }

  init(_ error: StoreError) {
    switch error {
    case .system(let error): self.init(error)
    case .damagedObject(let digest):
      self.init(
        "the cache's copy of \(digest.short) was damaged; it has been dropped",
        hint: "`hbpipe repro` makes it again; `hbpipe verify` checks the others", exitCode: 3)
    case .missingObject(let digest):
      self.init("the bytes of \(digest.short) are not in the cache", hint: "`hbpipe repro` makes them")
    case .held(let processID):
      self.init(
        "another hbpipe is at work in this project\(processID.map { " (process \($0))" } ?? "")",
        hint: "wait for it, or let `hbpipe repro --wait` do so", exitCode: 5)
    case .facts(let words): self.init("the facts cache cannot be used: \(words)")
    }
  }

  init(_ error: PosixError) {
    self.init("cannot \(error.call) \(error.path.isEmpty ? "it" : error.path): \(error.reason)")
  }

  private init(_ error: CommandError) {
    switch error {
    case .notFound(let query, let hint): self.init("nothing is known of `\(query)`", hint: hint)
    case .ambiguous(let query, let matches):
      self.init(
        "`\(query)` fits \(matches.count) artifacts",
        facts: matches.prefix(20).map { ($0.digest.short, $0.path.string) }, hint: "give more digits")
    case .failed(let message, let hint): self.init(message, hint: hint)
    case .damaged(let message, let hint): self.init(message, hint: hint, exitCode: 3)
    }
  }
}

/// What commands themselves have to complain of.
enum CommandError: Error {
  case notFound(String, hint: String)
  case ambiguous(String, [LockEntry])
  case failed(String, hint: String?)
  /// Bytes are not what they should be.
  case damaged(String, hint: String?)
}
