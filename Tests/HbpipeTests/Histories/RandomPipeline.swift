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
    /// A command whose outputs match a pattern, and the stage that copies them.
    case parts, partCopy
    /// A command for each value of a list, each entry of a map, each cell of a matrix.
    case words, kinds, grid
    /// A command for each of some sources, and one for each artifact of these.
    case mirror, mirrorSum
    /// Commands that take values out of files: by `params`, and by `${…}`.
    case tuned, model
    /// A command below a directory of its own.
    case here
    /// A command that goes on with what it made before.
    case kept
    /// A command that makes nothing here, and one that every run carries out.
    case deploy, always
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
  private(set) var values = RandomValues()
  private(set) var tones = ["low", "high"]
  /// Commands that see only what they declare.
  private(set) var sandboxed: Set<Stage> = []
  /// Commands of which one runs at a time.
  private(set) var pooled: Set<Stage> = []
  /// Commands whose outputs the cache does not keep.
  private(set) var uncached: Set<Stage> = []

  /// Images cost more time than all the rest.
  init(_ random: inout SeededRandom, withImages: Bool) {
    let costly: Set<Stage> = [.images, .thumbs]
    stages = Stage.allCases.filter { withImages || !costly.contains($0) }
      .filter { random.chance(Self.isNew($0) ? 18 : 45) }
    stages.shuffle(using: &random)
    addWhatIsNeeded(&random)
    for _ in 0..<random.number(0...4) { changeACommand(&random) }
  }

  func has(_ stage: Stage) -> Bool { stages.contains(stage) }

  /// The stages that run commands, each in a way of its own.
  var commands: [Stage] { stages.filter(\.isCommand) }

  private static let needs: [Stage: Stage] = [
    .home: .posts, .feed: .posts, .search: .posts, .genCopy: .gen, .genSum: .gen, .written: .write,
    .writtenList: .written, .thumbs: .raw, .partCopy: .parts, .mirrorSum: .mirror,
  ]

  private mutating func addWhatIsNeeded(_ random: inout SeededRandom) {
    while let missing = stages.compactMap({ Self.needs[$0] }).first(where: { !stages.contains($0) }) {
      stages.insert(missing, at: random.number(0...stages.count))
    }
    if stages.isEmpty { stages = [.static] }
  }

  /// Changes one thing, and says which.
  mutating func change(_ random: inout SeededRandom, withImages: Bool) -> String {
    switch random.number(1...22) {
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
    case 11, 12, 13:
      let costly: Set<Stage> = [.images, .thumbs]
      let absent = Stage.allCases.filter { !has($0) && (withImages || !costly.contains($0)) }
      if let stage = random.pick(absent) { stages.insert(stage, at: random.number(0...stages.count)) }
      addWhatIsNeeded(&random)
    case 14: tones = ["low", "high", "2", "a b"].filter { _ in random.chance(50) } + ["mid"]
    case 15, 16, 17: return values.change(&random)
    case 18, 19, 20: return changeACommand(&random)
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
      + "\(formats), \(title), limit \(limit), excludes \(excludes), authors \(showsAuthors), \(target), \(tones)"
  }

  /// Changes how one command is run, or what is kept of it.
  @discardableResult
  private mutating func changeACommand(_ random: inout SeededRandom) -> String {
    guard let stage = random.pick(commands) else { return "nothing" }
    switch random.number(1...3) {
    // A sandbox is new every time: nothing persists in it.
    case 1 where stage != .kept:
      sandboxed.formSymmetricDifference([stage])
      return "\(stage) in a sandbox: \(sandboxed.contains(stage))"
    case 2:
      pooled.formSymmetricDifference([stage])
      return "\(stage) in a pool: \(pooled.contains(stage))"
    default:
      uncached.formSymmetricDifference([stage])
      return "\(stage) kept in the cache: \(!uncached.contains(stage))"
    }
  }

  /// Stages that came later are chosen more seldom, so that one build is not much longer.
  private static func isNew(_ stage: Stage) -> Bool {
    switch stage {
    case .parts, .partCopy, .words, .kinds, .grid, .mirror, .mirrorSum, .tuned, .model, .here, .kept, .deploy,
      .always:
      true
    default: false
    }
  }
}
