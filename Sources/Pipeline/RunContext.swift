import Foundation

/// What a stage knows of the run it is part of.
public struct RunContext: Sendable {
  /// Where networks compute.
  public enum Device: String, Codable, CaseIterable, Sendable { case cpu, cuda }

  public var device: Device
  /// The one number from which all randomness of the run is derived.
  public var seed: UInt64
  /// Where relative paths of outputs begin.
  public var folder: URL
  /// The document that the run follows; nothing where its plan was made in Swift.
  public var document: RunDocument?
  /// The files of the programs that hold the stages.
  public var programs = [
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  ]
  /// Where results of costly stages are kept; nothing keeps none.
  public var cache: Cache?
  /// Takes what happens; called from any task, also from several at once.
  public var events: @Sendable (Event) -> Void
  /// Keeps what happens for a report; nothing where none is wanted.
  public var journal: RunJournal?
  /// The id of the stage that is running.
  public internal(set) var stage = ""
  /// All the steps of the run.
  public internal(set) var steps: [Plan.Step] = []
  /// Where the stage that is running leaves how far it is.
  var checkpoints: Checkpoints?

  public init(
    device: Device = .cpu, seed: UInt64 = 0,
    folder: URL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
    document: RunDocument? = nil, cache: Cache? = nil,
    events: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.device = device
    self.seed = seed
    self.folder = folder
    self.document = document
    self.cache = cache
    self.events = events
  }

  /// The seed of the stage called `id`: another one for every id and for every seed of the run.
  ///
  /// - Source: Fowler, Noll, Vo, FNV-1a, 64 bits; Steele et al. 2014, SplitMix64
  public func seed(for id: String) -> UInt64 {
    let hash = id.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return Self.mixed(seed ^ Self.mixed(hash))
  }

  /// The seed of the stage that is running.
  public var stageSeed: UInt64 { seed(for: stage) }

  private static func mixed(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The place of an output: `path` itself, or below `folder` if it is relative; makes its parent.
  public func output(_ path: String) throws -> URL {
    let url = path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return url
  }

  /// Tells that `done` of `total` pieces of work are done.
  public func progress(_ done: Int, of total: Int? = nil, _ detail: String? = nil) {
    events(Event(stage: stage, kind: .progress(done: done, total: total, detail: detail)))
  }

  /// Tells something worth a line.
  public func note(_ text: String) { events(Event(stage: stage, kind: .note(text))) }

  /// Tells that a file is written and whole.
  ///
  /// - Parameter files: the paths of all that were written with it, itself too, and of those that must not be there;
  ///   nothing for itself alone
  public func wrote(_ url: URL, files: [String]? = nil) {
    let states = (files ?? [url.path]).map { ($0, FileState($0)) }
    let kind = Event.Kind.wrote(
      path: url.path, files: Dictionary(states, uniquingKeysWith: { $1 }))
    events(Event(stage: stage, kind: kind))
  }

  func running(_ id: String) -> RunContext {
    var result = self
    result.stage = id
    return result
  }
}
