import Engine
import Foundation
import Hashing
import Posix
import Store

/// A declared page stage. Pages depend on what is known of their pictures, never on encoded bytes, so
/// both are made side by side.
struct PageStage: StageBuilder {
  let stage: StageName
  let site: Value
  let siteRoot: RepoPath
  let sources: GlobSet
  let target: PathPattern
  let template: RepoPath
  let templatePlace: Place
  let imageStages: [(stage: StageName, place: Place)]
  /// The directory of the authors' files, `NAME.md`.
  let authors: RepoPath?

  private struct Job: Sendable {
    let post: InputFile
    let values: Value
    let site: Value
    let template: PageTemplate
    let images: [String: ImageVariants]
    let links: [String: String]
  }

  var reads: [Glob] {
    sources.includes + [Glob(below: template.parent ?? template)] + (authors.map { [Glob(below: $0)] } ?? [])
  }
  var writes: [Glob] { [target.glob] }
  var uses: [(stage: StageName, place: Place)] { imageStages }
  var asksWhatIsServed: Bool { true }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    let template = try PageTemplate(template, context, declaredAt: templatePlace)
    let resolver = ImageResolver(
      tables: imageStages.compactMap { context.export(of: $0.stage, as: VariantTable.self) })
    let posts = try context.files(matching: sources)
    let facts = context.facts(PostFacts.kind, of: posts) { [tree = context.tree] file, location throws(EngineError) in
      let bytes = try system { () throws(PosixError) in try tree.readAll(location) }
      return try PostFacts(bytes, file: file.path.string)
    }
    let common = [
      KeyComponent(.builder, "page", "1, cmark-gfm \(MarkdownDocument.libraryVersion), swift-mustache 2"),
      KeyComponent(.option, "site", site.canonical),
    ]
    let urls = try urls(of: posts)
    var authorReader = AuthorReader(directory: authors, context: context, resolver: resolver)

    var expansion = Expansion()
    var summaries: [PageSummary] = []
    for ((post, facts), path) in zip(zip(posts, facts), urls.paths) {
      let name = ActionName(stage: stage, item: post.path.string)
      do throws(EngineError) {
        var page = PageDraft(post, try facts.get(), url: URLPath.ofPage(path, below: siteRoot), site: site)
        page.resolveImages(resolver, context)
        page.resolveLinks(urls.byPost)
        page.resolveAuthor(try authorReader.author(of: page))
        summaries.append(PageSummary(source: post.path, date: page.date, values: page.summary))
        expansion.actions.append(
          Action(
            name: name, components: common + template.components + page.components,
            inputs: [post.path] + template.files.map(\.path) + page.authorFiles,
            outputs: .known([("page", path)]),
            job: Job(
              post: post, values: page.summary, site: site, template: template,
              images: page.images, links: page.links),
            warnings: page.warnings))
      } catch {
        expansion.failures.append((name, error))
      }
    }
    expansion.export = PageListing(pages: summaries)
    return expansion
  }

  /// Where each post goes, and what links by file name lead to.
  private func urls(of posts: [InputFile]) throws(EngineError) -> (paths: [RepoPath], byPost: [RepoPath: String]) {
    var paths: [RepoPath] = []
    var byPost: [RepoPath: String] = [:]
    for post in posts {
      let relative = RepoPath(trusted: sources.relative(post.path))
      let path = try target.path(
        slug: PostName(post.path).slug, stem: post.path.stem, dir: relative.parent?.string ?? "")
      paths.append(path)
      byPost[post.path] = URLPath.ofPage(path, below: siteRoot)
    }
    return (paths, byPost)
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    guard let job = action.job as? Job else { preconditionFailure("a page action has a page job") }
    let bytes = try system { () throws(PosixError) in try context.tree.readAll(job.post.path.string) }
    guard Digest(of: bytes) == job.post.digest else { throw .changedWhileRead(job.post.path) }
    for warning in action.warnings { context.log(warning) }

    let document = MarkdownDocument(try FrontMatter(bytes, file: job.post.path.string).body)
    document.replaceImages { url, title, alt, number in
      job.images[url].map {
        PictureMarkup(image: $0, alt: alt, title: ImageTitle(title), isFirst: number == 0).html
      } ?? Self.plainImage(url, ImageTitle(title), alt)
    }
    document.rewriteLinks { job.links[$0] }
    var page = job.values.templateValue as? [String: Any] ?? [:]
    page["content"] = document.html
    let html = job.template.render(["site": job.site.templateValue ?? [:], "page": page])
    return [.bytes(role: "page", Array(html.utf8))]
  }

  /// A picture of another server, or one that is missing: as it was written, its directives obeyed.
  private static func plainImage(_ url: String, _ title: ImageTitle, _ alt: String) -> String {
    var tag = "<img src=\"\(url.htmlEscaped)\" loading=\"lazy\" decoding=\"async\""
    if let width = title.displayWidth { tag += " width=\"\(width)\"" }
    if let wrap = title.wrap { tag += " class=\"\(wrap.rawValue)\"" }
    if !title.text.isEmpty { tag += " title=\"\(title.text.htmlEscaped)\"" }
    return tag + " alt=\"\(alt.htmlEscaped)\">"
  }
}
