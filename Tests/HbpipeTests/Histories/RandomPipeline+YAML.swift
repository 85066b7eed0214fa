extension RandomPipeline.Stage {
  var isCommand: Bool {
    switch self {
    case .images, .posts, .home, .feed, .static, .genCopy, .written, .writtenList, .raw, .thumbs, .partCopy: false
    case .bundle, .gen, .genSum, .write, .search, .parts, .words, .kinds, .grid, .mirror, .mirrorSum, .tuned, .model,
      .here, .kept, .deploy, .always:
      true
    }
  }

  /// A script that the stage's command runs where it stands, when its outputs are made: it fails, or waits.
  var mark: String { "src/marks/\(rawValue).sh" }
}

extension RandomPipeline {
  var yaml: String {
    ([
      "version: 1", "# comment \(comment)", "site: { title: \(title), url: https://r.example }",
      "vars: [\(values.variables), \(RandomValues.variablesFile)]", "pools: { few: 1 }", "stages:",
    ] + stages.map { "  \($0.rawValue): { \(declaration(of: $0)) }" }).joined(separator: "\n") + "\n"
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
    case .genCopy: "uses: copy, from: \"out/gen/**\", to: public/gen"
    case .written:
      "uses: page, from: \"out/posts/*.md\", to: \"public/written/{slug}.html\", \(template)\(images)"
    case .writtenList: "uses: list, of: written, to: public/written.html, template: src/theme/list.html"
    case .raw: "uses: copy, from: \"src/raw/*.png\", to: work/png"
    case .thumbs: "uses: image, from: \"work/png/*.png\", to: public/thumbs, \(sizes)"
    case .partCopy: "uses: copy, from: \"out/parts/*.part\", to: public/parts"
    default: command(stage)
    }
  }

  // MARK: Commands

  private func command(_ stage: Stage) -> String {
    switch stage {
    case .bundle:
      command(
        stage, "cat src/data/* > out/bundle.txt", "echo \(version) >> out/bundle.txt", deps: ["src/data"],
        outs: ["out/bundle.txt"])
    case .gen:
      command(
        stage, "sh src/gen.sh src/data out/gen \(version)", "mkdir -p out/gen/none",
        deps: ["src/gen.sh", "src/data"], outs: ["out/gen"])
    case .genSum:
      command(
        stage, "find out/gen -type f | LC_ALL=C sort | xargs sha256sum > public/gen.sum", deps: ["out/gen"],
        outs: ["public/gen.sum"])
    case .write:
      command(
        stage,
        """
        mkdir -p out/posts; for f in src/data/*; do n=\\${f##*/}; \
        printf "# %s\\n\\n" "$n" > "out/posts/\\${n%.*}.md"; cat "$f" >> "out/posts/\\${n%.*}.md"; done
        """, deps: ["src/data"], outs: ["out/posts"])
    case .search:
      command(
        stage, "find public/blog -type f | LC_ALL=C sort | xargs cat | sha256sum > public/search.txt",
        deps: ["public/blog"], outs: ["public/search.txt"])
    case .parts:
      command(
        stage,
        "for f in src/data/*; do n=\\${f##*/}; { cat \"$f\"; echo \(version); } > \"out/parts/\\${n%.*}.part\"; done",
        deps: ["src/data/*"], outs: ["out/parts/*.part"], version.isMultiple(of: 3) ? ["mode: 755"] : [])
    case .tuned:
      command(
        stage, RandomValues.reading.map { "\($0) >> out/tuned.txt" }.joined(separator: "; "), outs: ["out/tuned.txt"],
        more: ["params: \(RandomValues.parameters)"])
    case .model:
      command(
        stage, #"mkdir out/model; printf "%s\n" ${model} ${nest} "${lr}" > out/model/args"#,
        "echo \"${list[-1]}\" > out/model/last",
        outs: ["out/model"])
    case .here:
      command(
        stage, "cat * > ../../out/here.txt", deps: ["."], outs: ["../../out/here.txt"], below: "src/data", up: "../")
    case .kept:
      command(
        stage, "mkdir -p out/kept",
        "for f in out/kept/*; do [ -e \"src/data/\\${f##*/}\" ] || rm -f \"$f\"; done",
        """
        for f in src/data/*; do k="out/kept/\\${f##*/}"; \
        if ! cmp -s "$f" "$k" || [ -x "$k" ]; then rm -f "$k"; cat "$f" > "$k"; fi; done
        """, deps: ["src/data"], outs: ["out/kept"], ["persist: true"])
    case .deploy: command(stage, "cat src/data/* | sha256sum >> \"$HBPIPE_ROOT/../deployed\"", deps: ["src/data"])
    case .always:
      command(
        stage, "cat src/data/* | wc -c > out/always.txt", deps: ["src/data"], outs: ["out/always.txt"],
        more: ["always_changed: true"])
    default: generating(stage)
    }
  }

  /// Entries that stand for several commands.
  private func generating(_ stage: Stage) -> String {
    switch stage {
    case .words:
      "foreach: \(version.isMultiple(of: 2) ? "'${list}'" : values.list), do: { "
        + command(stage, "echo \"${item}\" \(version) > \"out/words/${item}.txt\"", outs: ["out/words/${item}.txt"])
        + " }"
    case .kinds:
      "foreach: '${shade}', do: { "
        + command(stage, "echo ${key} ${item.n} \"${item.s}\" > out/kinds/${key}", outs: ["out/kinds/${key}"]) + " }"
    case .grid:
      "matrix: { size: [1, 2], tone: \(list(tones)) }, "
        + command(
          stage, "echo ${item.size} ${item.tone} > \"out/grid/${key}.txt\"", outs: ["out/grid/${key}.txt"])
    case .mirror:
      "foreach: { glob: \"src/static/**\"\(excludes ? ", exclude: \"src/static/sub/**\"" : "") }, do: { "
        + command(
          stage, "tr a-m A-M < \"${item.path}\" > \"out/mirror/${item.dir}/${item.name}\"", deps: ["${item.path}"],
          outs: ["out/mirror/${item.path}"]) + " }"
    case .mirrorSum:
      "foreach: { glob: \"out/mirror/**\" }, do: { "
        + command(
          stage, "sha256sum < \"${item.path}\" > \"public/sums/${item.path}\"", deps: ["${item.path}"],
          outs: ["public/sums/${item.path}"]) + " }"
    default: preconditionFailure("\(stage) is no command")
    }
  }

  /// - Parameters:
  ///   - options: of each output.
  ///   - up: what leads from the directory where it runs to `src`.
  private func command(
    _ stage: Stage, _ lines: String..., deps: [String] = [], outs: [String] = [], _ options: [String] = [],
    more: [String] = [], below directory: String? = nil, up: String = "src/"
  ) -> String {
    let mark = up + stage.mark.dropFirst("src/".count)
    let marked = lines + ["if [ -e \(mark) ]; then . ./\(mark); fi"]
    let options = options + (uncached.contains(stage) ? ["cache: false"] : [])
    var fields = ["cmd: \(list(marked))", "deps: \(list(deps + [mark.replacing(".sh", with: ".*")]))"]
    if !outs.isEmpty {
      let written = outs.map { "\(quoted($0)): {\(options.joined(separator: ", "))}" }
      fields.append(
        "outs: " + (options.isEmpty ? list(outs) : "[\(written.map { "{\($0)}" }.joined(separator: ", "))]"))
    }
    if let directory { fields.append("wdir: \(directory)") }
    if sandboxed.contains(stage) { fields.append("sandbox: true") }
    if pooled.contains(stage) { fields.append("pool: few") }
    return (fields + more).joined(separator: ", ")
  }

  private func list(_ texts: [String]) -> String { "[\(texts.map(quoted).joined(separator: ", "))]" }

  private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
