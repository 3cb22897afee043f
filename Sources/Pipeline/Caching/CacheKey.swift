import Foundation

/// By what the outputs of a step are known: the hash of all that they follow from.
struct CacheKey: Sendable {
  let digits: String
  /// What was hashed.
  let ingredients: JSON
  /// The id of the entry that feeds each input: for people, not hashed.
  let feeders: [String: String]
  /// All files that the outputs follow from, also by way of other stages.
  let files: Set<FileState>

  /// The form of keys and records; results of another form are not found.
  static let form = 1
}

/// The keys of a plan's steps, each found when it is first asked for: files are read for them.
struct StepKeys {
  let steps: [Plan.Step]
  let cache: Cache
  let context: RunContext
  /// The programs as they were when the run began.
  let programs: [FileState?]
  private var found: [Int: Result<CacheKey, any Error>] = [:]

  init(_ steps: [Plan.Step], _ context: RunContext, _ cache: Cache) {
    self.steps = steps
    self.context = context
    self.cache = cache
    programs = context.programs.map { FileState($0) }
  }

  /// The key of the step at `index`.
  ///
  /// - Throws: ``CacheError`` where it follows from a file that cannot be read
  mutating func key(of index: Int) throws -> CacheKey {
    // Earlier ones first, so that no chain of stages is too long.
    var wanted: Set<Int> = []
    var open = [index]
    while let next = open.popLast() {
      guard found[next] == nil, wanted.insert(next).inserted else { continue }
      open += steps[next].sources.values.map(\.step)
    }
    for step in wanted.sorted() { found[step] = Result { try made(step) } }
    return try known(index)
  }

  private func known(_ index: Int) throws -> CacheKey {
    guard let key = found[index] else { throw CacheError("has no key") }
    return try key.get()
  }

  private func made(_ index: Int) throws -> CacheKey {
    let step = steps[index]
    let type = type(of: step.stage)
    guard case .object(var parameters) = try JSON(encoding: step.stage) else {
      throw CacheError("\(step.name) has no parameters that can be written")
    }
    var files: Set<FileState> = []
    var contents: [String: JSON] = [:]
    for (name, paths) in step.stage.sourceFiles {
      let value = parameters.removeValue(forKey: name)
      let states = paths.compactMap { FileState($0) }
      guard !states.isEmpty, states.count == paths.count else {
        throw CacheError("'\(name)' names a file that is not there")
      }
      files.formUnion(states)
      contents[name] = .object([
        "content": .string(try cache.digits(of: states)),
        // A reader of media may go by the ending, and takes numbered pictures for a video.
        "ending": .string(URL(fileURLWithPath: paths[0]).pathExtension.lowercased()),
        "isNamed": .bool(value == .string(paths[0])),
      ])
    }
    var inputs: [String: JSON] = [:]
    var feeders: [String: String] = [:]
    for (port, source) in step.sources {
      let key = try known(source.step)
      inputs[port] = .string("\(key.digits).\(source.port)")
      feeders[port] = steps[source.step].id
      files.formUnion(key.files)
    }
    var ingredients: [String: JSON] = [
      "form": .integer(Int128(CacheKey.form)), "stage": .string(step.name),
      "version": .integer(Int128(type.version)), "parameters": .object(parameters),
      "files": .object(contents), "inputs": .object(inputs),
    ]
    for influence in type.influences {
      ingredients[influence.rawValue] =
        switch influence {
        case .device: .string(context.device.rawValue)
        case .seed: .integer(Int128(context.seed(for: step.id)))
        }
    }
    ingredients.merge(try circumstances(of: step)) { $1 }
    let whole = JSON.object(ingredients)
    return CacheKey(
      digits: cache.hashing.data(Data(whole.description.utf8)), ingredients: whole,
      feeders: feeders, files: files)
  }
}

extension CacheKey {
  /// Why a result that was recorded earlier is not that of this key; nothing where both are equal.
  func change(since record: CacheRecord) -> String? {
    guard case .object(let old) = record.ingredients, case .object(let new) = ingredients else {
      return nil
    }
    func differences(_ field: String) -> [(name: String, old: JSON?, new: JSON?)] {
      guard case .object(let before)? = old[field], case .object(let now)? = new[field] else {
        return []
      }
      return Set(before.keys).union(now.keys).sorted().filter { before[$0] != now[$0] }
        .map { ($0, before[$0], now[$0]) }
    }
    if old["version"] != new["version"] || old["form"] != new["form"] {
      return "the stage works otherwise in this version"
    }
    var reasons = differences("parameters").map { name, old, new in
      "'\(name)' changed from \(old?.found ?? "nothing") to \(new?.found ?? "nothing")"
    }
    reasons += differences("files").map { "the file of '\($0.name)' changed" }
    reasons += differences("inputs").map { name, old, new in
      guard old != nil, new != nil else { return "its input '\(name)' is connected otherwise" }
      return "its input '\(name)' changed" + (feeders[name].map { ", which is \($0)'s" } ?? "")
    }
    reasons += Influence.allCases.filter { old[$0.rawValue] != new[$0.rawValue] }.map {
      "the \($0.rawValue) changed"
    }
    if let folder = new["folder"], old["folder"] != folder {
      reasons.append("the folder of outputs changed")
    }
    if old["programs"] != new["programs"] { reasons.append("the program changed") }
    return reasons.first.map { first in
      reasons.count > 1 ? "\(first), and \(reasons.count - 1) more" : first
    }
  }
}
