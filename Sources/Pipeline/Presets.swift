extension PipelineSpec {
  /// The names of the document's presets, sorted.
  public var presetNames: [String] { presets.keys.sorted() }

  /// The document with the parameters that its preset `name` sets: `{"fast": {"id": {"steps": 5}}}`.
  ///
  /// The plan checks the parameters themselves.
  /// - Throws: ``OverrideError`` where there is no such preset, or it names an entry that there is not
  public func applying(preset name: String) throws(OverrideError) -> PipelineSpec {
    guard let preset = presets[name] else {
      let hint = NearestName.hint(name, among: presetNames, listing: "there are")
      throw OverrideError([Issue("the document has no such preset\(hint)", at: "--preset \(name)")])
    }
    var result = self
    var issues: [Issue] = []
    let place = JSONPointer.root / "presets" / name
    guard case .object(let entries) = preset else {
      throw OverrideError([Issue("must be an object of ids, not \(preset.found)", at: place)])
    }
    for (id, settings) in entries.sorted(by: { $0.key < $1.key }) {
      guard let index = result.stages.firstIndex(where: { $0.id == id }) else {
        let hint = NearestName.hint(id, among: stages.compactMap(\.id), listing: "there are")
        issues.append(Issue("no stage has the id '\(id)'\(hint)", at: place / id))
        continue
      }
      guard case .object(let values) = settings else {
        issues.append(
          Issue("must be an object of parameters, not \(settings.found)", at: place / id))
        continue
      }
      result.stages[index].with.merge(values) { _, new in new }
    }
    guard issues.isEmpty else { throw OverrideError(issues) }
    return result
  }

  /// What is wrong with this document, to which the preset `name` was applied: in the preset where that set it.
  public func placing(_ error: PipelineError, in name: String) -> PipelineError {
    PipelineError(error.issues.map { placing($0, in: name) })
  }

  private func placing(_ issue: Issue, in name: String) -> Issue {
    let parts = issue.place.split(separator: "/", maxSplits: 4)
    guard case .object(let entries)? = presets[name], parts.count > 3, parts[0] == "stages",
      parts[2] == "with", let index = Int(parts[1]), stages.indices.contains(index)
    else { return issue }
    let key = String(parts[3]).replacing("~1", with: "/").replacing("~0", with: "~")
    guard let id = stages[index].id, case .object(let values)? = entries[id],
      let value = values[key], value == stages[index].with[key]
    else { return issue }
    let place = JSONPointer.root / "presets" / name / id / key
    let rest = parts.dropFirst(4).map { "/\($0)" }.joined()
    return Issue(issue.message, at: place.description + rest)
  }
}
