import ArgumentParser
import Engine
import Posix
import Store

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Turn a dvc.yaml into an equal pipeline.yaml.",
    discussion: """
      Stages, variables and comments stay as they are written. What has no equal becomes a comment, and is told line by
      line. The first repro runs every stage: dvc.lock has other hashes.
      """)

  @Argument(help: "DVC's file.")
  var file = "dvc.yaml"

  @Flag(help: "Print the new file instead of writing it.")
  var stdout = false

  @Flag(name: .shortAndLong, help: "Replace a pipeline.yaml that is there.")
  var force = false

  func run() throws {
    let session = try Session()
    let tree = session.project.tree
    guard let path = RepoPath(file), path.parent == nil else {
      throw CommandError.failed(
        "\(file) is not in this directory", hint: "paths in it start from where it is: `hbpipe -C DIR import dvc.yaml`")
    }
    guard try tree.status(of: path.string) != nil else {
      throw CommandError.failed("there is no \(file)", hint: "`hbpipe import FILE` names another")
    }
    let exists = try tree.status(of: PipelineFile.fileName) != nil
    guard stdout || force || !exists else {
      throw CommandError.failed(
        "there is a \(PipelineFile.fileName) already", hint: "--force replaces it; --stdout prints the new one")
    }
    guard let text = String(validating: try tree.readAll(path.string), as: UTF8.self) else {
      throw CommandError.failed("\(file) is not UTF-8", hint: nil)
    }
    let result = try DVCImport(text) { (text) throws(EngineError) in try session.parse(text) }
    for note in result.notes {
      Console.talk("\(file):\(note.place.line):\(note.place.column): \(printable(note.message))")
    }
    guard !stdout else { return Console.print(result.text) }
    try tree.replace(PipelineFile.fileName, with: Array(result.text.utf8))
    let stages = try session.pipeline().stages.count
    Console.print("wrote \(PipelineFile.fileName): \(counted(stages, "stage")), \(counted(result.notes.count, "note"))")
  }
}
