extension PipelineSpec {
  /// The document with parameters set from outside it, as `--set id.name=value` does.
  ///
  /// A value is read as JSON if it is JSON that fits the parameter, else as text; of two settings
  /// of one parameter the later counts.
  /// - Parameter settings: `id.name=value`
  /// - Throws: ``OverrideError`` with all that is wrong with the settings
  public func overriding(_ settings: [String], in registry: StageRegistry) throws(OverrideError)
    -> PipelineSpec
  {
    var result = self
    var issues: [Issue] = []
    for setting in settings {
      do throws(OverrideError) {
        try result.set(setting, in: registry)
      } catch {
        issues += error.issues
      }
    }
    guard issues.isEmpty else { throw OverrideError(issues) }
    return result
  }

  private mutating func set(_ setting: String, in registry: StageRegistry) throws(OverrideError) {
    guard let equals = setting.firstIndex(of: "="),
      let dot = setting[..<equals].firstIndex(of: ".")
    else {
      throw OverrideError([Issue("must have the form id.name=value", at: "--set \(setting)")])
    }
    let place = "--set \(setting[..<equals])"
    let id = String(setting[..<dot])
    let name = String(setting[setting.index(after: dot)..<equals])
    let text = String(setting[setting.index(after: equals)...])
    guard let index = stages.firstIndex(where: { $0.id == id }) else {
      let ids = stages.compactMap(\.id)
      let hint = NearestName.hint(id, among: ids, listing: "there are")
      throw OverrideError([Issue("no stage has the id '\(id)'\(hint)", at: place)])
    }
    var candidates = [JSON.string(text)]
    if let json = try? JSONText(text) { candidates.insert(json.value, at: 0) }
    // An unknown stage is the document's mistake and the plan's to report.
    guard let definition = stages[index].use.flatMap(registry.definition) else {
      stages[index].with[name] = candidates[0]
      return
    }
    guard let parameter = definition.parameter(name) else {
      throw OverrideError([Issue(definition.unknown(name), at: place)])
    }
    guard let value = candidates.first(where: { parameter.issues(with: $0, at: .root).isEmpty })
    else {
      let issues = parameter.issues(with: candidates[0], at: .root)
      throw OverrideError(issues.map { Issue($0.message, at: place + $0.place) })
    }
    stages[index].with[name] = value
  }
}
