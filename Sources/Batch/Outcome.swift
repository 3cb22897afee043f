import Foundation

/// How an item ended: what its marker says.
public struct Outcome: Codable, Hashable, Sendable {
  public struct Failure: Codable, Hashable, Sendable {
    /// What went wrong, in one sentence.
    public let sentence: String
    /// As of `pvpipe run`; 128 and the signal's number where a signal ended the task.
    public let exitCode: Int32

    public init(_ sentence: String, exitCode: Int32) {
      self.sentence = sentence
      self.exitCode = exitCode
    }
  }

  /// A file that was written.
  public struct Output: Codable, Hashable, Sendable {
    /// Below the folder of the batch.
    public let path: String
    public let bytes: Int
  }

  public var id: String
  /// The hash of all that made it beside the content of files: see ``BatchManifest/recipe(of:)``.
  public var recipe: String
  public var inputs: [InputFile]
  public var outputs: [Output]
  /// Nothing where all went well.
  public var failure: Failure?
  public var attempts: Int
  public var seconds: Double
  /// When it ended, by ISO 8601.
  public var ended: String
  /// The version of the program.
  public var program: String

  public init(
    id: String, recipe: String, inputs: [InputFile] = [], outputs: [Output] = [],
    failure: Failure? = nil, attempts: Int, seconds: Double, program: String
  ) {
    self.id = id
    self.recipe = recipe
    self.inputs = inputs
    self.outputs = outputs
    self.failure = failure
    self.attempts = attempts
    self.seconds = (seconds * 1000).rounded() / 1000
    self.ended = Date.now.formatted(.iso8601)
    self.program = program
  }

  init?(at file: URL) {
    guard let data = FileManager.default.contents(atPath: file.path),
      let outcome = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = outcome
  }

  /// Whether what was made is there, and would be made the same again.
  func isCurrent(_ recipe: String, in batch: BatchFolder) -> Bool {
    failure == nil && self.recipe == recipe && inputs.allSatisfy(\.isUnchanged)
      && outputs.allSatisfy { output in
        let path = batch.url.appendingPathComponent(output.path).path
        let found = try? FileManager.default.attributesOfItem(atPath: path)
        return (found?[.size] as? NSNumber)?.intValue == output.bytes
      }
  }
}

extension BatchFolder {
  /// How an item ended last; nothing where it did not end yet.
  public func outcome(of id: String) -> Outcome? {
    Outcome(at: done(id)) ?? Outcome(at: failed(id))
  }

  /// Whether an item is done and nothing that it was made of has changed.
  public func isDone(_ item: BatchItem, of manifest: BatchManifest) -> Bool {
    Outcome(at: done(item.id))?.isCurrent(manifest.recipe(of: item), in: self) ?? false
  }

  /// Writes how an item ended, in place of how it ended before.
  public func mark(_ outcome: Outcome) throws {
    let isDone = outcome.failure == nil
    try write(outcome, to: isDone ? done(outcome.id) : failed(outcome.id))
    unlink((isDone ? failed(outcome.id) : done(outcome.id)).path)
  }

  /// Takes away what an item has made before, and what a killed task has left of it.
  public func clear(_ id: String) {
    for output in outcome(of: id)?.outputs ?? [] {
      unlink(url.appendingPathComponent(output.path).path)
    }
    for file in files(of: id) where (file as NSString).lastPathComponent.contains(".partial-") {
      unlink(url.appendingPathComponent(file).path)
    }
    for file in [done(id), failed(id), thumbnail(of: id)] { unlink(file.path) }
  }

  /// What lies in an item's folder now and did not before.
  ///
  /// - Parameter before: what lay there when the item was begun
  public func made(by id: String, beside before: Set<String>) -> [Outcome.Output] {
    files(of: id).compactMap { path in
      guard !before.contains(path) else { return nil }
      let found = try? FileManager.default.attributesOfItem(
        atPath: url.appendingPathComponent(path).path)
      guard let found, found[.type] as? FileAttributeType == .typeRegular else { return nil }
      return Outcome.Output(path: path, bytes: (found[.size] as? NSNumber)?.intValue ?? 0)
    }
  }

  /// All that lies in an item's folder, below the folder of the batch.
  public func files(of id: String) -> [String] {
    let below = FileManager.default.enumerator(atPath: outputs(of: id).path)
    return (below?.compactMap { $0 as? String } ?? []).sorted().map { "\(id)/\($0)" }
  }
}
