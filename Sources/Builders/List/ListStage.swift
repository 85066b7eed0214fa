import Engine
import Hashing
import Store

/// A declared list. It depends on what it shows of its pages, not on their bodies.
struct ListStage: StageBuilder {
  let stage: StageName
  let site: Value
  let siteRoot: RepoPath
  let pages: StageName
  let pagesPlace: Place
  let target: RepoPath
  let template: RepoPath
  let templatePlace: Place
  let title: String?
  let limit: Int?

  private struct Job: Sendable {
    let list: Value
    let pages: [Value]
    let site: Value
    let template: PageTemplate
  }

  var reads: [Glob] { [Glob(below: template.parent ?? template)] }
  var writes: [Glob] { [Glob(exactly: target)] }
  var uses: [(stage: StageName, place: Place)] { [(pages, pagesPlace)] }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    guard let listing = context.export(of: pages, as: PageListing.self) else {
      throw .invalid(pagesPlace, "`of` has to name a page stage, and `\(pages)` is none")
    }
    let template = try PageTemplate(template, context, declaredAt: templatePlace)
    let newestFirst = listing.pages.sorted { left, right in
      (left.date ?? .distantPast, left.source) > (right.date ?? .distantPast, right.source)
    }
    let shown = limit.map { Array(newestFirst.prefix($0)) } ?? newestFirst
    let url = URLPath.ofPage(target, below: siteRoot)
    let list: Value = .map([
      "title": title.map(Value.string) ?? site["title"] ?? .null, "url": .string(url),
      "canonical": .string((site["url"]?.text ?? "") + url),
    ])
    let components =
      [
        KeyComponent(.builder, "list", "1, swift-mustache 2"), KeyComponent(.option, "site", site.canonical),
        KeyComponent(.option, "list", list.canonical),
      ] + template.components
      + shown.enumerated().map { place, page in
        KeyComponent(.input, "\(place + 1). \(page.source)", Digest(of: page.values.canonical).hex)
      }
    var pages = shown.map(\.values)
    if case .map(var first) = pages.first {
      first["first"] = .bool(true)
      pages[0] = .map(first)
    }
    var expansion = Expansion()
    expansion.actions = [
      Action(
        name: ActionName(stage: stage), components: components, inputs: template.files.map(\.path),
        outputs: .known([("list", target)]), job: Job(list: list, pages: pages, site: site, template: template))
    ]
    return expansion
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    guard let job = action.job as? Job else { preconditionFailure("a list action has a list job") }
    let html = job.template.render([
      "site": job.site.templateValue ?? [:], "list": job.list.templateValue ?? [:],
      "pages": job.pages.compactMap(\.templateValue),
    ])
    return [.bytes(role: "list", Array(html.utf8))]
  }
}
