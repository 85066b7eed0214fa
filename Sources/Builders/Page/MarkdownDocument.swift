internal import CMarkGFM
import Synchronization

/// Markdown (CommonMark with GitHub's extensions) as cmark-gfm's tree. It belongs to one thread.
final class MarkdownDocument {
  /// A picture or link of the text.
  struct Reference: Codable, Equatable, Sendable {
    enum Kind: String, Codable, Sendable { case image, link }
    let kind: Kind
    let url: String
    /// Of the Markdown text, from 1.
    let line: Int
  }

  private let parser: OpaquePointer
  private let root: OpaquePointer

  private static let options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES
  /// cmark-gfm's extensions switch characters on and off in tables that the whole process shares while
  /// a text is parsed, so only one text may be parsed at a time. Rendering shares nothing.
  private static let parsing = Mutex<Bool>(false)

  init(_ text: String) {
    var text = text
    (parser, root) = Self.parsing.withLock { isRegistered in
      if !isRegistered { cmark_gfm_core_extensions_ensure_registered() }
      isRegistered = true
      guard let parser = cmark_parser_new(Self.options) else { preconditionFailure("cmark-gfm is out of memory") }
      for name in ["table", "strikethrough", "autolink", "tasklist"] {
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name))
      }
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
      }
      guard let root = cmark_parser_finish(parser) else { preconditionFailure("cmark-gfm is out of memory") }
      return (parser, root)
    }
  }

  deinit {
    cmark_node_free(root)
    cmark_parser_free(parser)
  }

  /// cmark-gfm's version, as action keys have it.
  static var libraryVersion: String { String(cString: cmark_version_string()) }

  /// All pictures and links, in the text's order.
  var references: [Reference] {
    nodes.compactMap { node in
      let type = cmark_node_get_type(node)
      guard type == CMARK_NODE_IMAGE || type == CMARK_NODE_LINK else { return nil }
      return Reference(
        kind: type == CMARK_NODE_IMAGE ? .image : .link, url: string(cmark_node_get_url(node)), line: line(of: node))
    }
  }

  /// Puts HTML in the place of pictures.
  /// - Parameter markup: gets the URL, title and alternative text, and the picture's number; nil leaves it as it is.
  func replaceImages(_ markup: (_ url: String, _ title: String, _ alt: String, _ number: Int) -> String?) {
    let images = nodes.filter { cmark_node_get_type($0) == CMARK_NODE_IMAGE }
    for (number, image) in images.enumerated() {
      let html = markup(
        string(cmark_node_get_url(image)), string(cmark_node_get_title(image)), text(below: image), number)
      guard let html, let replacement = cmark_node_new(CMARK_NODE_HTML_INLINE) else { continue }
      cmark_node_set_literal(replacement, html)
      cmark_node_insert_before(image, replacement)
      cmark_node_unlink(image)
      cmark_node_free(image)
    }
  }

  /// Sends links elsewhere.
  /// - Parameter target: gets a link's URL; nil leaves it as it is.
  func rewriteLinks(_ target: (String) -> String?) {
    for node in nodes where cmark_node_get_type(node) == CMARK_NODE_LINK {
      if let url = target(string(cmark_node_get_url(node))) { cmark_node_set_url(node, url) }
    }
  }

  var html: String {
    guard let text = cmark_render_html(root, Self.options, cmark_parser_get_syntax_extensions(parser)) else {
      preconditionFailure("cmark-gfm is out of memory")
    }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return String(cString: text)
  }

  /// Words of the text and of its code, as a reader meets them.
  var wordCount: Int {
    nodes.reduce(0) { count, node in
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE, CMARK_NODE_CODE_BLOCK:
        count + string(cmark_node_get_literal(node)).split(whereSeparator: \.isWhitespace).count
      default: count
      }
    }
  }

  /// The text without its markup, on one line.
  var plainText: String {
    text(below: root).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: Walking

  /// Every node, in the text's order.
  private var nodes: [OpaquePointer] { nodes(below: root) }

  private func nodes(below start: OpaquePointer) -> [OpaquePointer] {
    var found: [OpaquePointer] = []
    let iterator = cmark_iter_new(start)
    defer { cmark_iter_free(iterator) }
    while case let event = cmark_iter_next(iterator), event != CMARK_EVENT_DONE {
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) { found.append(node) }
    }
    return found
  }

  private func text(below start: OpaquePointer) -> String {
    nodes(below: start).map { node in
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: string(cmark_node_get_literal(node))
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK, CMARK_NODE_PARAGRAPH: " "
      default: ""
      }
    }.joined().trimmingSpaces
  }

  /// Inline nodes do not always know their line; the block around them does.
  private func line(of node: OpaquePointer) -> Int {
    var current: OpaquePointer? = node
    while let node = current {
      let line = cmark_node_get_start_line(node)
      if line > 0 { return Int(line) }
      current = cmark_node_parent(node)
    }
    return 1
  }

  private func string(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
}

extension String {
  var trimmingSpaces: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// For HTML's text and attribute values.
  var htmlEscaped: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
