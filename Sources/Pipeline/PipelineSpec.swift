import Foundation

/// A pipeline as its document says it, not yet checked against any registry.
///
///     {"stages": [
///       {"id": "video", "use": "decode", "with": {"path": "in.mp4"}},
///       {"id": "face", "use": "face-crop", "from": {"frames": "video.frames"}}
///     ]}
public struct PipelineSpec: Hashable, Sendable {
  /// One entry: which stage, with which parameters, fed by which outputs.
  public struct Entry: Hashable, Sendable {
    /// Nothing where the document has none that can be read.
    public let id: String?
    /// The name of the stage; nothing where the document has none that can be read.
    public let use: String?
    /// Parameters that differ from their defaults.
    public internal(set) var with: [String: JSON]
    /// `"id.port"` of an earlier entry, by input port; nothing where it cannot be read.
    public let from: [String: JSON]?
    /// What of the entry could not be read.
    public let issues: [Issue]
  }

  public let summary: String?
  public internal(set) var stages: [Entry]
  /// Parameters by entry that a name sets at once.
  let presets: [String: JSON]
  /// What of the document outside its entries could not be read.
  public let issues: [Issue]

  /// A document made in Swift.
  public init(summary: String? = nil, stages: [Entry]) {
    self.summary = summary
    self.stages = stages
    presets = [:]
    issues = []
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: ``PipelineError`` where the file is no JSON; everything else waits for the plan
  public init(path: String) throws(PipelineError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw PipelineError([Issue(isThere ? "cannot be read" : "there is no such file", at: path)])
    }
    try self.init(data: data)
  }

  /// Reads a document from the bytes of its text.
  public init(data: Data) throws(PipelineError) {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw PipelineError([Issue("the document is not UTF-8 text", at: "")])
    }
    try self.init(text: text)
  }

  /// Reads a document from its text.
  public init(text: String) throws(PipelineError) {
    do throws(JSONSyntaxError) {
      self.init(try JSONText(text))
    } catch {
      throw PipelineError([Issue(error.reason, at: error.place)])
    }
  }

  private init(_ text: JSONText) {
    let repeated = text.repeatedKeys.map { Issue("is given twice", at: $0) }
    var fields = DocumentObject(
      text.value, called: "a pipeline", keys: ["summary", "presets", "stages"],
      passing: ["$schema"], at: .root)
    // Editors read it; what it names is theirs to judge.
    _ = fields.text("$schema")
    summary = fields.text("summary")
    presets = fields.object("presets") ?? [:]
    let entries = fields.list("stages", of: "stages")
    stages = (entries ?? []).enumerated().map { Entry($1, at: .root / "stages" / $0) }
    issues = repeated + fields.issues
  }
}

extension PipelineSpec.Entry {
  /// An entry made in Swift.
  public init(
    id: String, use: String, with: [String: JSON] = [:], from: [String: String] = [:]
  ) {
    self.init(id: id, use: use, with: with, from: from.mapValues { .string($0) }, issues: [])
  }

  init(_ json: JSON, at place: JSONPointer) {
    var fields = DocumentObject(
      json, called: "an entry", keys: ["id", "use", "with", "from"], at: place)
    let id = fields.requiredText("id")
    let use = fields.requiredText("use")
    let with = fields.object("with") ?? [:]
    let from = fields.object("from")
    self.init(id: id, use: use, with: with, from: from, issues: fields.issues)
  }
}
