import Store

/// One entry of `stages:`, its options read and checked by its builder.
package struct Stage: Sendable {
  package let name: StageName
  package let place: Place
  /// The builder's name.
  package let uses: String
  package let builder: any StageBuilder

  /// - Throws: `EngineError.invalid` for an unknown builder or option.
  init(
    _ name: StageName, place: Place, _ body: YAMLNode, context: DeclarationContext, builders: [any Builder]
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
    self.place = place
    self.uses = uses
    self.builder = try builder.declare(options, context: context)
    try options.finish()
  }
}
