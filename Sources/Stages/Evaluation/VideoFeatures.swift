import Foundation
import PV3D
import Tensors

/// What the action network says of many clips, one after the other: no clip is kept.
struct VideoFeatures {
  /// Frames of a clip.
  static let length = 16
  private let network: ActionNetwork

  /// - Parameter assets: the folder whose `weights` holds the network
  init(assets: String) throws {
    network = try ActionNetwork(path: "\(assets)/weights/i3d_k400_rgb.safetensors")
  }

  /// The logits of a clip.
  /// - Parameter frames: `[3, side, side]` in -1...1, 16 of them
  func callAsFunction(_ frames: [Tensor]) throws -> [Float] {
    try withoutGradients {
      let bytes = try Tensor.stacked(frames).clamped(-1, 1).permuted(0, 2, 3, 1) * 127.5 + 127.5
      let whole = try bytes.contiguous().floats().map { $0.rounded() }
      let clip = try Tensor(whole, [1, frames.count] + bytes.shape.dropFirst())
      return try network(I3DInput.prepared(clip)).logits.floats()
    }
  }

  /// The Fréchet distance of two sets of logits.
  static func distance(_ a: [[Float]], _ b: [[Float]]) throws -> Double {
    func statistics(_ set: [[Float]]) throws -> FeatureStatistics {
      try FeatureStatistics(Tensor(set.flatMap { $0 }, [set.count, set[0].count]))
    }
    return try FrechetDistance.between(statistics(a), statistics(b))
  }
}

/// Logits of the clips of one kind, in two halves.
struct VideoSet {
  let clips: [[Float]]

  /// So many of them, spread evenly.
  func thinned(_ count: Int) -> VideoSet {
    VideoSet(clips: (0..<count).map { clips[$0 * clips.count / count] })
  }

  /// Every other clip, so that both halves have the same people in them where there are few.
  var halves: ([[Float]], [[Float]]) {
    (
      clips.indices.filter { $0 % 2 == 0 }.map { clips[$0] },
      clips.indices.filter { $0 % 2 == 1 }.map { clips[$0] }
    )
  }
}
