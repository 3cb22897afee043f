import Foundation
import Tensors
import Testing

/// One file of official numbers, with how well the official code agrees with itself.
public struct Fixture: Sendable {
  public let file: Safetensors
  /// `<set>/<name>`.
  public let path: String
  private let floors: [String: Float]

  /// Opens `<set>/<name>.safetensors` of the fixture folder.
  public init(_ set: String, _ name: String) throws {
    path = "\(set)/\(name)"
    file = try Safetensors(path: Self.url("\(path).safetensors").path)
    let all = try? Self.json("\(set)/noise_floor.json")
    floors =
      all?.members[name]?.members.compactMapValues { $0.floats.count == 2 ? $0.floats[1] : nil }
      ?? [:]
  }

  private static func url(_ path: String) -> URL { Shared.fixtures.appendingPathComponent(path) }

  /// Whether `path` is in the fixture folder; prints the reason when a test must be skipped.
  public static func has(_ path: String) -> Bool {
    guard Shared.hasFixtures else { return false }
    let found = FileManager.default.fileExists(atPath: url(path).path)
    if !found { print("skipped: \(url(path).path) is not there") }
    return found
  }

  /// The JSON at `path` of the fixture folder.
  public static func json(_ path: String) throws -> Parameter {
    try JSONDecoder().decode(Parameter.self, from: Data(contentsOf: url(path)))
  }

  /// The names of all tensors.
  public var names: [String] { file.entries.keys.sorted() }

  public func has(_ name: String) -> Bool { file.entries[name] != nil }

  public func callAsFunction(_ name: String) throws -> Tensor {
    Parity.read("\(path)/\(name)")
    return try file.tensor(name)
  }

  /// The tensors whose names begin with `prefix`, by the rest of their names.
  public func group(_ prefix: String) throws -> [String: Tensor] {
    for name in names where name.hasPrefix(prefix) { Parity.read("\(path)/\(name)") }
    return try file.tensors(removing: prefix)
  }

  /// Ten times the official code's own noise relative to the tensor's scale, but not below `least`.
  public func tolerance(_ name: String, least: Float = 1e-5) -> Float {
    max(least, 10 * (floors[name] ?? 0))
  }

  /// The part of `whole` that the tensor `name` holds.
  ///
  /// `….sample1` is one of the batch, `….ch0_23` are channels, and a smaller batch is its beginning.
  public func part(_ whole: Tensor, _ name: String) throws -> Tensor {
    var part = whole
    for word in name.split(separator: ".") {
      if word.hasPrefix("sample"), let index = Int(word.dropFirst(6)) {
        part = try part.sliced(0, index..<index + 1)
      }
      let bounds = word.hasPrefix("ch") ? word.dropFirst(2).split(separator: "_") : []
      if bounds.count == 2, let low = Int(bounds[0]), let high = Int(bounds[1]) {
        part = try part.sliced(1, low..<high + 1)
      }
    }
    let stored = try file.entry(name).shape
    if let batch = stored.first, let ours = part.shape.first, batch < ours {
      part = try part.sliced(0, 0..<batch)
    }
    return part
  }

  /// Expects `whole`, or the part of it that is stored, to be the tensor `name`.
  ///
  /// A set need not record everything: a name that is absent is printed and passed over.
  public func check(
    _ whole: Tensor, _ name: String, least: Float = 1e-5, exceptFor share: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    guard has(name) else { return print("skipped: \(file.path) does not record \(name)") }
    try expectClose(
      part(whole, name), self(name), within: tolerance(name, least: least), exceptFor: share,
      name, fixture: "\(path)/\(name)", sourceLocation: sourceLocation)
  }
}
