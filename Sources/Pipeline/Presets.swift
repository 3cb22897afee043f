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
}
