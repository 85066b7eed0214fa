import Engine
import Store

/// `uses: page`: renders Markdown posts through a template. One action a post.
///
///     posts: { uses: page, from: "uploads/posts/*.md", to: "public/blog/{slug}/index.html", template: uploads/theme/post.html, images: images }
package struct PageBuilder: Builder {
  package let name = "page"

  package init() {}

  /// The version of the library that reads Markdown.
  package static var markdownVersion: String { MarkdownDocument.libraryVersion }

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    let sources = try GlobSet(options, key: "from", example: "uploads/posts/*.md")
    let target = try options.requiredNode("to", example: "\"public/blog/{slug}/index.html\"")
    guard let template = try options.path("template") else {
      throw .invalid(
        options.place, "stage `\(context.stage)` has no `template`",
        hint: "for example: template: uploads/theme/post.html")
    }
    var images: [(stage: StageName, place: Place)] = []
    for (text, place) in try options.strings("images") {
      guard let stage = StageName(text) else {
        throw .invalid(place, "`images` has to name an image stage, and `\(text)` is no stage name")
      }
      images.append((stage, place))
    }
    return PageStage(
      stage: context.stage, site: context.site, siteRoot: context.siteRoot, sources: sources,
      target: try PathPattern(try options.requiredString("to", example: ""), at: target.place),
      template: template, templatePlace: options.placeOf("template"), imageStages: images,
      authors: try options.path("authors"))
  }
}
