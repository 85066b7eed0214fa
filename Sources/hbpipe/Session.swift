import Builders
import Engine
import Foundation
import Glibc
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

  func planner(force: Bool = false) throws -> Planner {
    try Planner(project, builders: builders, force: force)
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
