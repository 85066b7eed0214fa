import Engine

/// What is known of a post beyond its digest: what planning needs, so that posts are parsed once.
struct PostFacts: Codable, Sendable {
  /// Names the form of these facts and of what computes them.
  static let kind = "post 1, cmark-gfm \(MarkdownDocument.libraryVersion)"

  /// The front matter.
  let values: Value
  /// Pictures and links of the body and of the front matter's Markdown; lines are the file's.
  let references: [MarkdownDocument.Reference]
  let wordCount: Int

  /// - Throws: `EngineError.invalid` for front matter that cannot be read.
  init(_ bytes: [UInt8], file: String) throws(EngineError) {
    let post = try FrontMatter(bytes, file: file)
    let document = MarkdownDocument(post.body)
    values = post.values
    references = document.references.map {
      MarkdownDocument.Reference(kind: $0.kind, url: $0.url, line: $0.line + post.bodyLine - 1)
    }
    wordCount = document.wordCount
  }

  /// Minutes at 265 words a minute, one at least.
  var readingMinutes: Int { max(1, Int((Double(wordCount) / 265).rounded(.up))) }
}
