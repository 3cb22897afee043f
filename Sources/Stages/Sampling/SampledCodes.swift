import Foundation
import PV3D
import Tensors

/// Random codes of a generator: a seed always gives the same ones, whatever else is drawn.
package struct SampledCodes {
  private let generator: Generator
  /// Whether appearance codes are mixes of the looks that the model stores.
  private let mixesLooks: Bool

  /// How many stored looks one appearance is mixed of.
  static let mixed = 2

  package init(generator: Generator, mixesLooks: Bool) {
    self.generator = generator
    self.mixesLooks = mixesLooks
  }

  /// The appearance code of a seed, `[1, zDimension]`.
  ///
  /// `z ~ N(0, 1)`, or `Σ a_i look_i` over some of the stored looks with weights of a flat Dirichlet
  /// distribution.
  package func appearance(_ seed: Int) throws -> Tensor {
    var random = RandomSource(seed: UInt64(seed)).derived("appearance")
    guard mixesLooks, let bank = generator.mapping.bank else {
      return try random.normal([1, generator.config.zDimension]).to(generator.device)
    }
    let count = min(Self.mixed, bank.shape[0])
    let draws = try random.uniform([2 * count]).floats()
    var rest = Array(0..<bank.shape[0])
    let picked = draws.prefix(count).map {
      rest.remove(at: min(Int($0 * Float(rest.count)), rest.count - 1))
    }
    let raw = draws.suffix(count).map { -log(max(1 - $0, 1e-6)) + 1e-6 }
    let total = raw.reduce(0, +)
    var code = try Tensor.zeros([1, generator.config.zDimension]).to(generator.device)
    for (index, weight) in zip(picked, raw) {
      code = try code + bank.sliced(0, index..<index + 1) * (weight / total)
    }
    return code
  }

  /// The motion code of a seed, `z_motion ~ N(0, 1)` of `motionDimension` numbers.
  package func motion(_ seed: Int) throws -> [Float] {
    var random = RandomSource(seed: UInt64(seed)).derived("motion")
    return try random.normal([generator.config.motionDimension]).floats()
  }
}
