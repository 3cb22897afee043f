import Foundation

/// How a whole batch stands: what `summary.json` says.
public struct BatchSummary: Codable, Hashable, Sendable {
  public enum State: String, Codable, Sendable { case done, failed, unfinished }

  public struct Item: Codable, Hashable, Sendable {
    public let id: String
    public let state: State
    /// What differs from item to item, by `id.parameter`.
    public let values: [String: String]
    /// Below the folder of the batch.
    public let outputs: [Outcome.Output]
    public let log: String
    public let seconds: Double?
    public let attempts: Int?
    public let failure: Outcome.Failure?
    /// Whether there is a log.
    public let isBegun: Bool

    /// The line that names what went wrong; nothing where nothing did.
    public var complaint: String? {
      switch state {
      case .done: nil
      case .failed: "\(id): \(failure?.sentence ?? "failed")"
      case .unfinished: isBegun ? "\(id): was begun and not finished; see \(log)" : nil
      }
    }
  }

  public let pipeline: String
  public let settings: [String]
  public let preset: String?
  /// When it was written, by ISO 8601.
  public let written: String
  public let items: [Item]
  public let done: Int
  public let failed: Int
  public let unfinished: Int

  /// Reads the markers of a batch; an item whose settings have changed since is unfinished.
  public init(of batch: BatchFolder, _ manifest: BatchManifest) {
    items = manifest.items.map { item in
      let recipe = manifest.recipe(of: item)
      let outcome = batch.outcome(of: item.id).flatMap { $0.recipe == recipe ? $0 : nil }
      return Item(
        id: item.id,
        state: outcome.map { $0.failure == nil ? .done : .failed } ?? .unfinished,
        values: Dictionary(zip(manifest.each, item.values)) { first, _ in first },
        outputs: outcome?.outputs ?? [], log: "logs/\(item.id).log", seconds: outcome?.seconds,
        attempts: outcome?.attempts, failure: outcome?.failure,
        isBegun: FileManager.default.fileExists(atPath: batch.log(of: item.id).path))
    }
    pipeline = manifest.pipeline
    settings = manifest.options.settings
    preset = manifest.options.preset
    written = Date.now.formatted(.iso8601)
    let states = items.map(\.state)
    done = states.count { $0 == .done }
    failed = states.count { $0 == .failed }
    unfinished = states.count { $0 == .unfinished }
  }

  /// How many items there are of every state, in words.
  public var counts: String {
    let rest = [(failed, "failed"), (unfinished, "unfinished")].filter { $0.0 > 0 }
    return (["\(done) of \(items.count) done"] + rest.map { "\($0.0) \($0.1)" })
      .joined(separator: ", ")
  }

  /// Writes `summary.json` and `report.html`.
  public func write(to batch: BatchFolder) throws {
    try batch.write(self, to: batch.summary)
    try batch.write(Data(BatchPage(self, of: batch).html.utf8), to: batch.page)
  }
}
