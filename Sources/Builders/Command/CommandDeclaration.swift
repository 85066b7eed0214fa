import Engine
import Store

/// What `pipeline.yaml` says of a command stage, its paths turned into the project's.
struct CommandDeclaration: Sendable {
  struct Dependency: Sendable {
    enum Extent: Sendable {
      /// A file, or a directory with all that is in it.
      case path(RepoPath)
      case pattern(Glob)
    }

    let extent: Extent
    let place: Place

    var globs: [Glob] {
      switch extent {
      case .path(let path): [Glob(exactly: path), Glob(below: path)]
      case .pattern(let pattern): [pattern]
      }
    }
  }

  /// Values of one file that enter the key.
  struct Parameters: Sendable {
    let file: RepoPath
    /// Dotted paths; nil: the whole file.
    var names: [String]?
    let place: Place
  }

  /// A variable that the command is started with.
  struct Variable: Sendable {
    let name: String
    /// nil: the one that hbpipe was started with.
    let value: String?
  }

  /// Each is a script for a shell of its own, run one after the other until one fails: the items of a list, or the
  /// lines of a text.
  let lines: [String]
  /// `wdir`: where they run, and what paths start from; nil: the project's top.
  let directory: RepoPath?
  let directoryPlace: Place
  let dependencies: [Dependency]
  let parameters: [Parameters]
  let variables: [Variable]
  let outputs: [DeclaredOutput]
  /// Seconds.
  let timeout: Double?
  /// How often a failing command is tried again.
  let retries: Int
  let isSandboxed: Bool

  /// - Throws: `EngineError.invalid`, `.cycle`.
  init(_ options: OptionReader, stage: StageName) throws(EngineError) {
    let written = try options.strings("cmd").map(\.text)
    var lines = written
    if options.node("cmd")?.isScalar == true {
      lines = written.flatMap(Self.lines)
    }
    guard !lines.allSatisfy(Self.isBlank) else {
      throw .invalid(options.placeOf("cmd"), "`cmd` of stage `\(stage)` is empty")
    }
    self.lines = lines
    let wdir = options.node("wdir")?.value == .null ? nil : try options.string("wdir")
    directoryPlace = options.placeOf("wdir")
    directory =
      try wdir.map { (text) throws(EngineError) in
        try OptionReader.directory(text, at: options.placeOf("wdir"), "wdir")
      } ?? nil
    dependencies = try Self.dependencies(options, in: directory)
    // What DVC shows as metrics and plots are outputs like others here.
    var outputs: [DeclaredOutput] = []
    for key in ["outs", "metrics", "plots"] { outputs += try Self.outputs(options, key, in: directory) }
    self.outputs = outputs
    parameters = try Self.parameters(options, in: directory)
    variables = try Self.variables(options)
    timeout = try options.string("timeout").map { (text) throws(EngineError) in
      guard let seconds = Self.seconds(text) else {
        throw .invalid(
          options.placeOf("timeout"), "`timeout`: `\(text)` is no duration", hint: "write 90, 90s, 15m or 2h")
      }
      return seconds
    }
    retries = try options.integer("retries", in: 0...100) ?? 0
    isSandboxed = try options.bool("sandbox") ?? false

    for (position, output) in outputs.enumerated() {
      if let other = outputs[..<position].first(where: output.overlaps) {
        throw .invalid(
          output.place, "`outs` of stage `\(stage)`: \(output.text) overlaps with \(other.text), at \(other.place)",
          hint: "every file belongs to one output")
      }
    }
    for dependency in dependencies {
      guard case .path(let path) = dependency.extent else { continue }
      if outputs.contains(where: { output in output.root.map { path == $0 || path.isInside($0) } ?? false }) {
        throw .cycle([stage, stage], dependency.place)
      }
    }
    if isSandboxed, let output = outputs.first(where: \.persists) {
      throw .invalid(
        output.place, "an output of a command in a sandbox cannot persist: the sandbox is new every time")
    }
  }

  /// The lines of a text as Python's `splitlines` has them, which is how DVC takes a command apart.
  private static func lines(_ text: String) -> [String] {
    let ends: Set<Unicode.Scalar> = [
      "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]
    let scalars = replacingBytes(text, "\r\n", with: "\n").unicodeScalars
    var lines = scalars.split(omittingEmptySubsequences: false, whereSeparator: ends.contains).map { String($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  static func isBlank(_ line: String) -> Bool { line.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

  // MARK: Fields

  private static func dependencies(
    _ options: OptionReader, in directory: RepoPath?
  ) throws(EngineError) -> [Dependency] {
    var dependencies: [Dependency] = []
    for (text, place) in try options.strings("deps") {
      if Glob.isPattern(text) {
        dependencies += try Glob.parse(text, in: directory, at: place, key: "deps").map { glob in
          Dependency(extent: glob.onlyPath.map { .path($0) } ?? .pattern(glob), place: place)
        }
      } else {
        let path = try OptionReader.path(text, in: directory, at: place, "deps")
        dependencies.append(Dependency(extent: .path(path), place: place))
      }
    }
    return dependencies
  }

  /// `PATH`, or `PATH: {cache: false, persist: true, mode: 755, desc: …}`.
  private static func outputs(
    _ options: OptionReader, _ key: String, in directory: RepoPath?
  ) throws(EngineError) -> [DeclaredOutput] {
    guard let node = options.node(key) else { return [] }
    var items = [node]
    if case .list(let list) = node.content { items = list }
    var outputs: [DeclaredOutput] = []
    for item in items {
      switch item.content {
      case .scalar(let text, let value) where value != .null:
        outputs += try self.outputs(text, at: item.place, nil, in: directory)
      case .map(let entries):
        for (text, place, body) in entries {
          let options = body.value == .null ? nil : try OptionReader(body, subject: "output `\(text)`")
          outputs += try self.outputs(text, at: place, options, in: directory)
        }
      default: throw .invalid(item.place, "`\(key)` has to be paths, not \(item.kindName)")
      }
    }
    return outputs
  }

  /// For people and other programs, such as how DVC draws a plot.
  private static let outputNotes = [
    "desc", "type", "labels", "meta", "template", "x", "y", "x_label", "y_label", "title", "header",
  ]

  private static func outputs(
    _ text: String, at place: Place, _ options: OptionReader?, in directory: RepoPath?
  ) throws(EngineError) -> [DeclaredOutput] {
    let isCached = try options?.bool("cache") ?? true
    let persists = try options?.bool("persist") ?? false
    let mode = try options?.string("mode")
    for note in outputNotes { _ = options?.node(note) }
    try options?.finish()
    let kind = try mode.map { (text) throws(EngineError) -> ActionOutput.Kind in
      switch text {
      case "644", "0644", "0o644": return .file
      case "755", "0755", "0o755": return .executable
      default:
        throw .invalid(
          options?.placeOf("mode") ?? place, "`mode` has to be 644, a file, or 755, an executable, not `\(text)`")
      }
    }
    func output(_ extent: DeclaredOutput.Extent) -> DeclaredOutput {
      DeclaredOutput(extent, text: text, place: place, isCached: isCached, persists: persists, kind: kind)
    }
    guard Glob.isPattern(text) else {
      let path = try OptionReader.path(text, in: directory, at: place, "outs")
      try OptionReader.refuseReserved(path, at: place, "outs")
      return [output(.path(path))]
    }
    var outputs: [DeclaredOutput] = []
    for glob in try Glob.parse(text, in: directory, at: place, key: "outs") {
      if let path = glob.onlyPath { try OptionReader.refuseReserved(path, at: place, "outs") }
      outputs.append(output(glob.onlyPath.map { .path($0) } ?? .pattern(glob)))
    }
    return outputs
  }

  /// `NAME` of params.yaml, or `FILE: [NAME, …]`; `FILE:` alone means all of it.
  private static func parameters(
    _ options: OptionReader, in directory: RepoPath?
  ) throws(EngineError) -> [Parameters] {
    guard let node = options.node("params") else { return [] }
    guard case .list(let items) = node.content else {
      throw .invalid(node.place, "`params` has to be a list, not \(node.kindName)", hint: "for example: params: [lr]")
    }
    var parameters: [Parameters] = []
    func add(_ file: String, _ names: [String]?, at place: Place) throws(EngineError) {
      let path = try OptionReader.path(file, in: directory, at: place, "params")
      guard let position = parameters.firstIndex(where: { $0.file == path }) else {
        parameters.append(Parameters(file: path, names: names, place: place))
        return
      }
      // All of a file has its parts, too.
      parameters[position].names = parameters[position].names.flatMap { known in
        names.map { known + $0.filter { !known.contains($0) } }
      }
    }
    for item in items {
      switch item.content {
      case .scalar(let name, let value) where value != .null:
        try add(defaultParametersFile, [name], at: item.place)
      case .map(let entries):
        for entry in entries {
          switch entry.value.content {
          case .scalar(_, .null): try add(entry.key, nil, at: entry.place)
          case .list(let names) where names.allSatisfy(\.isScalar):
            try add(entry.key, names.isEmpty ? nil : names.map(\.templateText), at: entry.place)
          default:
            throw .invalid(
              entry.value.place, "`params`: \(entry.key) takes a list of names, or nothing for the whole file")
          }
        }
      default: throw .invalid(item.place, "`params` has to be names, and files with names, not \(item.kindName)")
      }
    }
    return parameters
  }

  private static let defaultParametersFile = "params.yaml"

  /// `[NAME, …]` of hbpipe's own environment, or `{NAME: value}`; there, no value means hbpipe's own.
  private static func variables(_ options: OptionReader) throws(EngineError) -> [Variable] {
    guard let node = options.node("env") else { return [] }
    var variables: [Variable] = []
    func add(_ name: String, _ value: String?, at place: Place) throws(EngineError) {
      let isName = name.utf8.first.map { !(48...57).contains($0) } ?? false
      guard isName, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
        throw .invalid(place, "`env`: `\(name)` is no variable's name")
      }
      variables.append(Variable(name: name, value: value))
    }
    switch node.content {
    case .list, .scalar:
      for (name, place) in try options.strings("env") { try add(name, nil, at: place) }
    case .map(let entries):
      for entry in entries {
        guard case .scalar(_, let value) = entry.value.content else {
          throw .invalid(entry.value.place, "`env`: \(entry.key) has to be a single value, not \(entry.value.kindName)")
        }
        try add(entry.key, value == .null ? nil : entry.value.templateText, at: entry.place)
      }
    }
    return variables
  }

  /// `90`, `90s`, `15m`, `2h`.
  private static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text[...] : text.dropLast()), number > 0, number.isFinite else {
      return nil
    }
    return number * (unit ?? 1)
  }
}
