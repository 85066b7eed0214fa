import Engine
import Foundation
import Testing

/// One folder of `cases`: a `dvc.yaml` with what it needs, and what DVC says of it.
struct DVCCase: Sendable, CustomTestStringConvertible {
  /// What DVC said, in the form of `hbpipe stage list --json`.
  struct Answer: Decodable, Sendable {
    let stages: [Value]?
    let error: String?
    /// SHA-256 of every declared output after `dvc repro`.
    let files: [String: String]?
    let runError: String?
  }

  /// How a case is known to be taken otherwise, on purpose.
  enum Difference: String, Sendable { case accepts, refuses, differs }

  let name: String
  let folder: String

  var testDescription: String { name }

  static let folder = (#filePath as NSString).deletingLastPathComponent

  static let all: [DVCCase] = {
    let cases = folder + "/cases"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cases)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { DVCCase(name: $0, folder: cases + "/" + $0) }
  }()

  static let differences: [String: Difference] = {
    let text = (try? String(contentsOfFile: folder + "/differences.txt", encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    return Dictionary(
      lines.compactMap { words in
        Difference(rawValue: String(words[1])).map { (String(words[0]), $0) }
      }, uniquingKeysWith: { first, _ in first })
  }()

  /// Python with DVC: `make test` installs it and says where it is.
  static var python: String? { ProcessInfo.processInfo.environment["HBPIPE_DVC_PYTHON"] }

  /// DVC's answers to all cases, asked for once.
  static let answers: Result<[String: Answer], any Error> = Result {
    let space = try Space(inMemory: true)
    let python = try #require(DVCCase.python)
    try space.shell("'\(python)' '\(folder)/dvc_answers.py' '\(folder)/cases' answers.json")
    return try JSONDecoder().decode([String: Answer].self, from: Data(try #require(space.bytes("answers.json"))))
  }
}
