import Store

/// `foreach: {glob: …}`: a stage that is applied to every file that matches, sources and artifacts alike. Its
/// actions are known when it is expanded; each has the file among its inputs.
struct FanOut: StageBuilder {
  let files: GlobSet
  /// The stage as it is declared for patterns instead of a file: what it may read and write.
  let sample: any StageBuilder
  /// The stage as it is declared with the references themselves: what people read.
  let written: any StageBuilder
  /// Declares the stage for one file.
  let declare: @Sendable (Variables.FileItem) throws(EngineError) -> any StageBuilder

  /// An action of the stage as it is declared for one file.
  private struct Job: Sendable {
    let builder: any StageBuilder
    let action: Action
  }

  var reads: [Glob] { files.includes + sample.reads.map(\.withPatternNames) }
  var writes: [Glob] { sample.writes.map(\.withPatternNames) }
  var uses: [(stage: StageName, place: Place)] { sample.uses }
  var asksWhatIsServed: Bool { sample.asksWhatIsServed }
  var canBeFrozen: Bool { sample.canBeFrozen }
  var details: StageDetails {
    var details = written.details
    details.items = files.texts
    return details
  }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    var expansion = Expansion()
    for file in try context.files(matching: files) {
      let name = ActionName(stage: context.stage, item: file.path.string)
      do throws(EngineError) {
        let builder = try declare(Variables.FileItem(path: file.path))
        let inner = try builder.expand(context)
        expansion.actions += inner.actions.map { action in
          let item = action.name.item.map { file.path.string + "@" + $0 } ?? file.path.string
          let action = action.reading(file, as: "item")
          let job = Job(builder: builder, action: action)
          return action.renamed(ActionName(stage: context.stage, item: item), job: job)
        }
        expansion.failures += inner.failures.map { (name, $0.error) }
      } catch {
        expansion.failures.append((name, error))
      }
    }
    return expansion
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    guard let job = action.job as? Job else { preconditionFailure("a fan-out's action has its job") }
    return try job.builder.build(job.action, in: context)
  }
}

extension Variables {
  /// What `${item.…}` has of a file.
  struct FileItem {
    private let parts: [(name: String, text: String)]

    init(path: RepoPath) {
      let name = path.name
      let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 == name.startIndex ? nil : $0 }
      parts = [
        ("path", path.string), ("dir", path.parent?.string ?? "."), ("name", name),
        ("stem", String(name[..<(dot ?? name.endIndex)])),
        ("ext", dot.map { String(name[name.utf8.index(after: $0)...]) } ?? ""),
      ]
    }

    /// Patterns for all the files of a set.
    init(anyOf files: GlobSet) {
      let patterns = files.texts.filter { !$0.hasPrefix("!") }
      let hasDepth = patterns.contains { $0.contains("**") }
      let pattern = patterns.count == 1 ? patterns[0] : hasDepth ? "**" : "{\(patterns.joined(separator: ","))}"
      parts = [("path", pattern), ("dir", "**"), ("name", "?*"), ("stem", "?*"), ("ext", "{?*,}")]
    }

    /// References to the parts, for people to read.
    static let asWritten = FileItem(
      parts: ["path", "dir", "name", "stem", "ext"].map { ($0, "${item.\($0)}") })

    private init(parts: [(name: String, text: String)]) { self.parts = parts }

    /// For fields that take patterns: every character means itself.
    var escaped: FileItem { FileItem(parts: parts.map { ($0.name, NamePattern.escaped($0.text)) }) }

    func node(at place: Place) -> YAMLNode {
      YAMLNode(
        content: .map(
          parts.map { ($0.name, place, YAMLNode(content: .scalar($0.text, .string($0.text)), place: place)) }),
        place: place)
    }

    var path: String { parts[0].text }
  }
}

extension Glob {
  /// A path that was made from patterns has `*` in its names: they are patterns again.
  fileprivate var withPatternNames: Glob {
    Glob(
      segments: segments.map { segment in
        guard case .literal(let name) = segment, name.utf8.contains(UInt8(ascii: "*")) else { return segment }
        return name == "**" ? .anyDepth : NamePattern(name).map(Segment.pattern) ?? segment
      })
  }
}

extension YAMLNode {
  /// `**` wants to stand alone in a pattern; it takes in the text beside it, which may be one name with what comes
  /// before or behind.
  var separatingDepths: YAMLNode {
    switch content {
    case .scalar(let text, .string):
      guard text.contains("**") else { return self }
      let names = nameParts(text).map { $0.contains("**") ? "**" : $0 }
      let separated = names.joined(separator: "/")
      return YAMLNode(content: .scalar(separated, .string(separated)), place: place)
    case .scalar: return self
    case .list(let items): return YAMLNode(content: .list(items.map(\.separatingDepths)), place: place)
    case .map(let entries):
      return YAMLNode(
        content: .map(
          entries.map { entry in
            let key = YAMLNode(content: .scalar(entry.key, .string(entry.key)), place: entry.place)
            return (key.separatingDepths.templateText, entry.place, entry.value.separatingDepths)
          }), place: place)
    }
  }
}
