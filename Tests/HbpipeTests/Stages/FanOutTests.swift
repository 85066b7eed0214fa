import Testing

/// `foreach: {glob: …}`: a stage that is applied to every file that matches.
struct FanOutTests {
  private static let stage = """
    up:
      foreach: { glob: "src/**/*.txt" }
      do: { cmd: "tr a-z A-Z < ${item.path} > made/${item.stem}.up", outs: ["made/${item.stem}.up"] }
    """
  private static let files = ["src/a.txt": "a", "src/deep/b.txt": "b", "src/c.md": "c"]

  @Test func eachFile_isAnAction_withoutBeingNamedInDeps() throws {
    let space = try Space.built(Self.stage, files: Self.files)
    #expect(space.files(below: "made") == ["a.up", "b.up"] && space.text("made/b.up") == "B")
    try space.write("src/deep/b.txt", "bb")
    #expect(try space.ran() == ["up@src/deep/b.txt"])
    #expect(space.text("made/b.up") == "BB")
    try space.write("src/c.md", "cc")
    #expect(try space.repro().didNothing)
  }

  @Test func aNewFile_isOneActionMore() throws {
    let space = try Space.built(Self.stage, files: Self.files)
    try space.write("src/new.txt", "n")
    let report = try space.repro()
    #expect(report.ran == 1 && report.upToDate == 2 && space.text("made/new.up") == "N", "\(report)")
  }

  @Test func aDeletedFile_takesItsArtifactAlong() throws {
    let space = try Space.built(Self.stage, files: Self.files)
    try space.remove("src/deep")
    let report = try space.repro()
    #expect(report.ran == 0 && report.upToDate == 1 && report.removed == ["made/b.up"], "\(report)")
    #expect(space.files(below: "made") == ["a.up"] && space.lockLines.count == 1)
    try space.write("src/deep/b.txt", "b")
    #expect(try space.repro().restored == 1)
  }

  @Test func noFileAtAll_isNoActionAtAll() throws {
    let space = try Space.of(Self.stage)
    #expect(try space.repro().didNothing)
  }

  @Test func item_hasAllPartsOfThePath() throws {
    let space = try Space.built(
      """
      parts:
        foreach: { glob: ["src/**", "top*"] }
        do:
          cmd: echo "${item.path}|${item.dir}|${item.name}|${item.stem}|${item.ext}|${key}" > "made/${item.name}"
          outs: ["made/${item.name}"]
      """, files: ["src/deep/a.tar.gz": "", "top": "", "src/.hidden": "", "src/with space.txt": ""])
    #expect(space.text("made/a.tar.gz") == "src/deep/a.tar.gz|src/deep|a.tar.gz|a.tar|gz|src/deep/a.tar.gz\n")
    #expect(space.text("made/top") == "top|.|top|top||top\n")
    #expect(space.text("made/.hidden") == "src/.hidden|src|.hidden|.hidden||src/.hidden\n")
    #expect(
      space.text("made/with space.txt")?.hasPrefix("src/with space.txt|src|with space.txt|with space|txt") == true)
  }

  @Test func exclude_takesFilesAway() throws {
    let space = try Space.built(
      """
      copy:
        foreach: { glob: ["src/*", "!src/b*"], exclude: "src/c*" }
        do: { cmd: "cp ${item.path} made/${item.name}", outs: ["made/${item.name}"] }
      """, files: ["src/a": "1", "src/b": "2", "src/c": "3"])
    #expect(space.files(below: "made") == ["a"])
  }

  @Test func deps_areSharedByAllActions() throws {
    let space = try Space.built(
      """
      up:
        foreach: { glob: "src/*.txt" }
        do: { cmd: "sh up.sh ${item.path} > made/${item.stem}", deps: [up.sh], outs: ["made/${item.stem}"] }
      """, files: ["src/a.txt": "a", "src/b.txt": "b", "up.sh": "cat $1"])
    try space.write("up.sh", "cat $1 $1")
    #expect(try space.ran() == ["up@src/a.txt", "up@src/b.txt"])
    #expect(space.text("made/b") == "bb")
  }

  @Test func anotherStagesOutputs_areFilesToo() throws {
    let space = try Space.built(
      """
      last: { cmd: cat upper/* > all, deps: [upper], outs: [all] }
      up:
        foreach: { glob: "made/*" }
        do: { cmd: "tr a-z A-Z < ${item.path} > upper/${item.name}", outs: ["upper/${item.name}"] }
      make: { cmd: mkdir made; for n in $(cat names); do echo $n > made/$n; done, deps: [names], outs: [made] }
      """, files: ["names": "a b"])
    #expect(space.text("all") == "A\nB\n")
    try space.write("names", "b c")
    let run = try space.explainedRepro()
    #expect(run.code == 0 && run.ran == ["make", "up@made/c", "last"], "\(run)")
    #expect(space.files(below: "upper") == ["b", "c"] && space.text("all") == "B\nC\n")
  }

  @Test func outputsBesideTheSources_areNoFurtherFiles() throws {
    let space = try Space.built(
      """
      up:
        foreach: { glob: "src/*.txt" }
        do: { cmd: "tr a-z A-Z < ${item.path} > src/${item.stem}.up.txt", outs: ["src/${item.stem}.up.txt"] }
      """, files: ["src/a.txt": "a"])
    #expect(try space.repro().didNothing)
    #expect(space.files(below: "src") == ["a.txt", "a.up.txt"])
  }

  @Test func filesOfOtherKindsInTheSameDirectory_areNoCycle() throws {
    let space = try Space.built(
      """
      pages:
        foreach: { glob: "src/*.md" }
        do: { cmd: "cp ${item.path} src/${item.stem}.html", outs: ["src/${item.stem}.html"] }
      styles:
        foreach: { glob: "src/*.scss" }
        do: { cmd: "cp ${item.path} src/${item.stem}.css", outs: ["src/${item.stem}.css"] }
      """, files: ["src/a.md": "1", "src/b.scss": "2"])
    #expect(space.text("src/a.html") == "1" && space.text("src/b.css") == "2")
    #expect(try space.repro().didNothing)
    #expect(try !space.run("dag").output.contains("←"), "neither reads what the other makes")
  }

  @Test func otherBuilders_canBeAppliedToFilesToo() throws {
    let stage = """
      posts:
        foreach: { glob: "src/*/post.md" }
        do: { uses: copy, from: "${item.dir}/*.png", to: "public/${item.dir}" }
      """
    let space = try Space.built(
      stage, files: ["src/a/post.md": "1", "src/a/1.png": "x", "src/b/post.md": "2", "src/b/2.png": "y"])
    #expect(space.files(below: "public") == ["src/a/1.png", "src/b/2.png"])
    try space.write("src/b/3.png", "z")
    let report = try space.repro()
    #expect(report.ran == 1 && report.upToDate == 2, "\(report)")
    try space.remove("src/a/post.md")
    #expect(try space.repro().removed == ["public/src/a/1.png"])
  }

  @Test func twoFilesWithOneOutput_areRefused_withBothNames() throws {
    let space = try Space.of(Self.stage, files: ["src/a.txt": "1", "src/deep/a.txt": "2"])
    let run = try space.run("repro")
    #expect(run.code == 2 && run.errors.contains("two actions would make made/a.up"), "\(run)")
    #expect(run.errors.contains("up@src/a.txt") && run.errors.contains("up@src/deep/a.txt"), "\(run)")
    #expect(!space.exists("made"))
  }

  @Test func aFileNamedLikeAPattern_isAFile() throws {
    let space = try Space.built(
      """
      copy:
        foreach: { glob: "src/*" }
        do: { cmd: "cp '${item.path}' 'made/${item.name}'", deps: ["${item.path}"], outs: ["made/${item.name}"] }
      """, files: ["src/a[1].txt": "1", "src/a1.txt": "2", "src/{b,c}.txt": "3", "src/what?.txt": "4"])
    #expect(space.files(below: "made") == ["a1.txt", "a[1].txt", "what?.txt", "{b,c}.txt"])
    #expect(space.text("made/a[1].txt") == "1" && space.text("made/what?.txt") == "4")
    #expect(try space.repro().didNothing)
    try space.write("src/a1.txt", "5")
    #expect(try space.ran() == ["copy@src/a1.txt"])
  }

  @Test func everyFieldOfACommand_worksBelowDo() throws {
    let space = try Space.built(
      """
      make:
        foreach: { glob: "src/*.txt" }
        do:
          wdir: src
          sandbox: true
          params: [../params.yaml: [rate]]
          cmd: cat "${item.name}" ../params.yaml > "../made/${item.stem}"
          outs: ["../made/${item.stem}": {mode: 755}]
      """, files: ["src/a.txt": "a\n", "src/b.txt": "b\n", "params.yaml": "rate: 1\n"])
    #expect(space.text("made/a") == "a\nrate: 1\n" && space.isExecutable("made/b"))
    try space.write("params.yaml", "rate: 2\n")
    #expect(try space.ran() == ["make@src/a.txt", "make@src/b.txt"])
  }
}
