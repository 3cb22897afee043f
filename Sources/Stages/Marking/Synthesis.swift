import Foundation
import Media
import Pipeline

/// What a file that was not filmed says of itself.
public struct Synthesis: Sendable {
  /// The kinds of synthesized media that the photo industry tells apart.
  /// - Source: IPTC NewsCodes, Digital Source Type
  enum SourceType: String {
    case trained = "trainedAlgorithmicMedia"
    case composite = "compositeWithTrainedAlgorithmicMedia"
    case drawn = "algorithmicMedia"

    var address: String { "http://cv.iptc.org/newscodes/digitalsourcetype/\(rawValue)" }
  }

  private let provenance: Provenance
  private let context: RunContext
  /// The command that drew the pictures, where no pipeline did.
  private let command: String?

  /// What a file says that is made of `inputs`; nothing where no model had a part in what is at
  /// `port`.
  init?(of port: some AnyPort, among inputs: Ports, in context: RunContext) {
    guard inputs.provenance(of: port).isSynthesized else { return nil }
    provenance = inputs.provenance
    self.context = context
    command = nil
  }

  /// What pictures say that a command draws without a model.
  public init(command: String, seed: UInt64) {
    provenance = Provenance()
    context = RunContext(seed: seed)
    self.command = command
  }

  /// The sentence for people, which players show and which tells programs as well.
  public static let comment = "\(opening)\(Release.version); not a recording"

  private static let opening = "synthesized by \(Release.tool) "

  /// Whether a comment says that the pictures were synthesized, by this version or another one.
  static func isStated(by comment: String?) -> Bool { comment?.hasPrefix(opening) ?? false }

  /// What a container says: the sentence as `comment`, and JSON as `description`.
  ///
  /// Of the containers MP4 and Matroska keep both, the others the comment alone.
  public var metadata: [String: String] {
    ["comment": Self.comment, "description": statement.description]
  }

  /// What is known before anything is drawn, for programs.
  var statement: JSON {
    .object([
      "digitalSourceType": .string(sourceType.address),
      "models": .array(models.map { JSON(try? $0.sha256()) }),
      "synthesized": .bool(true),
      "tool": .string(Release.tool),
      "version": .string(Release.version),
    ])
  }

  /// All that is known, about files that are whole.
  /// - Parameter files: name and place of each
  func document(about files: [(name: String, path: String)]) throws -> JSON {
    let outputs = try files.map { name, path in
      JSON.object([
        "path": .string(name), "sha256": .string(try SHA256.digits(ofFiles: [path])),
      ])
    }
    return .object([
      "created": .string(Date.now.formatted(.iso8601)),
      "device": .string(context.device.rawValue),
      "digitalSourceType": .string(sourceType.address),
      "inputs": .array(try distinct(provenance.origins.filter { $0.kind != .model })),
      "models": .array(try distinct(models)),
      "outputs": .array(outputs),
      "pipeline": pipeline,
      "seed": .integer(Int128(context.seed)),
      "stages": .array(context.steps.map(Self.told)),
      "synthesized": .bool(true),
      "tool": .string(Release.tool),
      "version": .string(Release.version),
    ])
  }

  private var models: [Origin] { provenance.origins.filter { $0.kind == .model } }

  private var sourceType: SourceType {
    guard command == nil else { return .drawn }
    return provenance.origins.contains { $0.kind != .model } ? .composite : .trained
  }

  private var pipeline: JSON {
    if let command { return .object(["command": .string(command)]) }
    guard let document = context.document else { return .null }
    return .object([
      "path": .string(document.name), "sha256": .string(document.sha256),
      "preset": JSON(document.preset),
      "settings": .array(
        document.settings.map { setting in
          let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
          return .string(parts.count < 2 ? setting : "\(parts[0])=\(Self.withoutFolders(parts[1]))")
        }),
    ])
  }

  /// Each file once, with its hash or the reason why there is none.
  private func distinct(_ origins: [Origin]) throws -> [JSON] {
    var told: [JSON] = []
    for origin in origins {
      var fields = ["path": JSON.string(origin.name)]
      if let title = origin.title { fields["name"] = .string(title) }
      if origin.kind == .synthesis { fields["synthesized"] = .bool(true) }
      do {
        fields["sha256"] = .string(try origin.sha256())
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        fields["sha256"] = .null
        fields["reason"] = .string((error as? MediaError)?.message ?? "\(error)")
      }
      if !told.contains(.object(fields)) { told.append(.object(fields)) }
    }
    return told
  }

  private static func told(_ step: Plan.Step) -> JSON {
    .object([
      "id": .string(step.id), "use": .string(step.name),
      "with": (try? JSON(encoding: step.stage)).map(withoutFolders) ?? .null,
    ])
  }

  /// Paths tell who somebody is and how their disk is laid out; names of files do not, or less.
  private static func withoutFolders(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(withoutFolders(text))
    case .array(let values): .array(values.map(withoutFolders))
    case .object(let fields): .object(fields.mapValues(withoutFolders))
    default: json
    }
  }

  private static func withoutFolders(_ text: String) -> String {
    text.lastIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text
  }
}

extension JSON {
  fileprivate init(_ text: String?) { self = text.map(JSON.string) ?? .null }
}
