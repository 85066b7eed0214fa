import Store

/// Reads one mapping of `pipeline.yaml` key by key, and in the end names the keys that nobody asked for.
package final class OptionReader {
  package let place: Place
  private let subject: String
  private let entries: [String: (place: Place, node: YAMLNode)]
  private let order: [String]
  private var asked: Set<String> = []

  /// - Parameter subject: what the mapping is, for messages: "stage `images`".
  package init(_ node: YAMLNode, subject: String) throws(EngineError) {
    guard case .map(let pairs) = node.content else {
      throw .invalid(node.place, "\(subject) has to be a map of keys and values, not \(node.kindName)")
    }
    place = node.place
    self.subject = subject
    order = pairs.map(\.key)
    entries = Dictionary(pairs.map { ($0.key, ($0.place, $0.value)) }, uniquingKeysWith: { _, last in last })
  }

  package func has(_ key: String) -> Bool { entries[key] != nil }

  package func node(_ key: String) -> YAMLNode? {
    asked.insert(key)
    return entries[key]?.node
  }

  /// Every key that nobody has asked for, in the file's order.
  package var rest: [String] { order.filter { !asked.contains($0) } }

  package func placeOf(_ key: String) -> Place { entries[key]?.place ?? place }

  package func requiredNode(_ key: String, example: String) throws(EngineError) -> YAMLNode {
    guard let node = node(key) else {
      throw .invalid(place, "\(subject) has no `\(key)`", hint: "for example: \(key): \(example)")
    }
    return node
  }

  package func string(_ key: String) throws(EngineError) -> String? {
    guard let node = node(key) else { return nil }
    return try text(node, key)
  }

  package func requiredString(_ key: String, example: String) throws(EngineError) -> String {
    try text(try requiredNode(key, example: example), key)
  }

  /// One text, or a list of them; empty where the key is absent.
  package func strings(_ key: String) throws(EngineError) -> [(text: String, place: Place)] {
    guard let node = node(key) else { return [] }
    guard case .list(let items) = node.content else { return [(try text(node, key), node.place)] }
    var texts: [(String, Place)] = []
    for item in items { texts.append((try text(item, key), item.place)) }
    return texts
  }

  package func integer(_ key: String, in range: ClosedRange<Int>) throws(EngineError) -> Int? {
    guard let node = node(key) else { return nil }
    return try integer(node, key, in: range)
  }

  package func integers(_ key: String, in range: ClosedRange<Int>) throws(EngineError) -> [Int]? {
    guard let node = node(key) else { return nil }
    guard case .list(let items) = node.content else { return [try integer(node, key, in: range)] }
    var numbers: [Int] = []
    for item in items { numbers.append(try integer(item, key, in: range)) }
    return numbers
  }

  /// A map's entries, in the file's order; empty where the key is absent.
  package func entries(_ key: String) throws(EngineError) -> [(key: String, place: Place, value: YAMLNode)] {
    guard let node = node(key) else { return [] }
    guard case .map(let entries) = node.content else { throw expected("a map", node, key) }
    return entries
  }

  package func bool(_ key: String) throws(EngineError) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let text, let value) = node.content else {
      throw expected("true or false", node, key)
    }
    guard case .bool(let flag) = value else {
      throw .invalid(node.place, "`\(key)` has to be true or false, not `\(text)`")
    }
    return flag
  }

  /// A path inside the project.
  package func path(_ key: String) throws(EngineError) -> RepoPath? {
    guard let node = node(key) else { return nil }
    return try Self.path(try text(node, key), at: node.place, key)
  }

  /// - Parameter directory: what the path starts from, nil for the project's top. `..` may lead out of it, but
  ///   not out of the project.
  package static func path(
    _ text: String, in directory: RepoPath? = nil, at place: Place, _ key: String
  ) throws(EngineError) -> RepoPath {
    var names = directory.map { nameParts($0.string) } ?? []
    var isInside = !text.isEmpty && !text.hasPrefix("/")
    for name in nameParts(text) where !name.isEmpty && name != "." {
      if name == ".." {
        if names.popLast() == nil { isInside = false }
      } else {
        names.append(name)
      }
    }
    let start = directory == nil ? "the directory of pipeline.yaml" : "`wdir`"
    guard isInside, let path = RepoPath(names.joined(separator: "/")) else {
      throw .invalid(
        place, "`\(key)`: `\(text)` is not a path inside the project",
        hint: "write it from \(start); it may not lead out of the project")
    }
    guard path.string != CacheLayout.directory, !path.isInside(RepoPath(trusted: CacheLayout.directory)) else {
      throw .invalid(place, "`\(key)`: \(CacheLayout.directory) is hbpipe's own directory")
    }
    return path
  }

  /// A directory inside the project; nil for its top.
  package static func directory(
    _ text: String, at place: Place, _ key: String
  ) throws(EngineError) -> RepoPath? {
    let isTop = nameParts(text).allSatisfy { $0.isEmpty || $0 == "." } && !text.hasPrefix("/")
    return isTop ? nil : try path(text, at: place, key)
  }

  /// Refuses a path that hbpipe itself, or git, writes.
  package static func refuseReserved(_ path: RepoPath, at place: Place, _ key: String) throws(EngineError) {
    let top = nameParts(path.string)[0]
    guard [PipelineFile.fileName, Lock.fileName, ".git"].contains(top) else { return }
    throw .invalid(place, "`\(key)`: a stage may not make \(top)")
  }

  /// Names the first key that nobody asked for.
  package func finish() throws(EngineError) {
    guard let unknown = rest.first else { return }
    let near = nearMiss(unknown, among: asked)
    throw .invalid(
      placeOf(unknown), "\(subject) knows no `\(unknown)`",
      hint: near.map { "did you mean `\($0)`?" } ?? "it knows \(asked.sorted().joined(separator: ", "))")
  }

  private func text(_ node: YAMLNode, _ key: String) throws(EngineError) -> String {
    guard case .scalar(let text, let value) = node.content, value != .null else {
      throw expected("text", node, key)
    }
    return text
  }

  private func integer(_ node: YAMLNode, _ key: String, in range: ClosedRange<Int>) throws(EngineError) -> Int {
    guard case .scalar(_, .int(let number)) = node.content, range.contains(number) else {
      throw expected("a whole number from \(range.lowerBound) to \(range.upperBound)", node, key)
    }
    return number
  }

  private func expected(_ what: String, _ node: YAMLNode, _ key: String) -> EngineError {
    var found = node.kindName
    if case .scalar(let text, let value) = node.content, value != .null { found = "`\(text)`" }
    return .invalid(node.place, "`\(key)` has to be \(what), not \(found)")
  }
}
