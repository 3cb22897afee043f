import Foundation
import PV3D
import Tensors

/// All that an adversarial training needs to go on with the same numbers.
///
/// Tensors have the official names: `generator.`, `generator_ema.`, `img_discriminator.` and
/// `vid_discriminator.`; Adam's means are below `first.` and `second.` of these. Counters are in the metadata.
struct TrainingCheckpoint {
  private(set) var tensors: [String: Tensor] = [:]
  /// How often each tensor was stepped, by its name with the network's prefix.
  private(set) var steps: [String: Int] = [:]
  /// The JSON of the generator's configuration, as in a model file.
  private let config: String
  let updates: Int
  let samples: Int
  /// How long the training took so far.
  let seconds: Double
  /// The strength of augmentation.
  let strength: Double

  init(_ training: AdversarialTraining, seconds: Double, strength: Double) throws {
    self.strength = strength
    config = try ModelFile.text(training.generator.config)
    (updates, samples) = (training.updates, training.samples)
    self.seconds = seconds
    add("generator.", training.generator.parameters, training.generator.buffers)
    add("generator_ema.", training.average.tensors)
    add("", training.images.parameters, training.images.buffers)
    add("", training.videos.parameters, training.videos.buffers)
    for (prefix, optimizer) in [
      ("generator.", training.generatorOptimizer), ("", training.imageOptimizer),
      ("", training.videoOptimizer),
    ] {
      add("first.\(prefix)", optimizer.first)
      add("second.\(prefix)", optimizer.second)
      for (name, count) in optimizer.steps { steps[prefix + name] = count }
    }
  }

  private mutating func add(_ prefix: String, _ parts: [String: Tensor]...) {
    for part in parts { for (name, tensor) in part { tensors[prefix + name] = tensor } }
  }

  /// Reads a checkpoint.
  init(path: String) throws {
    let file = try Safetensors(path: path)
    func number<Value: LosslessStringConvertible>(_ name: String) throws -> Value {
      guard let value = file.metadata[name].flatMap(Value.init) else {
        throw SafetensorsError(
          path: path, reason: "has no '\(name)' in its metadata, so it is no checkpoint")
      }
      return value
    }
    (updates, samples, seconds) = (
      try number("updates"), try number("samples"), try number("seconds")
    )
    strength = try number("augmentation")
    config = try number("config")
    let text: String = try number("steps")
    guard let steps = try? JSONDecoder().decode([String: Int].self, from: Data(text.utf8)) else {
      throw SafetensorsError(path: path, reason: "has 'steps' that cannot be read")
    }
    self.steps = steps
    tensors = try file.tensors()
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let steps = String(decoding: try encoder.encode(steps), as: UTF8.self)
    try Safetensors.write(
      tensors, to: path,
      metadata: [
        "updates": "\(updates)", "samples": "\(samples)", "seconds": "\(seconds)", "steps": steps,
        "augmentation": "\(strength)", "config": config,
      ])
  }

  /// The tensors whose names begin with `prefix`, without it.
  func tensors(removing prefix: String) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = tensor
    }
    return result
  }

  /// An optimizer that goes on with the tensors below a prefix.
  func resumed(_ optimizer: Adam, of prefix: String, named inner: String) -> Adam {
    func part(_ kind: String) -> [String: Tensor] {
      tensors(removing: "\(kind).\(prefix)").filter { $0.key.hasPrefix(inner) }
    }
    var counts: [String: Int] = [:]
    for (name, count) in steps where name.hasPrefix(prefix + inner) {
      counts[String(name.dropFirst(prefix.count))] = count
    }
    var optimizer = optimizer
    optimizer.resume(first: part("first"), second: part("second"), steps: counts)
    return optimizer
  }
}
