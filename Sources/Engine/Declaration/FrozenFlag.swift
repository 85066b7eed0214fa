/// `frozen: true` in `pipeline.yaml`, set and taken away for `hbpipe freeze` and `unfreeze`.
package enum FrozenFlag {
  /// - Parameter entry: an entry of `stages:`.
  /// - Returns: the file's new text; the same one where there is nothing to change.
  /// - Throws: `EngineError.unknownTarget`, `.invalid` where the file cannot be changed without a person.
  package static func set(_ isFrozen: Bool, of entry: String, in text: String) throws(EngineError) -> String {
    let root = try YAMLNode.parse(text, file: PipelineFile.fileName)
    guard let stages = root.entry("stages")?.value, case .map(let entries) = stages.content,
      let stage = entries.first(where: { $0.key == entry })
    else {
      var names: [String] = []
      if case .map(let entries)? = root.entry("stages")?.value.content { names = entries.map(\.key) }
      throw .unknownTarget(entry, nearest: nearMiss(entry, among: names))
    }
    let body = stage.value.entry("do")?.value ?? stage.value
    if (body.entry("frozen")?.value.value ?? .bool(false)) == .bool(isFrozen) { return text }

    for edited in ways(to: isFrozen, body, YAMLText(text)) {
      if isRight(edited.text, isFrozen, entry, before: root.value) { return edited.text }
    }
    throw .invalid(
      stage.place, "`\(entry)` is written in a way that cannot be changed here",
      hint: "write `frozen: \(isFrozen)` into the stage by hand")
  }

  /// What may do it, the most natural first.
  private static func ways(to isFrozen: Bool, _ body: YAMLNode, _ text: YAMLText) -> [YAMLText] {
    func trying(_ change: (inout YAMLText) -> Bool) -> YAMLText? {
      var edited = text
      return change(&edited) ? edited : nil
    }
    guard let old = body.entry("frozen"), case .scalar(let written, _) = old.value.content else {
      return [trying { $0.insert("frozen: true", intoMapAt: body) }].compactMap(\.self)
    }
    let removed = isFrozen ? nil : trying { $0.remove(entryAt: old.place, before: body.entry(after: "frozen")?.place) }
    let replaced = trying { $0.replace(written, at: old.value.place, with: String(isFrozen)) }
    return [removed, replaced].compactMap(\.self)
  }

  /// Whether the flag, and nothing else, has changed.
  private static func isRight(_ text: String, _ isFrozen: Bool, _ entry: String, before: Value) -> Bool {
    guard let after = (try? YAMLNode.parse(text, file: PipelineFile.fileName))?.value,
      let stage = after["stages"]?[entry]
    else { return false }
    let flag = (stage["do"] ?? stage)["frozen"] ?? .bool(false)
    return flag == .bool(isFrozen) && withoutFlag(after, entry) == withoutFlag(before, entry)
  }

  private static func withoutFlag(_ root: Value, _ entry: String) -> Value {
    guard var map = root.map, var stages = root["stages"]?.map, var stage = stages[entry]?.map else { return root }
    if var body = stage["do"]?.map {
      body["frozen"] = nil
      stage["do"] = .map(body)
    }
    stage["frozen"] = nil
    stages[entry] = .map(stage)
    map["stages"] = .map(stages)
    return .map(map)
  }
}
