/// A picture's title with its directives: `=800` (display width, also written `==800`), `:wrap-left`
/// and `:wrap-right`, in any order around the real title.
struct ImageTitle: Equatable, Sendable {
  enum Wrap: String, Sendable { case left = "wrap-left", right = "wrap-right" }

  let text: String
  /// CSS pixels.
  let displayWidth: Int?
  let wrap: Wrap?

  init(_ title: String) {
    var words: [Substring] = []
    var width: Int?
    var wrap: Wrap?
    for word in title.split(separator: " ") {
      let digits = word.drop { $0 == "=" }
      if digits.count < word.count, (2...4).contains(digits.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int(digits), number > 0
      {
        width = number
      } else if word.first == ":", let known = Wrap(rawValue: String(word.dropFirst())) {
        wrap = known
      } else {
        words.append(word)
      }
    }
    text = words.joined(separator: " ")
    displayWidth = width
    self.wrap = wrap
  }
}
