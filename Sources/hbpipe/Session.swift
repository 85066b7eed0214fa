import Builders
import Engine
import Foundation
import Glibc
import Posix
import Store

/// What every command starts from: the project in the current directory, and the builders.
struct Session {
  let project: Project
  let builders: [any Builder]

  init() throws {
    let program = Self.ownPath
    let worker = Self.workerPath(beside: program)
    project = try Project(root: ".", toolVersion: Hbpipe.version, programs: [program, worker])
    builders = Self.builders(worker: worker, root: project.tree.root)
  }

  func planner(force: Bool = false, allowsMissing: Bool = false) throws -> Planner {
    try Planner(project, builders: builders, force: force, allowsMissing: allowsMissing)
  }

  /// `pipeline.yaml`, without the lock or the index.
  func pipeline() throws(EngineError) -> PipelineFile {
    try PipelineFile.read(
      project.tree, through: Snapshot(tree: project.tree, index: .empty), builders: builders)
  }

  /// A text as `pipeline.yaml` would be read, with the project's files of variables.
  func parse(_ text: String) throws(EngineError) -> PipelineFile {
    try PipelineFile.parse(text, builders: builders) { (path) throws(EngineError) in try document(at: path) }
  }

  /// A file of parameters or variables; nil where there is none.
  func document(at path: RepoPath) throws(EngineError) -> YAMLNode? {
    let bytes = try system { () throws(PosixError) in
      try project.tree.status(of: path.string) == nil ? nil : try project.tree.readAll(path.string)
    }
    return try bytes.map { (bytes) throws(EngineError) in try DataDocument.parse(bytes, file: path) }
  }

  private static func builders(worker: String, root: String) -> [any Builder] {
    [
      ImageBuilder(workers: ImageWorkers(program: worker, directory: root)), PageBuilder(), ListBuilder(),
      CopyBuilder(), CommandBuilder(environment: ProcessInfo.processInfo.environment),
    ]
  }

  func imageWorkers() -> ImageWorkers {
    ImageWorkers(program: Self.workerPath(beside: Self.ownPath), directory: project.tree.root)
  }

  /// The absolute path of this program.
  private static var ownPath: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : "hbpipe"
  }

  /// The image worker: beside this program, or where `make install` puts it.
  private static func workerPath(beside program: String) -> String {
    let directory = program.prefix(upTo: program.lastIndex(of: "/") ?? program.startIndex)
    let beside = "\(directory)/hbpipe-vips"
    return access(beside, X_OK) == 0 ? beside : "\(directory)/../libexec/hbpipe/hbpipe-vips"
  }
}
