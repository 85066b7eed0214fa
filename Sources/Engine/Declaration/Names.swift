/// A stage's name: an entry of `pipeline.yaml`, or `entry@item` for a stage that `foreach` or `matrix` generates.
package struct StageName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let string: String

  /// The name of an entry; nil where it is empty, begins or ends with a space, or has an `@` or a control character.
  package init?(_ text: String) {
    let isValid = text.unicodeScalars.allSatisfy { scalar in
      scalar != "@" && scalar.value >= 0x20 && scalar.value != 0x7F
    }
    guard isValid, let first = text.utf8.first, let last = text.utf8.last, ![first, last].contains(0x20) else {
      return nil
    }
    string = text
  }

  /// The stage that has the action as its only one.
  package init(of action: ActionName) { string = action.description }

  /// The name of a stage that an entry generates.
  package init(generatedBy entry: StageName, item: String) { string = "\(entry.string)@\(item)" }

  package static func == (left: StageName, right: StageName) -> Bool {
    left.string.utf8.elementsEqual(right.string.utf8)
  }

  package func hash(into hasher: inout Hasher) { hashBytes(of: string, into: &hasher) }

  package static func < (left: StageName, right: StageName) -> Bool {
    left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
  }

  package var description: String { string }
}

/// One action: `stage`, or `stage@item` where the stage fans out.
package struct ActionName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let description: String

  package init(stage: StageName, item: String? = nil) {
    description = item.map { "\(stage)@\($0)" } ?? stage.string
  }

  /// The inverse of `description`; nil where the part before the first `@` is no name of an entry.
  package init?(_ text: String) {
    description = text
    guard StageName(entryText) != nil else { return nil }
  }

  /// The entry of `pipeline.yaml` that it belongs to, as text.
  package var entryText: String { String(description.unicodeScalars.prefix { $0 != "@" }) }

  /// What the entry is applied to: an input's path, a value of `foreach`; nil for an entry that runs once.
  package var item: String? {
    let rest = description.unicodeScalars.drop { $0 != "@" }
    return rest.isEmpty ? nil : String(rest.dropFirst())
  }

  package static func == (left: ActionName, right: ActionName) -> Bool {
    left.description.utf8.elementsEqual(right.description.utf8)
  }

  package func hash(into hasher: inout Hasher) { hashBytes(of: description, into: &hasher) }

  package static func < (left: ActionName, right: ActionName) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}

/// Names are told apart by their bytes: Swift would take two spellings of "é" for one.
private func hashBytes(of text: String, into hasher: inout Hasher) {
  var text = text
  text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
}
