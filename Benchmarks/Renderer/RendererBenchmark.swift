import Foundation
import PV3D
import Tensors

/// Times the fused renderer against the composition of tensor operations, in one run.
///
/// Rays of 64 x 64 pixels, 48 coarse and 48 fine samples, 32 features, 64 hidden units: PV3D's own sizes.
/// The best of several runs counts, alternating, so that a busy machine disturbs both alike. Orthogonal planes, which the
/// fused renderer looks up three times instead of twice, are timed beside.
@main
struct RendererBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    Torch.threads = arguments.first ?? 2
    let runs = arguments.dropFirst().first ?? 3
    var random = RandomSource(seed: 1)
    let config = GeneratorConfig()
    let side = config.planeResolution
    let planes = try random.normal([1, 3, config.planeFeatures, side, side]).leaf()
    let weights = Weights(random: random, gradients: true)
    let renderer = try VolumeRenderer(weights.scope("decoder"), config)
    var separate = config
    separate.orthogonalPlanes = true
    let orthogonal = try VolumeRenderer(weights.scope("decoder"), separate)
    let rays = try Rays(labels: Camera.tensor([.canonical]), resolution: 64)
    let cotangent = try random.normal([1, 64 * 64, config.planeFeatures])

    func forward(_ fused: Bool, _ renderer: VolumeRenderer) throws {
      var options = RenderingOptions()
      options.fused = fused
      try withoutGradients { _ = try renderer(planes, rays, options: options) }
    }
    func both(_ fused: Bool, _ renderer: VolumeRenderer) throws {
      var options = RenderingOptions()
      options.fused = fused
      let loss = try (renderer(planes, rays, options: options).features * cotangent).sum()
      let leaves = [planes] + weights.parameters.keys.sorted().compactMap { weights.parameters[$0] }
      _ = try loss.gradients(leaves)
    }
    print("threads \(Torch.threads), \(FusedRenderer.instructionSet), libtorch \(Torch.version)")
    for (name, body) in [("forward", forward), ("forward+backward", both)] {
      var composed = Double.infinity
      var fused = (official: Double.infinity, orthogonal: Double.infinity)
      for _ in 0..<runs {
        composed = min(composed, try seconds { try body(false, renderer) })
        for _ in 0..<3 {
          fused.official = min(fused.official, try seconds { try body(true, renderer) })
          fused.orthogonal = min(fused.orthogonal, try seconds { try body(true, orthogonal) })
        }
      }
      print(
        String(
          format: "%@: composed %.3f s, fused %.3f s, ratio %.1f; orthogonal %.3f s, %.2f times",
          name as NSString, composed, fused.official, composed / fused.official,
          fused.orthogonal, fused.orthogonal / fused.official))
    }
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(body)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
}
