import Engine
import Store

/// Reads authors' files, each once, and finds their avatars.
struct AuthorReader {
  struct Author: Sendable {
    let file: RepoPath
    /// As templates see it.
    let values: Value
    let components: [KeyComponent]
  }

  /// nil where the stage names no directory of authors.
  let directory: RepoPath?
  let context: ExpansionContext
  let resolver: ImageResolver
  private var known: [String: Author?] = [:]

  init(directory: RepoPath?, context: ExpansionContext, resolver: ImageResolver) {
    self.directory = directory
    self.context = context
    self.resolver = resolver
  }

  /// nil where the page names no author, or one without a file.
  mutating func author(of page: PageDraft) throws(EngineError) -> Author? {
    guard let id = page.author, let directory else { return nil }
    if let author = known[id] { return author }
    let author = try read(id, in: directory)
    known[id] = author
    return author
  }

  private func read(_ id: String, in directory: RepoPath) throws(EngineError) -> Author? {
    guard let path = RepoPath("\(directory.string)/\(id).md"), let file = try context.file(at: path) else { return nil }
    let text = try FrontMatter(try context.bytes(of: file), file: path.string)
    var values: [String: Value] = ["id": .string(id), "name": .string(text.values["name"]?.text ?? id)]
    var components = [KeyComponent(.input, path.string, file.digest.hex)]
    let biography = MarkdownDocument(text.body).html
    if !biography.isEmpty { values["bio_html"] = .string(biography) }
    if let links = text.values["links"] {
      values["links"] = .list((links.list ?? [links]).compactMap { $0.text.map(Value.string) })
    }
    if let avatar = text.values["avatar"]?.text {
      if case .found(let variants) = resolver.resolve(avatar, from: path.parent) {
        values["avatar"] = variants.templateValue(alt: nil)
        components.append(.image("avatar of \(id)", variants))
      } else {
        components.append(KeyComponent(.input, "avatar of \(id)", "missing"))
      }
    }
    return Author(file: path, values: .map(values), components: components)
  }
}
