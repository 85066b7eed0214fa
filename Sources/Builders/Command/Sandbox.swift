import Engine
import Posix
import Store

/// A directory that holds a command's declared inputs, and nothing else of the project: what was not declared is not
/// there.
struct Sandbox {
  /// Stands for the project's top.
  let directory: RepoPath

  init(for action: Action, _ declaration: CommandDeclaration, _ context: BuildContext) throws(EngineError) {
    let directory = RepoPath(trusted: context.temporaryPath())
    self.directory = directory
    let tree = context.tree
    try system { () throws(PosixError) in
      try tree.makeDirectory(directory.string)
      for input in action.inputs {
        let copy = "\(directory)/\(input.string)"
        try tree.makeParents(of: copy)
        guard try tree.status(of: copy) == nil else { continue }
        try tree.copy(
          input.string, to: copy, mode: try tree.status(of: input.string)?.isExecutable == true ? 0o755 : 0o644)
      }
      // Directories that hold nothing are there, too.
      for case .path(let path) in declaration.dependencies.map(\.extent)
      where try tree.status(of: path.string)?.kind == .directory {
        try tree.makeDirectory("\(directory)/\(path.string)")
      }
      if let wdir = declaration.directory { try tree.makeDirectory("\(directory)/\(wdir.string)") }
      for output in declaration.outputs {
        if let base = output.root?.parent ?? output.base { try tree.makeDirectory("\(directory)/\(base.string)") }
      }
    }
  }
}
