/// A text as a part of a URL: `CI/CD` → `ci-cd`.
enum Slug {
  /// Letters and digits in lower case, everything between them one hyphen; "untitled" where nothing is left.
  static func of(_ text: String) -> String {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.isEmpty ? "untitled" : words.joined(separator: "-")
  }
}
