/// Checks the entries of a document one after the other and gathers what is wrong with them.
struct Planner {
  private(set) var steps: [Plan.Step] = []
  private(set) var issues: [Issue]

  private let entries: [PipelineSpec.Entry]
  private let registry: StageRegistry
  /// The first entry of every id.
  private let entryOfID: [String: Int]
  /// The last output of every type of artifact, to suggest for an input that is not connected.
  private var lastOutput: [ObjectIdentifier: String] = [:]
  /// Whether an entry before the one being planned has no id that could be referred to.
  private var hasNamelessEntry = false

  init(_ spec: PipelineSpec, registry: StageRegistry) {
    issues = spec.issues
    entries = spec.stages
    self.registry = registry
    entryOfID = Dictionary(
      spec.stages.enumerated().compactMap { index, entry in entry.id.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Checks the entry at `index`, all earlier ones being checked.
  mutating func plan(_ index: Int) {
    let entry = entries[index]
    let place = JSONPointer.root / "stages" / index
    issues += entry.issues
    if let id = entry.id { check(id, of: index, at: place / "id") }
    if let use = entry.use {
      if let definition = registry.definition(of: use) {
        plan(definition, entry, index, at: place)
      } else {
        issues.append(Issue(registry.unknown(use), at: place / "use"))
      }
    }
    if entry.id == nil { hasNamelessEntry = true }
  }

  private mutating func check(_ id: String, of index: Int, at place: JSONPointer) {
    if id.wholeMatch(of: /[a-z][a-z0-9-]*/) == nil {
      let rule = "lower-case letters, digits and hyphens, a letter first"
      issues.append(Issue("an id must be \(rule), not \(JSON.string(id).found)", at: place))
    }
    if let first = entryOfID[id], first < index {
      issues.append(Issue("'\(id)' is the id of /stages/\(first) already", at: place))
    }
  }

  private mutating func plan(
    _ definition: StageDefinition, _ entry: PipelineSpec.Entry, _ index: Int, at place: JSONPointer
  ) {
    let sources = connect(definition.type, entry, index, at: place / "from")
    do throws(PipelineError) {
      let stage = try definition.stage(with: entry.with, at: place / "with")
      // With an id missing there is an issue already, and no plan to put the step into.
      steps.append(
        Plan.Step(id: entry.id ?? "", place: place, stage: stage, sources: sources))
    } catch {
      issues += error.issues
    }
    guard let id = entry.id else { return }
    for port in definition.type.outputs {
      lastOutput[ObjectIdentifier(port.artifact)] = "\(id).\(port.name)"
    }
  }

  /// Finds the output that feeds each input of a stage.
  private mutating func connect(
    _ type: any Stage.Type, _ entry: PipelineSpec.Entry, _ index: Int, at place: JSONPointer
  ) -> [String: Plan.Source] {
    guard let from = entry.from else { return [:] }
    let names = type.inputs.map(\.name)
    var sources: [String: Plan.Source] = [:]
    var given = Set(from.keys)
    for (name, address) in from.sorted(by: { $0.key < $1.key }) {
      if let port = type.inputs.first(where: { $0.name == name }) {
        do throws(Issue) {
          sources[name] = try source(address, for: port, of: index, at: place / name)
        } catch {
          issues.append(error)
        }
      } else {
        let hint = NearestName.hint(name, among: names, listing: "it has")
        let what = names.isEmpty ? "takes no inputs" : "has no input '\(name)'\(hint)"
        issues.append(Issue("\(type.name) \(what)", at: place / name))
        // The input that was meant is not missing as well.
        if let meant = NearestName.of(name, among: names) { given.insert(meant) }
      }
    }
    for port in type.inputs where !port.isOptional && !given.contains(port.name) {
      let example = lastOutput[ObjectIdentifier(port.artifact)].map { ", such as \"\($0)\"" } ?? ""
      let message = "\(type.name) needs an input '\(port.name)' of \(port.kind)\(example)"
      issues.append(Issue(message, at: place))
    }
    return sources
  }

  /// The output that `address` names; nothing where it is one of a stage that is an issue already.
  private func source(
    _ address: JSON, for port: any AnyPort, of index: Int, at place: JSONPointer
  ) throws(Issue) -> Plan.Source? {
    guard case .string(let text) = address, let dot = text.firstIndex(of: ".") else {
      let hint = likelyAddress(address, for: port, of: index)
      throw Issue("must be text like \"id.port\", not \(address.found)\(hint)", at: place)
    }
    let id = String(text[..<dot])
    let name = String(text[text.index(after: dot)...])
    guard let step = entryOfID[id], step < index else {
      if let message = unknown(id, before: index) { throw Issue(message, at: place) }
      return nil
    }
    guard let type = entries[step].use.flatMap(registry.definition)?.type else { return nil }
    guard let output = type.outputs.first(where: { $0.name == name }) else {
      let names = type.outputs.map(\.name)
      let hint = NearestName.hint(name, among: names, listing: "it has")
      let what = names.isEmpty ? "no outputs" : "no output '\(name)'\(hint)"
      throw Issue("'\(id)' (\(type.name)) has \(what)", at: place)
    }
    guard output.artifact == port.artifact else {
      throw Issue("must be \(port.kind), but \"\(text)\" is \(output.kind)", at: place)
    }
    return Plan.Source(step: step, port: name)
  }

  /// A question after the output that was meant by the id of an earlier stage alone.
  private func likelyAddress(_ address: JSON, for port: any AnyPort, of index: Int) -> String {
    guard case .string(let id) = address, let step = entryOfID[id], step < index,
      let type = entries[step].use.flatMap(registry.definition)?.type,
      let output = type.outputs.first(where: { $0.artifact == port.artifact })
    else { return "" }
    return "; did you mean \"\(id).\(output.name)\"?"
  }

  /// The message that no entry before the one at `index` is called `id`.
  ///
  /// The nearest name is sought among the last few dozen entries, so that the time to check a
  /// document grows with its length and not with its square.
  private func unknown(_ id: String, before index: Int) -> String? {
    let law = "a stage is fed by earlier ones only"
    if let other = entryOfID[id] {
      let what = other == index ? "is this stage itself" : "comes later, at /stages/\(other)"
      return "'\(id)' \(what); \(law)"
    }
    guard !hasNamelessEntry else { return nil }
    let earlier = entries[max(0, index - 64)..<index].compactMap(\.id)
    let hint = NearestName.hint(id, among: earlier, listing: "there are")
    return "no earlier stage has the id '\(id)'\(hint)"
  }
}
