import Hashing
import Store

/// A kind of stage: what `uses:` names. Builders know the engine; the engine knows none of them by name.
package protocol Builder: Sendable {
  /// The word after `uses:`.
  var name: String { get }

  /// Reads a stage's options. Every option that it does not ask for is an error afterwards.
  func declare(_ options: OptionReader, context: DeclarationContext) throws(EngineError) -> any StageBuilder
}

/// What a declaration may know of the rest of `pipeline.yaml`.
package struct DeclarationContext: Sendable {
  package let stage: StageName
  /// `site:`, which every template sees.
  package let site: Value
  /// The directory that is served as the site's top.
  package let siteRoot: RepoPath
  /// `pools:`: how many actions of a pool run at once.
  package let pools: [String: Int]

  package init(stage: StageName, site: Value, siteRoot: RepoPath, pools: [String: Int]) {
    self.stage = stage
    self.site = site
    self.siteRoot = siteRoot
    self.pools = pools
  }
}

/// One declared stage.
package protocol StageBuilder: Sendable {
  /// Patterns of all the paths it reads: a stage whose outputs they match comes before it.
  var reads: [Glob] { get }
  /// Patterns of all the paths it writes.
  var writes: [Glob] { get }
  /// Stages whose expansions, not bytes, it needs.
  var uses: [(stage: StageName, place: Place)] { get }
  /// Paths that are its own with all that is below them.
  var owns: [DeclaredOutput] { get }
  /// Whether it asks what other stages serve: then it comes after all that do not depend on it.
  var asksWhatIsServed: Bool { get }
  /// Whether its artifacts mean the same while its sources change: of images and pages others take the facts.
  var canBeFrozen: Bool { get }
  /// What it declares, for people to read.
  var details: StageDetails { get }

  /// Says which actions there are, from sources, facts, and the artifacts of earlier stages.
  /// It writes nothing.
  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion

  /// Carries one action out, on a worker's thread, and leaves its outputs where `BuiltOutput` says.
  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput]
}

extension StageBuilder {
  package var owns: [DeclaredOutput] { [] }
  package var asksWhatIsServed: Bool { false }
  package var canBeFrozen: Bool { false }
  package var details: StageDetails { StageDetails() }
}

/// A stage's actions.
package struct Expansion: Sendable {
  package var actions: [Action] = []
  /// Inputs that no action can be made for, such as an image that is none.
  package var failures: [(action: ActionName, error: EngineError)] = []
  /// What stages that use this one may know of it: variant tables, page summaries.
  package var export: (any Sendable)?

  package init() {}
}

/// Where a builder left one output.
package enum BuiltOutput: Sendable {
  /// Small enough to be in memory.
  case bytes(role: String, [UInt8])
  /// A file that the engine may take away.
  case file(role: String, path: String)
  /// A file to copy; it stays where it is.
  case copy(role: String, of: RepoPath, isExecutable: Bool)
  /// What a command has left at the places that its action declares, below a directory: nil for the project's top.
  case found(below: RepoPath?)
}

/// What an action may use while it runs.
package struct BuildContext: Sendable {
  package let tree: WorkTree
  package let cancellation: Cancellation
  private let store: ObjectStore
  private let logLines: @Sendable (String) -> Void

  package init(
    tree: WorkTree, store: ObjectStore, cancellation: Cancellation, log: @escaping @Sendable (String) -> Void
  ) {
    self.tree = tree
    self.store = store
    self.cancellation = cancellation
    logLines = log
  }

  /// A path for a file that nobody else uses; what is left there is removed with the next run.
  package func temporaryPath() -> String { store.temporaryPath() }

  /// Adds a line to the action's log, which its record keeps.
  package func log(_ line: String) { logLines(line) }
}
