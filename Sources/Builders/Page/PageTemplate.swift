import Engine
import Mustache
import Store

/// A Mustache template with the partials that it uses, directly or not.
/// `{{> partials/head}}` names `partials/head.html` beside the template.
struct PageTemplate: Sendable {
  let files: [InputFile]
  private let library: MustacheLibrary
  private let name: String

  /// - Throws: `EngineError.invalid` naming the template's line, `.system`.
  init(_ path: RepoPath, _ context: ExpansionContext, declaredAt place: Place) throws(EngineError) {
    guard let top = try context.file(at: path) else {
      throw .invalid(place, "`template`: there is no \(path)")
    }
    name = path.stem
    var library = MustacheLibrary()
    var files = [top]
    var pending: [(name: String, file: InputFile)] = [(path.stem, top)]
    var includes: [String: Set<String>] = [:]
    while let (name, file) = pending.popLast() {
      let text = String(decoding: try context.bytes(of: file), as: UTF8.self)
      do { try library.register(text, named: name) } catch {
        throw Self.syntaxError(error, in: file.path)
      }
      includes[name] = []
      for (partial, line) in Self.partials(in: text) {
        let place = Place(file: file.path.string, line: line, column: 1)
        includes[name]?.insert(partial)
        if Self.reaches(name, from: partial, includes) {
          throw .invalid(place, "the partial `\(partial)` includes itself", hint: "pages would never end")
        }
        guard includes[partial] == nil, !pending.contains(where: { $0.name == partial }) else { continue }
        let partialPath = try OptionReader.path(
          (path.parent.map { $0.string + "/" } ?? "") + partial + ".html", at: place, "partial")
        guard let partialFile = try context.file(at: partialPath) else {
          throw .invalid(place, "the partial `\(partial)` does not exist", hint: "it would be \(partialPath)")
        }
        files.append(partialFile)
        pending.append((partial, partialFile))
      }
    }
    self.library = library
    self.files = files
  }

  private static func reaches(_ goal: String, from start: String, _ includes: [String: Set<String>]) -> Bool {
    start == goal || (includes[start] ?? []).contains { reaches(goal, from: $0, includes) }
  }

  /// The components that the templates add to a page's key.
  var components: [KeyComponent] { files.map { KeyComponent(.input, $0.path.string, $0.digest.hex) } }

  func render(_ values: [String: Any]) -> String {
    guard let text = library.render(values, withTemplate: name) else {
      preconditionFailure("the template was registered when the library was made")
    }
    return text
  }

  /// The partials that a template names, each with its line.
  static func partials(in text: String) -> [(name: String, line: Int)] {
    var found: [(String, Int)] = []
    for (number, line) in textLines(text).enumerated() {
      var rest = line[...]
      while let tag = rest.firstRange(of: "{{") {
        rest = rest[tag.upperBound...]
        guard rest.first == ">" || rest.first == "<", let end = rest.firstRange(of: "}}") else { continue }
        let name = String(rest[rest.index(after: rest.startIndex)..<end.lowerBound]).trimmingSpaces
        if !name.isEmpty { found.append((name, number + 1)) }
      }
    }
    return found
  }

  private static func syntaxError(_ error: any Error, in path: RepoPath) -> EngineError {
    guard let error = error as? MustacheTemplate.ParserError else {
      return .invalid(Place(file: path.string, line: 1, column: 1), "not a Mustache template: \(error)")
    }
    let place = Place(file: path.string, line: error.context.lineNumber, column: error.context.columnNumber)
    return .invalid(place, "not a Mustache template: \(error.error)")
  }
}
