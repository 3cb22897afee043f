import Heads
import PV3D
import Tensors

/// Clips of synthetic heads, made as they are asked for: everyone is someone new.
///
/// A person talks, blinks, smiles and looks about for 8 seconds at 25 frames a second while the camera
/// drifts; a pair is two frames of a window of 16. The head itself stays still, so that its turns are those
/// of the camera, as in data whose cameras come from the head's pose.
public struct HeadClips: ClipSource {
  /// What stands behind the heads.
  public enum Backdrop: String, Sendable, Codable, CaseIterable {
    /// The middle gray of models that are warm-started on synthetic heads.
    case gray
    /// A random color that runs to a darker one.
    case colors
  }

  private static let seconds = 8.0
  static let rate = 25.0

  public let views: HeadViews
  let random: RandomSource
  let side: Int
  private let mirrored: Double
  private let backdrop: Backdrop

  /// - Parameters:
  ///   - side: pixels of the frames that are given
  ///   - mirrored: probability that a real pair is shown in a mirror
  public init(
    _ views: HeadViews, side: Int, seed: UInt64, mirrored: Double = 0.5,
    backdrop: Backdrop = .gray
  ) {
    (self.views, self.side, self.mirrored, self.backdrop) = (views, side, mirrored, backdrop)
    random = RandomSource(seed: seed).derived("heads")
  }

  /// Loads the heads below `folder`, with textures as fine as frames of `side` pixels need.
  public init(
    folder: String, side: Int, seed: UInt64, mirrored: Double = 0.5, backdrop: Backdrop = .gray
  ) throws {
    let texture = side <= 128 ? 256 : side <= 256 ? 512 : 1024
    self.init(
      try HeadViews(folder: folder, textureSize: texture, seed: seed), side: side, seed: seed,
      mirrored: mirrored, backdrop: backdrop)
  }

  public func pairs(_ part: BatchPlaces, update: Int) throws -> FramePairs {
    try FramePairs(
      concatenating: concurrently(part.count) { index in
        var random = random.derived(pair: part.places.lowerBound + index, update: update)
        return try pair(&random)
      })
  }

  public func cameras(
    _ part: BatchPlaces, update: Int, phase: AdversarialTraining.Phase
  ) throws -> Tensor {
    let cameras = try part.places.flatMap { place in
      var random = random.derived(pair: place, update: update, phase: phase)
      var sampler = try sampler(&random)
      let moments = Self.moments(&random, base: sampler.camera()).map(\.camera)
      return moments.map { Camera(label: $0.label) }
    }
    return try Camera.tensor(cameras).reshaped(part.count, 2, 25)
  }

  private func pair(_ random: inout RandomSource) throws -> FramePairs {
    var sampler = try sampler(&random)
    let moments = Self.moments(&random, base: sampler.camera())
    let isMirrored = Double.random(in: 0..<1, using: &random) < mirrored
    let look = look(&sampler)
    let shade = Float.random(in: 0.5..<1, using: &random)
    let head = try views.library.blend(look.recipe)
    let rasterizer = Rasterizer(supersampling: 2)
    let portraits = moments.map { moment in
      var scene = look.scene(head, expression: moment.expression, camera: moment.camera)
      if backdrop == .colors {
        scene.background = .gradient(top: look.backdrop, bottom: look.backdrop * shade)
      }
      return rasterizer.render(scene, size: side)
    }
    let colors = try Tensor(portraits.flatMap(\.rgb), [2, side, side, 3]) * 255
    let pair = FramePairs(
      frames: try FramePairs.prepared(colors, side: side).reshaped(1, 2, 3, side, side),
      labels: try Tensor(portraits.flatMap(\.label), [1, 2, 25]),
      time: try Tensor(moments.map(\.time), [1, 2]))
    return isMirrored ? try pair.mirrored() : pair
  }

  /// Someone new before the backdrop.
  func look(_ sampler: inout HeadSampler) -> Look {
    var look = sampler.look()
    if backdrop == .gray { look.backdrop = HeadViews.backdrop }
    return look
  }

  func sampler(_ random: inout RandomSource) throws -> HeadSampler {
    try HeadSampler(library: views.library, seed: random.next(), heldOut: HeadViews.heldOut)
  }

  /// One of the two frames of a pair.
  private struct Moment {
    /// Within the window, in 0...1.
    let time: Float
    let expression: FacialExpression
    let camera: PortraitCamera
  }

  /// Two moments of a performance in a window, seen from about where `base` is.
  private static func moments(_ random: inout RandomSource, base: PortraitCamera) -> [Moment] {
    let frames = performance(&random, seconds: seconds, base: base)
    let size = ClipFolder.window
    let start = Int.random(in: 0...frames.count - size, using: &random)
    let (early, late) = FramePairs.picks(of: size, &random)
    return [early, late].map { index in
      let frame = frames[start + index]
      return Moment(
        time: Float(index) / Float(size - 1), expression: frame.expression, camera: frame.camera)
    }
  }

  /// One frame of a performance.
  struct Shot {
    let expression: FacialExpression
    let camera: PortraitCamera
  }

  /// A performance, seen from about where `base` is.
  static func performance(
    _ random: inout RandomSource, seconds: Double, base: PortraitCamera
  ) -> [Shot] {
    ActingClip(seed: random.next(), seconds: seconds, rate: rate).frames.map { frame in
      var camera = base
      camera.yaw = base.yaw * 0.6 + frame.camera.yaw
      camera.pitch = base.pitch * 0.6 + frame.camera.pitch
      return Shot(expression: frame.expression, camera: camera)
    }
  }
}
