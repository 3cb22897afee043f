import Foundation
public import PV3D
public import Tensors

/// A checkpoint of the official code, and how it becomes a model file.
///
/// A bare state dictionary or one that holds it as `model` is read alike, names lose a leading `module.`, and
/// tensors of a `deform_field` are dropped, as by the official loader.
/// - Source: PV3D-SPEC section 19
public struct OfficialCheckpoint: Sendable {
  /// Which tensors are taken.
  public enum Selection: String, Sendable {
    /// The generator's moving average, which pictures are drawn with.
    case average = "generator_ema."
    /// The generator as it was trained.
    case trained = "generator."
    /// All tensors under their whole names.
    case all = ""
  }

  private let file: TorchCheckpoint
  /// The names of all tensors, sorted.
  public let names: [String]

  /// Opens the file at `path`; no tensor is read.
  public init(path: String) throws {
    file = try TorchCheckpoint(path: path)
    names = file.names.filter { !$0.contains("deform_field") }
  }

  /// The shapes of the tensors whose names begin with `prefix`, by the rest of their names.
  public func shapes(removing prefix: String = "") throws -> [String: [Int]] {
    let chosen = names.filter { $0.hasPrefix(prefix) }
    return Dictionary(
      uniqueKeysWithValues: try chosen.map {
        (String($0.dropFirst(prefix.count)), try file.shape($0))
      })
  }

  /// The sizes of a generator, as far as shapes tell them.
  public func config(_ selection: Selection = .average) throws -> GeneratorConfig {
    let prefix = selection == .all ? Selection.average.rawValue : selection.rawValue
    let shapes = try shapes(removing: prefix)
    guard !shapes.isEmpty else {
      throw CheckpointError(
        path: file.path,
        reason: "has no tensor of '\(prefix)', so it is no PV3D checkpoint that this can take")
    }
    do {
      let config = try GeneratorConfig(shapes: shapes)
      try config.checkLimits()
      return config
    } catch {
      throw CheckpointError(path: file.path, reason: "\(error)")
    }
  }

  /// Writes the chosen tensors as a model that `ModelFile` reads.
  /// - Parameters:
  ///   - config: as `config(_:)` gives it, with what the checkpoint does not tell
  public func write(
    _ selection: Selection = .average, config: GeneratorConfig, to path: String,
    precision: Safetensors.Precision = .full
  ) throws {
    var tensors = try file.tensors(removing: selection.rawValue)
    tensors = tensors.filter { !$0.key.contains("deform_field") }
    do {
      // A checkpoint that does not fit is told now, not when the model is used.
      let whole = selection == .all
      let weights = Weights(checkpoint: tensors)
      let prefix = Selection.average.rawValue
      _ = try Generator(weights, config, prefix: whole ? String(prefix.dropLast()) : "")
      try weights.checkAllUsed(prefix: whole ? prefix : "")
    } catch let error as WeightsError {
      throw CheckpointError(path: file.path, reason: "\(error)")
    }
    try ModelFile.write(tensors, config: config, to: path, precision: precision)
  }
}
