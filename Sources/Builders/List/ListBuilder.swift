import Engine
import Store

/// `uses: list`: a page that lists the pages of another stage, newest first. One action.
///
///     index: { uses: list, of: posts, to: public/blog/index.html, template: uploads/theme/list.html }
package struct ListBuilder: Builder {
  package let name = "list"

  package init() {}

  package func declare(
    _ options: OptionReader, context: DeclarationContext
  ) throws(EngineError) -> any StageBuilder {
    let of = try options.requiredString("of", example: "posts")
    guard let pages = StageName(of) else {
      throw .invalid(options.placeOf("of"), "`of` has to name a page stage, and `\(of)` is no stage name")
    }
    guard let target = try options.path("to") else {
      throw .invalid(
        options.place, "stage `\(context.stage)` has no `to`", hint: "for example: to: public/blog/index.html")
    }
    try OptionReader.refuseReserved(target, at: options.placeOf("to"), "to")
    guard let template = try options.path("template") else {
      throw .invalid(
        options.place, "stage `\(context.stage)` has no `template`",
        hint: "for example: template: uploads/theme/list.html")
    }
    return ListStage(
      stage: context.stage, site: context.site, siteRoot: context.siteRoot, pages: pages,
      pagesPlace: options.placeOf("of"), target: target, template: template,
      templatePlace: options.placeOf("template"), title: try options.string("title"),
      limit: try options.integer("limit", in: 1...1_000_000))
  }
}
