import ArgumentParser
import Glibc

@main
struct Hbpipe: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "hbpipe",
    abstract: "A content-addressed asset pipeline for content sites.",
    discussion: """
      pipeline.yaml declares stages; hbpipe rebuilds only what changed and keeps every artifact by its hash.

      Exit codes:
        0    done
        1    an action failed, or what was asked for does not exist
        2    wrong usage, or a wrong pipeline.yaml
        3    bytes are not what their hash says
        4    the remote cannot be used
        5    another hbpipe holds the project
        130  interrupted
      """,
    version: version,
    subcommands: [
      Init.self, Import.self, Repro.self, Status.self, StageCommands.self, Freeze.self, Unfreeze.self, Why.self,
      Show.self, Cat.self, Dag.self, Verify.self, Gc.self, Doctor.self, Completion.self,
    ])

  @Option(
    name: .customShort("C"),
    help: ArgumentHelp("Work in this project instead of the current directory.", valueName: "dir"))
  var directory: String?

  /// Runs the command line, and ends the process with one of the exit codes above.
  static func main() {
    // A reader that goes away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      let arguments = try changeDirectory(Array(CommandLine.arguments.dropFirst()))
      if try NothingToDo.answers(arguments) { return }
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let code as ExitCode {
      endProcess(code.rawValue)
    } catch {
      if let diagnosis = Diagnosis(error) {
        Console.complain(diagnosis)
        endProcess(diagnosis.exitCode)
      }
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code.isSuccess {
        Console.print(message)
        endProcess(0)
      }
      Console.talk(message)
      endProcess(2)
    }
  }

  /// `-C DIR` stands before the command, and is obeyed before anything else.
  private static func changeDirectory(_ arguments: [String]) throws -> [String] {
    var rest = arguments[...]
    while let first = rest.first, first.hasPrefix("-C"), first != "-C" || rest.count > 1 {
      rest.removeFirst()
      let directory = first == "-C" ? rest.removeFirst() : String(first.dropFirst(2))
      guard chdir(directory) == 0 else {
        throw ValidationError("-C \(directory): \(String(cString: strerror(errno)))")
      }
    }
    return Array(rest)
  }
}

/// `exit` by a name that ArgumentParser's own `exit` does not hide.
private func endProcess(_ code: Int32) -> Never { Glibc.exit(code) }
