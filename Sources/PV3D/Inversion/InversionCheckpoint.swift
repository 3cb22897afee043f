import Foundation
import Tensors

/// What an inversion changes as it goes.
struct InversionState {
  let cameras: CameraRefinement
  let motion: Tensor
  let startMotion: Tensor
  /// Shape `[1, 1 or styleCount, wDimension]`.
  var styles: Tensor
  /// The one style for all layers that the styles began from, `[1, 1, wDimension]`.
  var pivot: Tensor
  /// The generator's tensors that are tuned, by name, once tuning has begun.
  var tuned: [String: Tensor] = [:]
  /// Of the codes, then of the tuned tensors; the rates are given step by step.
  var adam = newAdam

  static var newAdam: Adam { Adam(rate: 1) }
}

/// How far an inversion is: all that it needs to go on and come to the same end, bit by bit.
public struct InversionCheckpoint: Sendable {
  /// How many steps were done.
  public let step: Int
  let random: RandomSource
  /// `styles`, `pivot`, `motion` and `corrections`.
  private let codes: [String: Tensor]
  let tuned: [String: Tensor]
  /// Adam's running means and counts.
  let first: [String: Tensor]
  let second: [String: Tensor]
  let counts: [String: Int]

  init(step: Int, random: RandomSource, _ state: InversionState) throws {
    self.step = step
    self.random = random
    codes = [
      "styles": state.styles, "pivot": state.pivot, "motion": state.motion,
      "corrections": state.cameras.corrections,
    ]
    tuned = state.tuned
    first = state.adam.first
    second = state.adam.second
    counts = state.adam.steps
  }

  func tensor(_ name: String) throws -> Tensor {
    guard let tensor = codes[name] else {
      throw TensorError(operation: "inversion", reason: "the checkpoint has no '\(name)'")
    }
    return tensor
  }
}

extension InversionCheckpoint {
  private struct Counts: Codable {
    let step: Int
    let random: RandomSource
    let counts: [String: Int]
  }

  /// Where tensors are in the file, by the beginning of their names.
  private static let prefixes = ["codes/", "tuned/", "first/", "second/"]

  /// Writes all of it to one safetensors file.
  public func write(to path: String) throws {
    var tensors: [String: Tensor] = [:]
    for (prefix, group) in zip(Self.prefixes, [codes, tuned, first, second]) {
      for (name, tensor) in group { tensors[prefix + name] = tensor }
    }
    let counts = try JSONEncoder().encode(Counts(step: step, random: random, counts: counts))
    try Safetensors.write(
      tensors, to: path, metadata: ["counts": String(decoding: counts, as: UTF8.self)])
  }

  /// Reads what `write` wrote.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    guard let text = file.metadata["counts"],
      let found = try? JSONDecoder().decode(Counts.self, from: Data(text.utf8))
    else { throw SafetensorsError(path: path, reason: "is no checkpoint of an inversion") }
    step = found.step
    random = found.random
    counts = found.counts
    let groups = try Self.prefixes.map { prefix in
      try Dictionary(
        uniqueKeysWithValues: file.entries.keys.filter { $0.hasPrefix(prefix) }
          .map { (String($0.dropFirst(prefix.count)), try file.tensor($0)) })
    }
    (codes, tuned, first, second) = (groups[0], groups[1], groups[2], groups[3])
  }
}
