/// A pipeline that random edits change: which stages there are, in which order, with which options.
struct RandomPipeline: Equatable {
  enum Stage: String, CaseIterable {
    case images, posts, home, feed, `static`
    /// A command that makes one file.
    case bundle
    /// A command that makes a directory, and three stages that read what it has made.
    case gen, genCopy, genSum
    /// A command that makes posts, the stage that renders them, and a list of these.
    case write, written, writtenList
    /// A command that reads rendered pages.
    case search
    /// Copies of images, and the stage that shrinks the copies.
    case raw, thumbs
  }

  /// In the file's order, which need not be the graph's.
  private(set) var stages: [Stage] = []
  private(set) var widths = [8, 16]
  private(set) var formats = "[webp, original]"
  private(set) var title = "Lamp"
  private(set) var limit = 3
  private(set) var version = 1
  private(set) var comment = 0
  private(set) var excludes = false
  private(set) var showsAuthors = true
  private(set) var target = "public/blog/{slug}/index.html"

  /// Images cost more time than all the rest.
  init(_ random: inout SeededRandom, withImages: Bool) {
    let costly: Set<Stage> = [.images, .thumbs]
    stages = Stage.allCases.filter { withImages || !costly.contains($0) }.filter { _ in random.chance(65) }
    stages.shuffle(using: &random)
    addWhatIsNeeded(&random)
  }

  func has(_ stage: Stage) -> Bool { stages.contains(stage) }

  private static let needs: [Stage: Stage] = [
    .home: .posts, .feed: .posts, .search: .posts, .genCopy: .gen, .genSum: .gen, .written: .write,
    .writtenList: .written, .thumbs: .raw,
  ]

  private mutating func addWhatIsNeeded(_ random: inout SeededRandom) {
    while let missing = stages.compactMap({ Self.needs[$0] }).first(where: { !stages.contains($0) }) {
      stages.insert(missing, at: random.number(0...stages.count))
    }
    if stages.isEmpty { stages = [.static] }
  }

  /// Changes one thing, and says which.
  mutating func change(_ random: inout SeededRandom, withImages: Bool) -> String {
    switch random.number(1...13) {
    case 1: widths = [8, 16, 24, 200].filter { _ in random.chance(60) } + [12]
    case 2: formats = random.pick("[webp]", "[png, webp]", "[original]", "[webp, original]")
    case 3: title = random.words(1...2)
    case 4: limit = random.number(1...5)
    case 5: version += 1
    case 6: comment += 1
    case 7: excludes.toggle()
    case 8: showsAuthors.toggle()
    case 9: target = random.pick("public/blog/{slug}/index.html", "public/blog/{slug}.html")
    case 10: stages.shuffle(using: &random)
    case 11, 12:
      let costly: Set<Stage> = [.images, .thumbs]
      let absent = Stage.allCases.filter { !has($0) && (withImages || !costly.contains($0)) }
      if let stage = random.pick(absent) { stages.insert(stage, at: random.number(0...stages.count)) }
      addWhatIsNeeded(&random)
    default:
      if let stage = random.pick(stages) {
        // What needs it goes too.
        var gone: Set<Stage> = [stage]
        while let next = stages.first(where: { stage in
          !gone.contains(stage) && Self.needs[stage].map(gone.contains) == true
        }) {
          gone.insert(next)
        }
        stages.removeAll { gone.contains($0) }
        addWhatIsNeeded(&random)
      }
    }
    return "pipeline.yaml: \(stages.map(\.rawValue).joined(separator: " ")), version \(version), \(widths) "
      + "\(formats), \(title), limit \(limit), excludes \(excludes), authors \(showsAuthors), \(target)"
  }

  var yaml: String {
    (["version: 1", "# comment \(comment)", "site: { title: \(title), url: https://r.example }", "stages:"]
      + stages.map { "  \($0.rawValue): { \(declaration(of: $0)) }" }).joined(separator: "\n") + "\n"
  }

  private func declaration(of stage: Stage) -> String {
    let authors = showsAuthors ? ", authors: src/authors" : ""
    let images = has(.images) ? ", images: images" : ""
    let template = "template: src/theme/post.html"
    let sizes = "widths: [\(widths.map(String.init).joined(separator: ", "))], formats: \(formats), effort: 0"
    return switch stage {
    case .images: "uses: image, from: \"src/images/**/*.png\", to: public/images, \(sizes)"
    case .posts: "uses: page, from: \"src/posts/*.md\", to: \"\(target)\", \(template)\(images)\(authors)"
    case .home: "uses: list, of: posts, to: public/index.html, template: src/theme/list.html, limit: \(limit)"
    case .feed: "uses: list, of: posts, to: public/feed.html, template: src/theme/list.html, title: \(title)"
    case .static:
      "uses: copy, from: \"src/static/**\", to: public" + (excludes ? ", exclude: \"src/static/sub/**\"" : "")
    case .bundle:
      "cmd: 'cat src/data/* > out/bundle.txt; echo \(version) >> out/bundle.txt', deps: [src/data], "
        + "outs: [out/bundle.txt]"
    case .gen:
      """
      cmd: ['sh src/gen.sh src/data out/gen \(version)', 'mkdir -p out/gen/none'], \
      deps: [src/gen.sh, src/data], outs: [out/gen]
      """
    case .genCopy: "uses: copy, from: \"out/gen/**\", to: public/gen"
    case .genSum:
      "cmd: 'find out/gen -type f | LC_ALL=C sort | xargs sha256sum > public/gen.sum', deps: [out/gen], "
        + "outs: [public/gen.sum]"
    case .write:
      """
      cmd: 'mkdir -p out/posts; for f in src/data/*; do n=${f##*/}; \
      printf "# %s\\n\\n" "$n" > "out/posts/${n%.*}.md"; cat "$f" >> "out/posts/${n%.*}.md"; done', \
      deps: [src/data], outs: [out/posts]
      """
    case .written:
      "uses: page, from: \"out/posts/*.md\", to: \"public/written/{slug}.html\", \(template)\(images)"
    case .writtenList: "uses: list, of: written, to: public/written.html, template: src/theme/list.html"
    case .search:
      "cmd: 'find public/blog -type f | LC_ALL=C sort | xargs cat | sha256sum > public/search.txt', "
        + "deps: [public/blog], outs: [public/search.txt]"
    case .raw: "uses: copy, from: \"src/raw/*.png\", to: work/png"
    case .thumbs: "uses: image, from: \"work/png/*.png\", to: public/thumbs, \(sizes)"
    }
  }
}
