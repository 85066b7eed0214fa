import Engine
import Store

/// The values of a file that a stage names: only they enter its key, so other values may change freely.
struct ParameterValues {
  let components: [KeyComponent]

  /// - Throws: `EngineError.invalid` for a file or a name that is not there.
  init(_ parameters: CommandDeclaration.Parameters, _ context: ExpansionContext) throws(EngineError) {
    guard let document = try context.document(at: parameters.file) else {
      throw .unmet(
        parameters.place, "\(parameters.file) does not exist, and stage `\(context.stage)` reads parameters from it")
    }
    let values = try document.parameters(parameters.names, of: parameters.file, at: parameters.place)
    components = values.map { name, value in
      KeyComponent(.parameter, "\(parameters.file.string):\(name)", value.value.canonical)
    }
  }
}
