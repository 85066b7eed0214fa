import Store

/// What `${…}` may refer to: `params.yaml`, the values and files under `vars`, and, in a stage that an entry
/// generates, `item` and `key`. Its rules are those of DVC's templates.
struct Variables: Sendable {
  /// Reads a file of variables; nil where there is none.
  typealias Reader = (RepoPath) throws(EngineError) -> YAMLNode?

  /// Read without being named, where it exists.
  static let defaultFile = "params.yaml"

  private var root = YAMLNode(content: .map([]), place: Place(file: PipelineFile.fileName, line: 1, column: 1))
  /// The files that have been read; nil: all of the file, else the keys.
  private var imports: [RepoPath: [String]?] = [:]
  /// What `vars` may not set: an item's own names.
  private var reserved: Set<String> = []

  // MARK: Loading

  /// Takes in `vars:`, a list of maps and of files (`FILE` or `FILE:key,key`).
  /// - Parameter directory: what the files' paths start from; nil: the project's top.
  /// - Throws: `EngineError.invalid` for a name that is there already.
  mutating func load(_ list: YAMLNode, directory: RepoPath?, _ read: Reader) throws(EngineError) {
    guard case .list(let items) = list.content else {
      if case .scalar(_, .null) = list.content { return }
      throw .invalid(list.place, "`vars` has to be a list of maps and files, not \(list.kindName)")
    }
    for item in items {
      try Self.refuseReferences(item)
      switch item.content {
      case .map: try merge(item)
      case .scalar(let text, let value) where value != .null:
        try loadFile(text, at: item.place, directory: directory, read)
      default: throw .invalid(item.place, "`vars` takes maps and files, not \(item.kindName)")
      }
    }
  }

  /// Takes in `params.yaml`, if there is one.
  mutating func loadDefault(_ read: Reader) throws(EngineError) {
    let path = RepoPath(trusted: Self.defaultFile)
    guard let document = try read(path) else { return }
    try merge(YAMLNode(content: .map(try Self.entries(of: document, path)), place: document.place))
    imports[path] = .some(nil)
  }

  private mutating func loadFile(
    _ text: String, at place: Place, directory: RepoPath?, _ read: Reader
  ) throws(EngineError) {
    let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    let path = try OptionReader.path(String(text[..<(colon ?? text.endIndex)]), in: directory, at: place, "vars")
    var keys: [String]?
    if let colon {
      keys = text[text.index(after: colon)...].split(separator: ",").map(String.init)
      if keys?.isEmpty == true { keys = nil }
    }
    if let earlier = imports[path] {
      if keys == nil, earlier == nil { return }
      let isTwice = keys == nil || earlier == nil || !Set(keys ?? []).isDisjoint(with: earlier ?? [])
      guard !isTwice else { throw .invalid(place, "`\(text)`: \(path) is loaded already, as a whole or in part") }
    }
    guard let document = try read(path) else {
      throw .invalid(place, "\(path) does not exist", hint: "`vars` takes files of values and maps")
    }
    let entries = try Self.entries(of: document, path)
    if let wanted = keys {
      var chosen: [(key: String, place: Place, value: YAMLNode)] = []
      for key in wanted {
        guard let entry = entries.first(where: { $0.key == key }) else {
          let near = nearMiss(key, among: entries.map(\.key))
          throw .invalid(place, "\(path) has no `\(key)`", hint: near.map { "did you mean `\($0)`?" })
        }
        if !chosen.contains(where: { $0.key == key }) { chosen.append(entry) }
      }
      try merge(YAMLNode(content: .map(chosen), place: document.place))
      imports[path] = ((imports[path] ?? []) ?? []) + wanted
    } else {
      try merge(YAMLNode(content: .map(entries), place: document.place))
      imports[path] = .some(nil)
    }
  }

  /// What a file of variables holds; an empty one holds nothing.
  private static func entries(
    of document: YAMLNode, _ path: RepoPath
  ) throws(EngineError) -> [(key: String, place: Place, value: YAMLNode)] {
    if case .scalar(_, .null) = document.content { return [] }
    guard case .map(let entries) = document.withTextKeysOnly.content else {
      throw .invalid(document.place, "\(path) has to be a map of keys and values, not \(document.kindName)")
    }
    return entries
  }

  private mutating func merge(_ other: YAMLNode) throws(EngineError) {
    if case .map(let entries) = other.content, let entry = entries.first(where: { reserved.contains($0.key) }) {
      throw .invalid(entry.place, "`\(entry.key)` cannot be set here: it is the name of what the entry iterates over")
    }
    root = try Self.merged(root, other.withTextKeysOnly, path: [])
  }

  private static func merged(_ into: YAMLNode, _ update: YAMLNode, path: [String]) throws(EngineError) -> YAMLNode {
    guard case .map(var entries) = into.content, case .map(let news) = update.content else { return update }
    for new in news {
      guard let position = entries.firstIndex(where: { $0.key == new.key }) else {
        entries.append(new)
        continue
      }
      let old = entries[position]
      guard old.value.isMap, new.value.isMap else {
        throw .invalid(
          new.place, "`\((path + [new.key]).joined(separator: "."))` is set already, at \(old.place)",
          hint: "give one of the two another name")
      }
      entries[position].value = try merged(old.value, new.value, path: path + [new.key])
    }
    return YAMLNode(content: .map(entries), place: into.place)
  }

  private static func refuseReferences(_ node: YAMLNode) throws(EngineError) {
    switch node.content {
    case .scalar(let text, let value):
      guard value.string != nil, Interpolation.concerns(text) else { return }
      guard try !Interpolation(text, at: node.place).hasReferences else {
        throw .invalid(node.place, "`vars` may not use `${…}`")
      }
    case .list(let items): for item in items { try refuseReferences(item) }
    case .map(let entries):
      for entry in entries {
        try refuseReferences(YAMLNode(content: .scalar(entry.key, .string(entry.key)), place: entry.place))
        try refuseReferences(entry.value)
      }
    }
  }

  // MARK: Items

  /// These variables with what an entry iterates over, which hides others of the same name.
  func with(item: YAMLNode, key: String?) -> Variables {
    var result = self
    var names = [("item", item.withTextKeysOnly)]
    if let key { names.append(("key", YAMLNode(content: .scalar(key, .string(key)), place: item.place))) }
    guard case .map(var entries) = root.content else { preconditionFailure("variables are a map") }
    for (name, node) in names {
      entries.removeAll { $0.key == name }
      entries.append((name, node.place, node))
      result.reserved.insert(name)
    }
    result.root = YAMLNode(content: .map(entries), place: root.place)
    return result
  }

  // MARK: Resolving

  /// What a reference stands for.
  /// - Throws: `EngineError.invalid` where it stands for nothing.
  func select(_ reference: Interpolation.Reference, at place: Place) throws(EngineError) -> YAMLNode {
    var node = root
    for name in reference.names {
      switch node.content {
      case .map(let entries):
        guard let entry = entries.first(where: { $0.key == name }) else {
          let near = nearMiss(name, among: entries.map(\.key))
          throw .invalid(
            place, "`${\(reference.text)}`: there is no `\(name)`",
            hint: near.map { "did you mean `\($0)`?" }
              ?? "variables come from \(Self.defaultFile) and `vars`; for a shell's own variable write \\${\(reference.text)}"
          )
        }
        node = entry.value
      case .list(let items):
        guard let index = Int(name), items.indices.contains(index < 0 ? items.count + index : index) else {
          throw .invalid(place, "`${\(reference.text)}`: the list has no `\(name)`; it has \(items.count) items")
        }
        node = items[index < 0 ? items.count + index : index]
      case .scalar:
        throw .invalid(place, "`${\(reference.text)}`: there is no `\(name)` in a single value")
      }
    }
    return node
  }

  /// A node with every reference in its keys and values replaced.
  /// - Parameter allowsContainers: a value that is nothing but a reference may stand for a list or a map.
  func resolve(_ node: YAMLNode, field: String, allowsContainers: Bool = false) throws(EngineError) -> YAMLNode {
    switch node.content {
    case .scalar(let text, let value):
      guard value.string != nil, Interpolation.concerns(text) else { return node }
      let template = try Interpolation(text, at: node.place)
      if let reference = template.only {
        let found = try select(reference, at: node.place)
        guard allowsContainers || found.isScalar else {
          throw cannotStand(found, for: reference, at: node.place)
        }
        return YAMLNode(content: found.content, place: node.place, isSelected: true)
      }
      let resolved = try template.resolve { (reference) throws(EngineError) in
        let found = try select(reference, at: node.place)
        if found.isMap, field == "cmd" { return try CommandArguments(found, at: node.place).text }
        guard found.isScalar else { throw cannotStand(found, for: reference, at: node.place) }
        return found.templateText
      }
      return YAMLNode(content: .scalar(resolved, .string(resolved)), place: node.place)
    case .list(let items):
      var resolved: [YAMLNode] = []
      for item in items { resolved.append(try resolve(item, field: field, allowsContainers: allowsContainers)) }
      return YAMLNode(content: .list(resolved), place: node.place)
    case .map(let entries):
      var resolved: [(key: String, place: Place, value: YAMLNode)] = []
      for entry in entries {
        let key = try resolve(
          YAMLNode(content: .scalar(entry.key, .string(entry.key)), place: entry.place), field: field)
        let value = try resolve(entry.value, field: field, allowsContainers: allowsContainers)
        resolved.removeAll { $0.key == key.templateText }
        resolved.append((key.templateText, entry.place, value))
      }
      return YAMLNode(content: .map(resolved), place: node.place)
    }
  }

  private func cannotStand(
    _ node: YAMLNode, for reference: Interpolation.Reference, at place: Place
  ) -> EngineError {
    .invalid(
      place, "`${\(reference.text)}` is \(node.kindName), and only a single value can stand here",
      hint: node.isMap ? "a map can stand in `cmd`, where it becomes options" : "name one item: ${name[0]}")
  }
}
