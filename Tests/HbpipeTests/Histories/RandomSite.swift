/// The sources of a site: what a history edits, and what a clean build is made from.
struct RandomSite {
  struct Source: Equatable {
    var bytes: [UInt8]
    var isExecutable = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }
  }

  let hasImages: Bool
  var pipeline: RandomPipeline
  /// By path; without `pipeline.yaml`.
  var files: [String: Source] = [:]
  /// Numbers names, so that no two are the same by chance.
  private var named = 0

  init(_ random: inout SeededRandom) {
    hasImages = random.chance(35)
    pipeline = RandomPipeline(&random, withImages: hasImages)
    files["src/theme/post.html"] = Source(
      "{{site.title}}|{{page.title}}|{{#page.author}}{{name}}{{/page.author}}\n{{{page.content}}}{{> foot}}\n")
    files["src/theme/list.html"] = Source(
      "{{list.title}}\n{{#pages}}{{url}} {{title}}{{#tags}} {{name}}{{/tags}}\n{{/pages}}{{> foot}}\n")
    files["src/theme/foot.html"] = Source("{{site.title}}\n")
    files["src/gen.sh"] = Source(
      """
      # $1: from, $2: to, $3: a version
      mkdir -p "$2/deep"
      for f in "$1"/*; do cp "$f" "$2/${f##*/}"; echo "$3" >> "$2/${f##*/}"; done
      ls "$1" > "$2/deep/names"
      chmod +x "$2/deep/names"

      """)
    // The directories that commands depend on have to be there.
    files["src/data/keep.txt"] = Source("keep\n")
    for kind in Kind.allCases {
      for _ in 0..<random.number(1...3) {
        _ = add(kind, &random)
      }
    }
  }

  /// The kinds of sources that come and go.
  enum Kind: String, CaseIterable {
    case posts, images, raw, data, authors
    case assets = "static"

    var directory: String { "src/" + rawValue }
  }

  /// Everything as it belongs on disk.
  var allFiles: [String: Source] {
    var all = files.merging(pipeline.values.files) { _, own in own }
    all["pipeline.yaml"] = Source(pipeline.yaml)
    return all
  }

  func paths(of kind: Kind) -> [String] { files.keys.filter { $0.hasPrefix(kind.directory + "/") }.sorted() }

  // MARK: Making sources

  mutating func add(_ kind: Kind, _ random: inout SeededRandom) -> String {
    let path = newPath(kind, &random)
    files[path] = content(kind, &random)
    return "add \(path)"
  }

  mutating func newPath(_ kind: Kind, _ random: inout SeededRandom) -> String {
    named += 1
    let directory = kind.directory
    switch kind {
    case .posts: return "\(directory)/2025-01-\(10 + random.number(0...15))-post-\(named).md"
    case .images: return "\(directory)/\(random.pick("", "sub/", "wide open/"))image-\(named).png"
    case .raw: return "\(directory)/raw-\(named).png"
    // No rule of `.hbignore` fits these: commands read all that stands in their directory.
    case .data: return "\(directory)/data_\(named).txt"
    case .authors: return "\(directory)/\(random.pick("ann", "bob")).md"
    case .assets:
      let name = random.pick("file", "odd 'name\u{e9}", ".dot")
      return "\(directory)/\(random.pick("", "sub/", "sub/deep/"))\(name)-\(named)"
    }
  }

  mutating func content(_ kind: Kind, _ random: inout SeededRandom) -> Source {
    switch kind {
    case .images, .raw:
      return Source(TinyImage.png(random.number(4...40), random.number(4...30), seed: random.number(0...40)))
    case .authors: return Source("---\nname: \(random.words(1...2))\n---\n\(random.words(0...3))\n")
    case .posts: return Source(post(&random))
    // A few contents only, so that equal files are common.
    case .data, .assets: return Source(random.words(0...1) + random.pick("", "\n"))
    }
  }

  private mutating func post(_ random: inout SeededRandom) -> String {
    var text = "---\ntitle: \(random.words(1...2))\ntags: [\(random.pick("a", "a, b", "b, c d", ""))]\n"
    if random.chance(60) { text += "author: \(random.pick("ann", "bob", "nobody"))\n" }
    if random.chance(20), let image = random.pick(paths(of: .images)) {
      text += "picture: \"\(image.dropFirst("src/images/".count))\"\n"
    }
    text += "---\n\(random.words(0...4))\n\n"
    for _ in 0..<random.number(0...3) {
      switch random.number(1...5) {
      case 1, 2:
        if let image = random.pick(paths(of: .images)) { text += "![i](</\(image)>)\n" }
      case 3: text += "![gone](../images/image-\(random.number(1...30)).png)\n"
      case 4:
        // A file that another stage serves, or will.
        if let asset = random.pick(paths(of: .assets)) {
          text += "![served](</\(asset.dropFirst("src/static/".count))>)\n"
        }
      default:
        if let other = random.pick(paths(of: .posts)) {
          text += "[o](\(other.dropFirst("src/posts/".count)))\n\n"
        }
      }
    }
    return text
  }
}
