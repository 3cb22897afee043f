import Foundation
import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct SupervisedTrainingTests {
  /// Views of a ball of radius 0.25 around the pivot whose color follows the code.
  static func group(_ code: Float) -> ViewGroup {
    let side = 32
    let views = [-0.4, 0.0, 0.4].map { yaw -> ViewGroup.View in
      let camera = Camera(yaw: Float(yaw), pitch: 0)
      var (colors, depths, mask): ([Float], [Float], [Float]) = ([], [], [])
      for row in 0..<side {
        for column in 0..<side {
          let x = ((Float(column) + 0.5) / Float(side) - 0.5) / Camera.focalLength
          let y = ((Float(row) + 0.5) / Float(side) - 0.5) / Camera.focalLength
          // The ball lies on the axis, at the cameras' distance from the pivot.
          let cosine = 1 / (1 + x * x + y * y).squareRoot()
          let middle = Camera.radius * cosine
          let gap = Camera.radius * Camera.radius - middle * middle
          let half = 0.0625 - gap
          depths.append(half > 0 ? middle - half.squareRoot() : .infinity)
          mask.append(half > 0 ? 1 : 0)
          colors += half > 0 ? [code, -code, 0.5] : [0, 0, 0]
        }
      }
      return ViewGroup.View(label: camera.label, colors: colors, depths: depths, mask: mask)
    }
    return ViewGroup(
      appearance: [code, 1, 0, 0, 0, 0, 0, 0], motion: [0, 0, 0, 0, 0, 0], side: side, views: views)
  }

  @Test func shapeAndColorAreLearnedFromRaysAndFromPatches() throws {
    var options = SupervisedOptions()
    options.steps = 200
    (options.raysPerView, options.patchSide, options.shapeRays) = (128, 4, 64)
    (options.rayPart, options.framePart) = (0.6, 0.05)
    var config = SmallGenerator.config
    (config.styleDeviation, config.densityGain) = (0.05, 20)
    let weights = Weights(random: RandomSource(seed: 2), gradients: true)
    var training = try SupervisedTraining(weights, config, options, seed: 4) {
      try ($0 - $1).squared().mean()
    }
    var losses: [SupervisedLosses] = []
    for step in 0..<options.steps {
      losses.append(try training.learn([Self.group(step % 2 == 0 ? 0.8 : -0.8)]))
    }
    #expect(Set(losses.map(\.phase)) == ["rays", "patches", "frames"])
    func mean(_ range: Range<Int>, _ part: (SupervisedLosses) -> Float) -> Float {
      losses[range].map(part).reduce(0, +) / Float(range.count)
    }
    #expect(mean(100..<120, \.color) < 0.6 * mean(0..<10, \.color))
    #expect(mean(100..<120, \.opacity) < 0.5 * mean(0..<10, \.opacity))
    #expect(mean(100..<120, \.density) < 0.8 * mean(0..<10, \.density))
    #expect(mean(180..<190, \.color) < 0.6 * mean(120..<125, \.color))
  }
}
