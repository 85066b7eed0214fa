import Store

/// One stage: an entry of `stages:`, or what an entry generates, its options read and checked by its builder.
package struct Stage: Sendable {
  package let name: StageName
  /// The entry of `pipeline.yaml`.
  package let entry: StageName
  package let place: Place
  /// The builder's name.
  package let uses: String
  package let builder: any StageBuilder
  /// `desc`: for people.
  package let summary: String?
  /// `meta`: for people and other programs.
  package let meta: Value?
  /// Its artifacts stay as the lock has them, whatever changes.
  package let isFrozen: Bool
  /// It is run by every `repro`.
  package let isAlwaysChanged: Bool
  /// The pool that bounds how many of its actions run at once.
  package let pool: String?

  /// - Throws: `EngineError.invalid` for an unknown builder, option or pool.
  init(
    _ name: StageName, entry: StageName, place: Place, _ body: YAMLNode, context: DeclarationContext,
    builders: [any Builder]
  ) throws(EngineError) {
    let options = try OptionReader(body, subject: "stage `\(name)`")
    let uses: String
    if options.has("cmd") {
      guard !options.has("uses") else {
        throw .invalid(options.placeOf("uses"), "stage `\(name)` has both `uses` and `cmd`")
      }
      uses = "command"
    } else {
      uses = try options.requiredString("uses", example: "image")
    }
    guard let builder = builders.first(where: { $0.name == uses }) else {
      let near = nearMiss(uses, among: builders.map(\.name))
      throw .invalid(
        options.placeOf("uses"), "no builder is called `\(uses)`",
        hint: near.map { "did you mean `\($0)`?" }
          ?? "there are \(builders.map(\.name).sorted().joined(separator: ", "))")
    }
    self.name = name
    self.entry = entry
    self.place = place
    self.uses = uses
    summary = options.node("desc").flatMap { $0.value == .null ? nil : $0.templateText }
    meta = options.node("meta")?.value
    isFrozen = try options.bool("frozen") ?? false
    isAlwaysChanged = try options.bool("always_changed") ?? false
    pool = try options.string("pool")
    if let pool, context.pools[pool] == nil {
      let near = nearMiss(pool, among: context.pools.keys)
      throw .invalid(
        options.placeOf("pool"), "no pool is called `\(pool)`",
        hint: near.map { "did you mean `\($0)`?" } ?? "declare it at the top: pools: {\(pool): 2}")
    }
    self.builder = try builder.declare(options, context: context)
    try options.finish()
    guard !isFrozen || self.builder.canBeFrozen else {
      throw .invalid(
        options.placeOf("frozen"), "a stage of kind `\(uses)` cannot be frozen",
        hint: "pages show what images and lists are made from now; only commands can be frozen")
    }
  }

  private init(_ stage: Stage, builder: any StageBuilder) {
    name = stage.name
    entry = stage.entry
    place = stage.place
    uses = stage.uses
    summary = stage.summary
    meta = stage.meta
    isFrozen = stage.isFrozen
    isAlwaysChanged = stage.isAlwaysChanged
    pool = stage.pool
    self.builder = builder
  }

  /// The same stage, built in another way.
  func replacing(builder: any StageBuilder) -> Stage { Stage(self, builder: builder) }
}
