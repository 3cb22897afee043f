import Heads
import PV3D
import Tensors

/// The flow that a generator's motion begins with: as the surfaces of synthetic heads move.
///
/// Each head is drawn from the front with each motion unit alone, and what is seen says where it lies at rest.
/// Between opened lips nothing does; there the flow is smooth, so that the gap comes from the line where they met.
/// The plane of z and y takes the mean over the head's width.
public struct MotionFlowFit {
  package static let frontal = "backbone.synthesis.motion_flow"
  package static let lateral = "backbone.synthesis.motion_flow_lateral"
  package static let offsets = "backbone.synthesis.motion_offsets"

  private let views: HeadViews
  private let config: GeneratorConfig
  /// Heads that are drawn.
  package var people = 12
  /// Pixels along the side of a drawing: two or three a cell of 128.
  package var size = 384
  /// The amounts of a unit that are drawn; the flow is the one that is nearest to all when it grows evenly.
  package var amounts: [Float] = [0.5, 1]
  /// Looks whose mean moves as before when a flow is added to a model.
  package var looks = 24

  /// - Parameter config: of a generator whose motion offsets are those of the motion units
  public init(_ views: HeadViews, _ config: GeneratorConfig) {
    self.views = views
    self.config = config
  }

  /// By names of tensors, `[units, 2, side, side]` each in halves of the plane's side, for entries of the motion code.
  public func measured() throws -> [String: Tensor] {
    let side = config.motionFlowResolution
    var sampler = try HeadSampler(library: views.library, seed: 7, heldOut: HeadViews.heldOut)
    let rasterizer = Rasterizer(supersampling: 1)
    let none = MotionUnit.allCases.map { _ in FlowField(side: side) }
    var (frontal, lateral) = (none, none)
    let poses = MotionUnit.allCases.flatMap { unit in
      (unit.range.lowerBound < 0 ? amounts + amounts.map { -$0 } : amounts).map { (unit, $0) }
    }
    let scale = 2 / config.boxWarp
    for _ in 0..<people {
      let head = try views.library.blend(sampler.look().recipe)
      let shifts = rasterizer.shifts(
        head, poses.map { FacialExpression([$0: $1]) }, from: PortraitCamera(), size: size)
      for ((unit, amount), shifts) in zip(poses, shifts) {
        for shift in shifts {
          let way = (shift.rest - shift.moved) * scale
          let place = shift.moved * scale
          frontal[unit.rawValue].add(
            SIMD2(way.x, way.y), at: SIMD2(place.x, place.y), amount: amount)
          lateral[unit.rawValue].add(
            SIMD2(way.z, way.y), at: SIMD2(place.z, place.y), amount: amount)
        }
      }
    }
    func tensor(_ fields: [FlowField]) throws -> Tensor {
      let values = fields.flatMap { field in
        // The motion code is twice the unit.
        let flow = field.filled()
        return flow.map { $0.x / 2 } + flow.map { $0.y / 2 }
      }
      return try Tensor(values, [fields.count, 2, side, side])
    }
    var result = [Self.frontal: try tensor(frontal)]
    if config.orthogonalPlanes { result[Self.lateral] = try tensor(lateral) }
    return result
  }

  /// A model's tensors with the flows that it has not.
  ///
  /// What a flow moves of the mean look is taken from the offsets, so that the mean look moves as before. Without
  /// offsets, as for a new model, the flow comes alone.
  public func added(to tensors: [String: Tensor]) throws -> [String: Tensor] {
    let names = [Self.frontal] + (config.orthogonalPlanes ? [Self.lateral] : [])
    let lacking = names.filter { tensors[$0] == nil }
    guard config.motionFlowResolution > 0, !lacking.isEmpty else { return tensors }
    var result = try tensors.merging(measured()) { own, _ in own }
    guard let offsets = tensors[Self.offsets] else { return result }
    var moving = result
    moving[Self.offsets] = try offsets * 0
    var resting = moving
    for name in lacking { resting[name] = try resting[name].map { try $0 * 0 } }
    result[Self.offsets] =
      try offsets
      + withoutGradients {
        try difference(resting, moving).resized(
          height: offsets.shape[2], width: offsets.shape[3], antialiased: true)
      }
    return result
  }

  /// The planes of the mean look with each unit at 1 less what further flows make of them, for an entry of the motion
  /// code: `[units, 3 · planeFeatures, side, side]`.
  /// - Parameters:
  ///   - before: tensors of a generator without motion offsets
  ///   - after: the same with further flows
  private func difference(
    _ before: [String: Tensor], _ after: [String: Tensor]
  ) throws -> Tensor {
    // A model may lack what does not move, such as the styles of a training with portraits.
    func generator(_ tensors: [String: Tensor]) throws -> Generator {
      try Generator(Weights(checkpoint: tensors, missing: RandomSource(seed: 0)), config)
    }
    let (resting, moving) = (try generator(before), try generator(after))
    let label = try Camera.tensor([.canonical])
    let codes = try views.bank(looks)
    let styles = try (0..<looks).map {
      try resting.mapping(codes.sliced(0, $0..<$0 + 1), label: label)
    }
    let side = config.planeResolution
    return try .concatenated(
      MotionUnit.allCases.map { unit in
        let ends: [Float] = unit.range.lowerBound < 0 ? [2, -2] : [2]
        let changes = try ends.flatMap { end in
          var motion = [Float](repeating: 0, count: config.motionDimension)
          motion[unit.rawValue] = end
          let code = try Tensor(motion, [1, motion.count])
          return try styles.map {
            try (resting.synthesis($0, motion: code) - moving.synthesis($0, motion: code)) / end
          }
        }
        return try Tensor.concatenated(changes, 0).mean(0)
          .reshaped(1, 3 * config.planeFeatures, side, side)
      }, 0)
  }
}
