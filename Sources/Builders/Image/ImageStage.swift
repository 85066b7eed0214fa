import Engine
import ImageWire
import Posix
import Store

/// A declared image stage. Vector images and animations are passed through; every other source becomes
/// variants and a fallback, from one decode.
struct ImageStage: StageBuilder {
  let stage: StageName
  let sources: GlobSet
  let target: RepoPath
  let siteRoot: RepoPath
  let options: ImageOptions
  let workers: ImageWorkers

  /// What is known of a source beyond its digest.
  enum Facts: Codable, Sendable {
    case raster(ImageHeader)
    case vector(SVGHeader)
  }

  private enum Job: Sendable {
    case passThrough
    /// Widths falling, as the worker wants them.
    case render([(role: String, width: Int, encoding: Encoding)])
  }

  var reads: [Glob] { sources.includes }
  var writes: [Glob] { [Glob(below: target)] }
  var uses: [(stage: StageName, place: Place)] { [] }

  func expand(_ context: ExpansionContext) throws(EngineError) -> Expansion {
    workers.warmUp()
    let files = try context.files(matching: sources)
    var table = VariantTable(bases: Array(Set(sources.includes.compactMap(\.base))).sorted())
    var expansion = Expansion()
    guard !files.isEmpty else {
      expansion.export = table
      return expansion
    }
    let greeting = try workers.greeting()
    for library in greeting.libraries { context.depend(onTool: library) }
    let builder = KeyComponent(
      .builder, "image",
      "1 " + greeting.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))

    let kind = "image 1, libvips \(greeting.versions["libvips"] ?? "")"
    let facts = context.facts(kind, of: files) { [workers, tree = context.tree] file, location throws(EngineError) in
      try Self.facts(of: file, at: location, in: tree, workers)
    }
    var seen: Set<String> = []
    for (file, facts) in zip(files, facts) {
      let name = ActionName(stage: stage, item: file.path.string)
      do throws(EngineError) {
        let (action, variants) = try action(name, file, try facts.get(), builder)
        table.entries[file.path] = .variants(variants)
        // The same picture under two names that differ in their extension only is one picture.
        if seen.insert(variants.fallback.url).inserted { expansion.actions.append(action) }
      } catch {
        table.entries[file.path] = .unusable
        expansion.failures.append((name, error))
      }
    }
    expansion.export = table
    return expansion
  }

  private static func facts(
    of file: InputFile, at location: String, in tree: WorkTree, _ workers: ImageWorkers
  ) throws(EngineError) -> Facts {
    if file.digest.size == 0 { throw .input(file.path, "is empty") }
    if file.path.pathExtension == "svg" {
      let bytes = try system { () throws(PosixError) in try tree.readAll(location) }
      guard let header = SVGHeader(bytes) else { throw .input(file.path, "is no SVG: it has no <svg> element") }
      return .vector(header)
    }
    do throws(EngineError) {
      guard case .probed(let header) = try workers.send(.probe(path: location)) else {
        throw .builder("the image worker answered another question")
      }
      return .raster(header)
    } catch {
      guard case .builder(let words, _) = error else { throw error }
      throw .input(file.path, "is no image that can be read: \(words)")
    }
  }

  private func action(
    _ name: ActionName, _ file: InputFile, _ facts: Facts, _ builder: KeyComponent
  ) throws(EngineError) -> (Action, ImageVariants) {
    let source = KeyComponent(.input, "source", file.digest.hex)
    let relative = sources.relative(file.path)
    let directory = RepoPath(relative)?.parent.map { target.appending($0.string) } ?? target
    func path(_ key: ActionKey, _ suffix: String) -> RepoPath {
      directory.appending("\(file.path.stem).\(key.short)\(suffix)")
    }
    func url(_ path: RepoPath) -> String { URLPath.of(path, below: siteRoot) }

    switch facts {
    case .raster(let header) where header.frames == 1 || ![.gif, .webp].contains(header.family):
      let components =
        [builder] + options.components.map { KeyComponent(.option, $0.name, $0.value) } + [source]
      let key = ActionKey(components)
      let plan = VariantPlan(header, options)
      let slots = plan.variants.map { (role: $0.role, path: path(key, $0.suffix)) }
      let made = zip(plan.variants, slots).map { variant, slot in
        ImageVariants.Variant(
          url: url(slot.path), mediaType: variant.encoding.mediaType, width: variant.width, height: variant.height)
      }
      let action = Action(
        name: name, components: components, inputs: [file.path], outputs: .known(slots),
        job: Job.render(plan.variants.map { ($0.role, $0.width, $0.encoding) }))
      let sources = plan.sources.map { places in places.map { made[$0] } }
      let variants = ImageVariants(
        width: header.width, height: header.height, sources: sources, fallback: made[plan.fallback])
      return (action, variants)

    case .raster(let header):
      return passThrough(header.width, header.height, "image/" + header.family.rawValue)
    case .vector(let header):
      return passThrough(header.width, header.height, "image/svg+xml")
    }

    func passThrough(_ width: Int?, _ height: Int?, _ mediaType: String) -> (Action, ImageVariants) {
      let components = [KeyComponent(.builder, "image, passed through", "1"), source]
      let place = path(ActionKey(components), "." + file.path.pathExtension)
      let action = Action(
        name: name, components: components, inputs: [file.path],
        outputs: .known([("original", place)]), job: Job.passThrough)
      let fallback = ImageVariants.Variant(
        url: url(place), mediaType: mediaType, width: width ?? 0, height: height ?? 0)
      return (action, ImageVariants(width: width, height: height, sources: [], fallback: fallback))
    }
  }

  func build(_ action: Action, in context: BuildContext) throws(EngineError) -> [BuiltOutput] {
    guard let job = action.job as? Job, let source = action.inputs.first else {
      preconditionFailure("an image action has an image job")
    }
    switch job {
    case .passThrough: return [.copy(role: "original", of: source, isExecutable: false)]
    case .render(let variants):
      let files = variants.map { (role: $0.role, path: context.temporaryPath() + "." + $0.encoding.fileExtension) }
      let requests = zip(variants, files).map {
        VariantRequest(output: $1.path, width: $0.width, encoding: $0.encoding)
      }
      do throws(EngineError) {
        _ = try workers.send(
          .render(path: source.string, variants: requests), cancellation: context.cancellation)
      } catch {
        if context.cancellation.isRequested { throw .cancelled }
        for file in files { try? context.tree.remove(file.path) }
        guard case .builder(let words, _) = error else { throw error }
        throw .input(source, "cannot be decoded: \(words)", hint: "replace the file, or exclude it from the stage")
      }
      return files.map { .file(role: $0.role, path: $0.path) }
    }
  }
}
