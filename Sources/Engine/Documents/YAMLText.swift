/// A YAML file as a person wrote it, changed in a few places: comments and layout stay.
package struct YAMLText {
  package private(set) var lines: [String]

  package init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
  }

  package var text: String { lines.joined(separator: "\n") }

  /// Adds an entry at the beginning of a map.
  /// - Returns: whether that can be done: not in a map that is empty or begins on its key's line without braces.
  package mutating func insert(_ entry: String, intoMapAt node: YAMLNode) -> Bool {
    guard case .map(let entries) = node.content, let first = entries.first else { return false }
    let number = first.place.line - 1
    guard lines.indices.contains(number) else { return false }
    let before = prefix(of: number, upTo: first.place.column)
    if before.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      lines.insert(before + entry, at: number)
      return true
    }
    guard before.last(where: { $0 != " " }) == "{" else { return false }
    let rest = lines[number].unicodeScalars.dropFirst(first.place.column - 1)
    lines[number] = before + entry + ", " + String(rest)
    return true
  }

  /// Turns the lines of a map's entry into comments.
  /// - Parameter next: the entry after it in the same map.
  /// - Returns: whether that can be done: the lines have to be the entry's alone.
  package mutating func commentOut(entryAt place: Place, before next: Place?) -> Bool {
    guard let range = range(ofEntryAt: place, before: next) else { return false }
    return change { lines in
      for number in range where !lines[number].isEmpty { lines[number] = "# " + lines[number] }
    }
  }

  /// Removes the lines of a map's entry.
  package mutating func remove(entryAt place: Place, before next: Place?) -> Bool {
    guard let range = range(ofEntryAt: place, before: next) else { return false }
    return change { $0.removeSubrange(range) }
  }

  /// Removes an entry with a single value from a map in braces on one line.
  /// - Parameter next: the entry after it in the same map.
  package mutating func cut(entryAt place: Place, _ value: YAMLNode, before next: Place?) -> Bool {
    let number = place.line - 1
    guard lines.indices.contains(number), case .scalar(let text, _) = value.content, value.place.line == place.line,
      next == nil || next?.line == place.line
    else { return false }
    var before = prefix(of: number, upTo: place.column)
    var rest = String(lines[number].unicodeScalars.dropFirst((next?.column ?? value.place.column) - 1))
    if next == nil {
      guard rest.hasPrefix(text) else { return false }
      rest.removeFirst(text.count)
      while before.last == " " { before.removeLast() }
      if before.last == "," { before.removeLast() }
    }
    lines[number] = before + rest
    return true
  }

  /// Replaces the text of a single value.
  package mutating func replace(_ old: String, at place: Place, with new: String) -> Bool {
    let number = place.line - 1
    guard lines.indices.contains(number) else { return false }
    let rest = String(lines[number].unicodeScalars.dropFirst(place.column - 1))
    guard rest.hasPrefix(old) else { return false }
    lines[number] = prefix(of: number, upTo: place.column) + new + rest.dropFirst(old.count)
    return true
  }

  /// Changes the lines if what comes out can still be read: an entry's last line may hold the end of braces around it.
  private mutating func change(_ body: (inout [String]) -> Void) -> Bool {
    var changed = lines
    body(&changed)
    guard (try? YAMLNode.parse(changed.joined(separator: "\n"), file: "")) != nil else { return false }
    lines = changed
    return true
  }

  /// The lines that hold nothing but an entry of a block; nil where they hold something else.
  private func range(ofEntryAt place: Place, before next: Place?) -> Range<Int>? {
    let first = place.line - 1
    guard lines.indices.contains(first), indent(of: first) == place.column - 1 else { return nil }
    if let next {
      // What comes next may have become a comment.
      let isComment = lines[next.line - 1].utf8.first == UInt8(ascii: "#")
      guard next.line > place.line, isComment || indent(of: next.line - 1) == place.column - 1 else { return nil }
    }
    var end = first + 1
    let limit = next.map { $0.line - 1 } ?? lines.count
    while end < limit {
      let depth = indent(of: end)
      let isItem = depth == place.column - 1 && lines[end].utf8.dropFirst(depth).first == UInt8(ascii: "-")
      guard depth > place.column - 1 || isBlank(end) || isItem else { break }
      end += 1
    }
    // Blank lines at the end part it from what follows.
    while end > first + 1, isBlank(end - 1) { end -= 1 }
    return first..<end
  }

  private func isBlank(_ number: Int) -> Bool { lines[number].utf8.allSatisfy { $0 == 0x20 || $0 == 0x0D } }

  private func indent(of number: Int) -> Int { lines[number].utf8.prefix { $0 == UInt8(ascii: " ") }.count }

  private func prefix(of number: Int, upTo column: Int) -> String {
    String(lines[number].unicodeScalars.prefix(column - 1))
  }
}
