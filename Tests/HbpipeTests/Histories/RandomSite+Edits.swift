extension RandomSite {
  /// Changes the sources as people do, and says what was done.
  mutating func edit(_ random: inout SeededRandom) -> String {
    random.chance(30) ? pipeline.change(&random, withImages: hasImages) : editFiles(&random)
  }

  /// Leaves `pipeline.yaml`, and the values that it takes, as they are.
  mutating func editFiles(_ random: inout SeededRandom) -> String {
    let kind = random.pick(Kind.allCases) ?? .posts
    switch random.number(1...13) {
    case 1, 2: return add(kind, &random)
    case 3, 4: return delete(kind, &random)
    case 5: return rename(kind, &random)
    case 6, 7:
      guard let path = random.pick(paths(of: kind)) else { return "nothing" }
      files[path] = content(kind, &random)
      return "rewrite \(path)"
    case 8: return sameSize(&random)
    case 9:
      guard let path = random.pick(paths(of: random.pick(.assets, .data))) else { return "nothing" }
      files[path]?.isExecutable.toggle()
      return "change the mode of \(path)"
    case 10: return swap(kind, &random)
    case 11: return theme(&random)
    case 12: return fileToDirectory(&random)
    default: return ignore(&random)
    }
  }

  private mutating func delete(_ kind: Kind, _ random: inout SeededRandom) -> String {
    let known = paths(of: kind)
    // A stage that reads rendered posts needs one.
    guard known.count > 1 || ![Kind.posts, .data].contains(kind), let path = random.pick(known) else {
      return "nothing"
    }
    files[path] = nil
    return "delete \(path)"
  }

  private mutating func rename(_ kind: Kind, _ random: inout SeededRandom) -> String {
    guard let path = random.pick(paths(of: kind)) else { return "nothing" }
    let other = newPath(kind, &random)
    let source = files.removeValue(forKey: path)
    files[other] = source
    return "rename \(path) to \(other)"
  }

  /// Other bytes of the same number.
  private mutating func sameSize(_ random: inout SeededRandom) -> String {
    let known = paths(of: .posts) + paths(of: .data) + paths(of: .assets)
    guard let path = random.pick(known), let source = files[path] else { return "nothing" }
    let letters = source.bytes.indices.filter { source.bytes[$0] >= 97 && source.bytes[$0] <= 122 }
    guard let place = letters.last else { return "nothing" }
    files[path]?.bytes[place] = source.bytes[place] == 97 ? 122 : source.bytes[place] - 1
    return "same-size edit of \(path)"
  }

  private mutating func swap(_ kind: Kind, _ random: inout SeededRandom) -> String {
    let known = paths(of: kind)
    guard let first = random.pick(known), let second = random.pick(known) else { return "nothing" }
    let source = files[first]
    files[first] = files[second]
    files[second] = source
    return "swap \(first) and \(second)"
  }

  private mutating func theme(_ random: inout SeededRandom) -> String {
    let path = random.pick("src/theme/post.html", "src/theme/list.html", "src/theme/foot.html")
    files[path]?.bytes += Array((random.words(1...1) + "\n").utf8)
    return "append to \(path)"
  }

  /// `static/a` becomes `static/a/inner`, or the other way round.
  private mutating func fileToDirectory(_ random: inout SeededRandom) -> String {
    guard let path = random.pick(paths(of: .assets)), let source = files.removeValue(forKey: path) else {
      return "nothing"
    }
    let inner = "/inner"
    let isInner = path.hasSuffix(inner)
    let other = isInner ? String(path.dropLast(inner.count)) : path + inner
    files[other] = source
    return "\(path) becomes \(other)"
  }

  private mutating func ignore(_ random: inout SeededRandom) -> String {
    let path = random.pick(".hbignore", "src/static/.hbignore", "src/posts/.hbignore")
    if files[path] != nil, random.chance(60) {
      files[path] = nil
      return "delete \(path)"
    }
    let rule = random.pick("*-2*", "sub/", "!sub/deep/", "/src/static/sub/deep", "# nothing", "*.none")
    files[path] = Source(rule + "\n")
    return "\(path): \(rule)"
  }
}
