public import Foundation
import Media
public import Pipeline

/// One task of a batch.
public struct BatchItem: Codable, Hashable, Sendable {
  /// Names the item's folder, log and markers; it stays the same as long as the values do.
  public let id: String
  /// What the parameters of ``BatchManifest/each`` are set to, in their order.
  public let values: [String]

  public init(id: String, values: [String]) {
    self.id = id
    self.values = values
  }
}

/// All that the tasks of a batch need to know, on whichever machine they run.
public struct BatchManifest: Codable, Hashable, Sendable {
  /// What of `pvpipe run` holds for every item.
  public struct Options: Codable, Hashable, Sendable {
    public var preset: String?
    /// As `--set` takes them: `id.parameter=value`.
    public var settings: [String]
    public var seed: UInt64
    public var device: String
    /// Threads of one tensor operation of one task.
    public var threads: Int
    /// The frames that are taken of every video, as `--frames` takes them.
    public var frames: String?
    /// The id of the stage with which every item ends.
    public var until: String?
    /// The libraries whose stages are there too.
    public var plugins: [String]?

    public init(
      preset: String?, settings: [String], seed: UInt64, device: String, threads: Int,
      frames: String? = nil, until: String? = nil, plugins: [String]? = nil
    ) {
      self.preset = preset
      self.settings = settings
      self.seed = seed
      self.device = device
      self.threads = threads
      self.frames = frames
      self.until = until
      self.plugins = plugins
    }
  }

  /// The version of the program that wrote it.
  public var program: String
  /// The path from which the document was copied.
  public var pipeline: String
  /// The hash of the document's values, whatever spaces stand between them.
  public var document: String
  /// Where relative paths of inputs begin.
  public var folder: String
  public var options: Options
  /// The parameters that differ from item to item: `id.parameter`.
  public var each: [String]
  public var items: [BatchItem]

  public init(
    program: String, pipeline: String, document: Data, folder: String, options: Options,
    each: [String], items: [BatchItem]
  ) throws(JSONSyntaxError) {
    let values = try JSONText(String(decoding: document, as: UTF8.self)).value
    self.document = SHA256.digits(of: Data(values.description.utf8))
    self.program = program
    self.pipeline = pipeline
    self.folder = folder
    self.options = options
    self.each = each
    self.items = items
  }

  /// The settings of one item, those of all before its own.
  public func settings(of item: BatchItem) -> [String] {
    options.settings + ownSettings(of: item)
  }

  /// The settings that differ from item to item.
  public func ownSettings(of item: BatchItem) -> [String] {
    zip(each, item.values).map { "\($0)=\($1)" }
  }

  /// The hash of all that makes an item beside the content of files: the document, the preset, the
  /// settings, the seed and the part that is run; neither threads nor the device.
  public func recipe(of item: BatchItem) -> String {
    var recipe: [String: JSON] = [
      "document": .string(document),
      "preset": options.preset.map(JSON.string) ?? .null,
      "seed": .integer(Int128(options.seed)),
      "settings": .array(settings(of: item).map(JSON.string)),
    ]
    // Only where there are such: what was made without them stays current.
    recipe["frames"] = options.frames.map(JSON.string)
    recipe["until"] = options.until.map(JSON.string)
    return SHA256.digits(of: Data(JSON.object(recipe).description.utf8))
  }

  /// Reads the manifest of a batch that was begun.
  public init(of batch: BatchFolder) throws(BatchError) {
    guard let data = FileManager.default.contents(atPath: batch.manifest.path) else {
      throw BatchError("\(batch.path): is not the folder of a batch; it has no manifest.json")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw BatchError("\(batch.manifest.path): is not the manifest of a batch")
    }
  }

  /// The items that an earlier call wrote down, if there was one.
  public static func items(rememberedBy batch: BatchFolder) -> [BatchItem] {
    (try? Self(of: batch))?.items ?? []
  }

  /// Writes the manifest and the document that it stands for.
  public func write(document: Data, to batch: BatchFolder) throws {
    try batch.make()
    try batch.write(document, to: batch.document)
    try batch.write(self, to: batch.manifest)
  }
}
