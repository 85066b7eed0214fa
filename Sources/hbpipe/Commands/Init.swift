import ArgumentParser
import Engine
import Posix
import Store

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a starter project in the current directory.",
    discussion: "No file that exists is changed. `hbpipe repro` builds the project.")

  func run() throws {
    let tree = try Session().project.tree
    guard try tree.status(of: PipelineFile.fileName) == nil else {
      throw CommandError.failed(
        "there is a \(PipelineFile.fileName) already", hint: "`hbpipe repro` builds what it declares")
    }
    for file in StarterProject.files {
      guard try tree.linkStatus(of: file.path) == nil else {
        Console.talk("kept \(file.path)")
        continue
      }
      try tree.makeParents(of: file.path)
      try tree.create(file.path).write(Array(file.text.utf8))
      Console.talk("wrote \(file.path)")
    }
    Console.print("next: hbpipe repro")
  }
}
