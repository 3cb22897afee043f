import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: Shared.has("assets/weights/i3d_k400_rgb.safetensors")))
struct ActionNetworkTests {
  private static let assets = Shared.folder.appendingPathComponent("assets")

  @Test func theGoldenClipHasItsLogits() throws {
    let golden = try Safetensors(
      path: Self.assets.appendingPathComponent("golden_face_and_metric_nets.safetensors").path)
    let network = try ActionNetwork(
      path: Self.assets.appendingPathComponent("weights/i3d_k400_rgb.safetensors").path)
    // `[1, 3, 16, 28, 28]`: time keeps its length, places are enlarged.
    let small = try golden.tensor("i3d/input_seed_ncthw_28px").selected(0, 0).permuted(1, 0, 2, 3)
    let clip =
      try small.contiguous().resized(height: 224, width: 224, antialiased: false)
      .permuted(1, 0, 2, 3).reshaped(1, 3, 16, 224, 224) * 2 - 1
    let found = try network(clip)
    for (ours, name) in [(found.features, "features"), (found.logits, "logits")] {
      let (ours, theirs) = (try ours.floats(), try golden.floats("i3d/\(name)"))
      try #require(ours.count == theirs.count)
      let tolerance = max(1e-3, 1e-4 * theirs.reduce(0) { max($0, abs($1)) })
      let worst = zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst <= tolerance, "\(name): off by \(worst), allowed \(tolerance)")
    }
  }

  @Test func otherSizesAreRefused() throws {
    let network = try ActionNetwork(
      path: Self.assets.appendingPathComponent("weights/i3d_k400_rgb.safetensors").path)
    #expect(throws: TensorError.self) { try network(Tensor.zeros([1, 3, 8, 224, 224])) }
    #expect(throws: TensorError.self) { try network(Tensor.zeros([1, 3, 16, 28, 28])) }
  }
}
