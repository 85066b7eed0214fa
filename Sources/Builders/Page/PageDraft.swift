import Engine
import Foundation
import Hashing
import Store

/// A page while its stage is expanded: what its templates will see, and what its key has to have.
struct PageDraft {
  let post: InputFile
  let url: String
  private(set) var date: CalendarDate?
  private(set) var images: [String: ImageVariants] = [:]
  private(set) var links: [String: String] = [:]
  private(set) var components: [KeyComponent]
  private(set) var warnings: [String] = []
  private(set) var authorFiles: [RepoPath] = []
  private let facts: PostFacts
  private var values: [String: Value]

  init(_ post: InputFile, _ facts: PostFacts, url: String, site: Value) {
    self.post = post
    self.facts = facts
    self.url = url
    components = [
      KeyComponent(.input, post.path.string, post.digest.hex), KeyComponent(.option, "url", url),
    ]
    let name = PostName(post.path)
    values = ["url": .string(url), "reading_minutes": .int(facts.readingMinutes)]
    values["canonical"] = .string((site["url"]?.text ?? "") + url)
    values["title"] = .string(text("title")?.trimmingSpaces ?? name.slug)
    values["front"] = facts.values
    date = name.date
    if let written = text("date") {
      if let date = CalendarDate(written) { self.date = date } else { warn("`date: \(written)` is no date") }
    }
    if let date {
      values["date"] = .map([
        "iso": .string(date.iso), "human": .string(date.human), "year": .string(String(date.year)),
      ])
    }
    readDescription()
    if let caption = text("pictureComment") {
      values["picture_caption_html"] = .string(MarkdownDocument(caption).html)
    }
    if let comments = text("commentsUrl") { values["comments_url"] = .string(comments) }
    if let tags = facts.values["tags"] { readTags(tags) }
  }

  /// As templates see it, without the content.
  var summary: Value { .map(values) }

  /// The id of the post's author: the name of its file.
  var author: String? { text("author") }

  /// A value of the front matter that says something.
  private func text(_ key: String) -> String? {
    facts.values[key]?.text.flatMap { $0.trimmingSpaces.isEmpty ? nil : $0 }
  }

  private mutating func readDescription() {
    let short = text("description").map { MarkdownDocument($0) }
    let long = text("descriptionLong").map { MarkdownDocument($0) }
    if let plain = (short ?? long)?.plainText { values["description"] = .string(plain) }
    if let html = (long ?? short)?.html { values["description_html"] = .string(html) }
  }

  private mutating func readTags(_ tags: Value) {
    let names = (tags.list ?? [tags]).compactMap(\.text)
    values["tags"] = .list(
      names.map { .map(["name": .string($0), "slug": .string(Slug.of($0))]) })
  }

  /// Finds the variants of every picture; what is not there is a warning, and part of the key, so that
  /// the page is made again when the picture comes.
  mutating func resolveImages(_ resolver: ImageResolver, _ context: ExpansionContext) {
    let directory = post.path.parent
    for reference in facts.references where reference.kind == .image {
      let isKnown = images[reference.url] != nil
      guard let variants = resolve(reference.url, line: reference.line, from: directory, resolver, context) else {
        continue
      }
      images[reference.url] = variants
      if !isKnown { components.append(.image(reference.url, variants)) }
    }
    guard let picture = text("picture"),
      let variants = resolve(picture, line: nil, from: directory, resolver, context)
    else { return }
    values["picture"] = variants.templateValue(alt: text("pictureComment").map { MarkdownDocument($0).plainText })
    components.append(.image("picture", variants))
  }

  private mutating func resolve(
    _ reference: String, line: Int?, from directory: RepoPath?, _ resolver: ImageResolver,
    _ context: ExpansionContext
  ) -> ImageVariants? {
    switch resolver.resolve(reference, from: directory) {
    case .found(let variants): return variants
    case .elsewhere: return nil
    case .missing(let path):
      if context.isServed(reference) { return nil }
      let place = line.map { "\(post.path):\($0)" } ?? "\(post.path): picture"
      warnings.append("\(place): the image \(path?.string ?? reference) is missing")
      components.append(KeyComponent(.input, "image \(reference)", "missing"))
      return nil
    }
  }

  /// Links to other posts by file name lead to their pages.
  mutating func resolveLinks(_ pages: [RepoPath: String]) {
    for reference in facts.references where reference.kind == .link && links[reference.url] == nil {
      let parts = reference.url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      guard let file = parts.first, file.hasSuffix(".md"), let name = URLPath.decode(String(file)),
        let path = ImageResolver.normalize(name, from: name.hasPrefix("/") ? nil : post.path.parent),
        let page = pages[path]
      else { continue }
      links[reference.url] = page + (parts.count == 2 ? "#" + parts[1] : "")
      components.append(KeyComponent(.input, "link \(reference.url)", page))
    }
  }

  mutating func resolveAuthor(_ author: AuthorReader.Author?) {
    guard let author else {
      if let id = self.author { components.append(KeyComponent(.input, "author \(id)", "missing")) }
      return
    }
    values["author"] = author.values
    components += author.components
    authorFiles = [author.file]
  }

  private mutating func warn(_ message: String) { warnings.append("\(post.path): \(message)") }
}

extension KeyComponent {
  /// All that a page can show of a picture.
  static func image(_ reference: String, _ variants: ImageVariants) -> KeyComponent {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(variants) else {
      preconditionFailure("variants hold only text and numbers")
    }
    return KeyComponent(.input, "image \(reference)", Digest(of: Array(data)).hex)
  }
}

extension ImageVariants {
  /// For a template's own `<img>`.
  func templateValue(alt: String?) -> Value {
    var entries: [String: Value] = [
      "src": .string(fallback.url), "fallback": .string(fallback.url), "alt": .string(alt ?? ""),
    ]
    if let width, let height {
      entries["width"] = .int(width)
      entries["height"] = .int(height)
    }
    if let source = sources.first, let first = source.first {
      entries["type"] = .string(first.mediaType)
      entries["srcset"] = .string(source.map { "\($0.url) \($0.width)w" }.joined(separator: ", "))
    }
    return .map(entries)
  }
}
