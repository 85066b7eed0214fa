import Engine
import Store

/// `dvc.yaml` turned into an equal `pipeline.yaml`. The text stays as it was written, but for what has no equal:
/// that becomes a comment, and is told line by line.
struct DVCImport {
  struct Note {
    let place: Place
    let message: String
  }

  private(set) var notes: [Note] = []
  private var edited: YAMLText

  /// The new file.
  var text: String { edited.text }

  private static let file = "dvc.yaml"

  /// - Parameter parse: reads a text as `pipeline.yaml`.
  /// - Throws: `EngineError.invalid` for a text that is no `dvc.yaml`, or cannot be changed without a person.
  init(_ text: String, parse: (String) throws(EngineError) -> PipelineFile) throws(EngineError) {
    var scalars = text.unicodeScalars
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    let text = String(scalars)
    edited = YAMLText(text)
    let root = try YAMLNode.parse(text, file: Self.file)
    guard case .map(let entries) = root.content else {
      edited = YAMLText("version: 1\n" + text)
      guard case .scalar(_, .null) = root.content else {
        throw .invalid(root.place, "a dvc.yaml has to be a map of keys and values, not \(root.kindName)")
      }
      return
    }
    for entry in entries {
      switch entry.key {
      case "vars": break
      case "stages": try takeStages(entry.value)
      default: try takeAway(entry.key, in: root, why: Self.whyNot[entry.key] ?? "`\(entry.key)` means nothing here")
      }
    }
    // Lines move by one from here on.
    guard edited.insert("version: 1", intoMapAt: root) else {
      throw .invalid(root.place, "this file cannot be changed here", hint: "write `version: 1` at its top by hand")
    }
    try leaveOutRefusedStages(root, parse)
    notes.sort { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
  }

  private static let whyNot = [
    "params": "parameters enter keys where a stage names them; a list for the whole file has no equal",
    "metrics": "`dvc metrics` has no equal", "plots": "`dvc plots` has no equal",
    "artifacts": "DVC's model registry has no equal", "datasets": "DVC's datasets have no equal",
  ]

  // MARK: Stages

  private mutating func takeStages(_ stages: YAMLNode) throws(EngineError) {
    guard case .map(let entries) = stages.content else { return }
    for entry in entries {
      let body = entry.value.entry("do")?.value ?? entry.value
      guard case .map(let fields) = body.content else { continue }
      for field in fields {
        switch field.key {
        case "outs": try takeOutputs(field.value, isDrawn: false)
        case "metrics", "plots":
          notes.append(
            Note(place: field.place, message: "`\(field.key)` are outputs like others; `dvc \(field.key)` has no equal")
          )
          try takeOutputs(field.value, isDrawn: true)
        case "deps": noteWildcards(in: field.value)
        case "params": noteFiles(in: field.value)
        default: break
        }
      }
    }
  }

  private mutating func takeOutputs(_ outputs: YAMLNode, isDrawn: Bool) throws(EngineError) {
    noteWildcards(in: outputs)
    guard case .list(let items) = outputs.content else { return }
    for item in items {
      guard case .map(let paths) = item.content else { continue }
      for path in paths {
        if isDrawn, case .list = path.value.content {
          notes.append(Note(place: path.place, message: "several plots of one file have no equal; remove the list"))
        }
        guard case .map(let flags) = path.value.content else { continue }
        // The last one first: what stands before it keeps its place.
        for flag in flags.reversed() where ["push", "remote", "checkpoint"].contains(flag.key) {
          try takeAway(flag.key, in: path.value, why: "`\(flag.key)` of an output has no equal")
        }
      }
    }
  }

  private mutating func noteWildcards(in paths: YAMLNode) {
    guard case .list(let items) = paths.content else { return }
    for item in items {
      var texts = [(item.templateText, item.place)]
      if case .map(let entries) = item.content { texts = entries.map { ($0.key, $0.place) } }
      for (text, place) in texts where Glob.isPattern(text.replacing("${", with: "")) {
        notes.append(
          Note(
            place: place,
            message: "`\(text)` is a pattern here, and one path in DVC; a backslash before * ? [ { means the character")
        )
      }
    }
  }

  private mutating func noteFiles(in parameters: YAMLNode) {
    guard case .list(let items) = parameters.content else { return }
    for item in items {
      guard case .map(let files) = item.content else { continue }
      for file in files where file.key.hasSuffix(".py") {
        notes.append(
          Note(
            place: file.place,
            message: "\(file.key): parameters in Python have no equal; write them in YAML, JSON or TOML"))
      }
    }
  }

  /// Makes a comment of an entry, or cuts it out of its braces.
  private mutating func takeAway(_ key: String, in map: YAMLNode, why: String) throws(EngineError) {
    guard let entry = map.entry(key) else { return }
    let next = map.entry(after: key)?.place
    notes.append(Note(place: entry.place, message: why))
    if edited.commentOut(entryAt: entry.place, before: next) { return }
    guard edited.cut(entryAt: entry.place, entry.value, before: next) else {
      throw .invalid(entry.place, why, hint: "remove `\(key)` by hand, and import again")
    }
  }

  // MARK: What is refused

  /// Leaves out, one after the other, stages that cannot be read, until the rest can.
  private mutating func leaveOutRefusedStages(
    _ root: YAMLNode, _ parse: (String) throws(EngineError) -> PipelineFile
  ) throws(EngineError) {
    guard let stages = root.entry("stages")?.value, case .map(let entries) = stages.content else { return }
    for _ in 0...entries.count {
      do throws(EngineError) {
        _ = try parse(edited.text)
        return
      } catch {
        guard case .invalid(let place, let message, let hint) = error, place.file == PipelineFile.fileName,
          let entry = entries.last(where: { $0.place.line <= place.line - 1 })
        else { throw error }
        let line = Place(file: Self.file, line: place.line - 1, column: place.column)
        let reason = [message, hint].compactMap(\.self).joined(separator: "; ")
        notes.append(Note(place: line, message: "stage `\(entry.key)` is left out: \(reason)"))
        let next = stages.entry(after: entry.key)?.place
        func moved(_ place: Place) -> Place { Place(file: place.file, line: place.line + 1, column: place.column) }
        guard edited.commentOut(entryAt: moved(entry.place), before: next.map(moved)) else { throw error }
      }
    }
  }
}
