import Foundation
import Heads
import PV3D
import Tensors

/// Random codes of a generator: a seed always gives the same ones, whatever else is drawn.
package struct SampledCodes {
  private let generator: Generator
  /// Whether appearance codes are mixes of the looks that the model stores.
  private let mixesLooks: Bool
  /// Whether motion codes are expressions as models with looks were trained on.
  private let drawsExpressions: Bool

  /// The largest part of a second look in an appearance: in halves of two wigs the hair of both is a ghost.
  static let secondPart: Float = 0.25

  /// - Parameters: nil does so where the model stores looks
  package init(generator: Generator, mixesLooks: Bool? = nil, drawsExpressions: Bool? = nil) {
    let hasLooks = generator.mapping.bank != nil
    self.generator = generator
    self.mixesLooks = mixesLooks ?? hasLooks
    self.drawsExpressions = drawsExpressions ?? hasLooks
  }

  /// The appearance code of a seed, `[1, zDimension]`.
  ///
  /// `z ~ N(0, 1)`, or `(1 - a) look + a other` of two stored looks, `a` evenly in 0...``secondPart``.
  package func appearance(_ seed: Int) throws -> Tensor {
    var random = RandomSource(seed: UInt64(seed)).derived("appearance")
    guard mixesLooks, let bank = generator.mapping.bank else {
      return try random.normal([1, generator.config.zDimension]).to(generator.device)
    }
    let draws = try random.uniform([3]).floats()
    let count = bank.shape[0]
    func place(_ draw: Float, below limit: Int) -> Int {
      min(Int(draw * Float(limit)), max(limit - 1, 0))
    }
    let first = place(draws[0], below: count)
    let second = (first + 1 + place(draws[1], below: count - 1)) % count
    let part = draws[2] * Self.secondPart
    return try bank.sliced(0, first..<first + 1) * (1 - part)
      + bank.sliced(0, second..<second + 1) * part
  }

  /// The motion code of a seed, `motionDimension` numbers.
  ///
  /// `z_motion ~ N(0, 1)`, or a ``FacialExpression`` as `pretrain` shows them: some units moved, most at rest. Codes from
  /// N(0, 1) move all of them at once, half of them to where no face was ever seen.
  package func motion(_ seed: Int) throws -> [Float] {
    var random = RandomSource(seed: UInt64(seed)).derived("motion")
    let length = generator.config.motionDimension
    guard drawsExpressions else { return try random.normal([length]).floats() }
    var source = SplitMix64(seed: random.next())
    return MotionUnit.code(FacialExpression.random(using: &source).values, length: length)
  }
}
