import Engine
import Store

/// `uses: image`: makes responsive variants of pictures. One action a source.
///
///     images: { uses: image, from: "uploads/images/**/*.{jpg,png}", to: public/images, widths: [480, 1024] }
package struct ImageBuilder: Builder {
  package let name = "image"
  private let workers: ImageWorkers

  package init(workers: ImageWorkers) { self.workers = workers }

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    let sources = try GlobSet(options, key: "from", example: "uploads/images/**/*.{jpg,png}")
    guard let target = try options.path("to") else {
      throw .invalid(
        options.place, "stage `\(context.stage)` has no `to`", hint: "for example: to: public/images")
    }
    try OptionReader.refuseReserved(target, at: options.placeOf("to"), "to")
    return ImageStage(
      stage: context.stage, sources: sources, target: target, siteRoot: context.siteRoot,
      options: try ImageOptions(options), workers: workers)
  }
}
