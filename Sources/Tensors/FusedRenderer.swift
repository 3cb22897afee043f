internal import TorchShim

/// The volume renderer as one kernel for the CPU, with gradients of the first order.
///
/// Memory is proportional to rays, not to samples. The composed renderer of the room above is its
/// reference.
public enum FusedRenderer {
  /// Feature planes and the decoder that reads them.
  public struct Field {
    let planes, hiddenWeight, hiddenBias, outputWeight, outputBias: Tensor
    let orthogonal, bounded: Bool

    /// - Parameters:
    ///   - planes: `[batch, 3, features, side, side]` of (x, y), (x, z) and (z, x), or (z, y) if `orthogonal`
    ///   - hiddenWeight: `[hidden, features]`, with its gain
    ///   - outputWeight: `[1 + colors, hidden]`, density first
    ///   - bounded: whether nothing is beyond the cube that the planes cover
    public init(
      planes: Tensor, hiddenWeight: Tensor, hiddenBias: Tensor, outputWeight: Tensor,
      outputBias: Tensor, orthogonal: Bool = false, bounded: Bool = false
    ) {
      self.planes = planes
      self.hiddenWeight = hiddenWeight
      self.hiddenBias = hiddenBias
      self.outputWeight = outputWeight
      self.outputBias = outputBias
      self.orthogonal = orthogonal
      self.bounded = bounded
    }

    var raw: pv_field {
      pv_field(
        planes: planes.raw, w0: hiddenWeight.raw, b0: hiddenBias.raw, w1: outputWeight.raw,
        b1: outputBias.raw, orthogonal: orthogonal,
        bounded: bounded)
    }
  }

  /// Where samples lie along rays.
  public struct Sampling {
    public var near: Float = 0
    public var far: Float = 0
    /// Side of the cube that the planes cover.
    public var box: Float = 1
    public var coarse = 0
    public var fine = 0
    public var whiteBack = false
    /// Whether jitter is drawn from `seed` where `jitter` is nil.
    public var drawsJitter = false
    public var seed: UInt64 = 0
    /// `[batch, rays, samples]`, rising: replaces both passes.
    public var depths: Tensor?
    /// `[batch, rays, coarse]` in 0..<1.
    public var jitter: Tensor?
    /// `[batch · rays, fine]` in 0..<1.
    public var u: Tensor?

    public init() {}
  }

  /// What rays see.
  public struct Result {
    /// Shape `[batch, rays, colors]`.
    public let features: Tensor
    /// `[batch, rays, 1]` each: depth, the sum of weights, the distance of the mean point.
    public let depth, opacity, surface: Tensor
  }

  /// Renders rays.
  /// - Parameters:
  ///   - origins: `[batch, rays, 3]`
  ///   - directions: `[batch, rays, 3]` of length 1
  public static func render(
    _ field: Field, origins: Tensor, directions: Tensor, _ sampling: Sampling
  ) throws(TensorError) -> Result {
    var raw = field.raw
    var options = pv_sampling(
      near_depth: Double(sampling.near), far_depth: Double(sampling.far),
      box: Double(sampling.box), coarse: Int64(sampling.coarse), fine: Int64(sampling.fine),
      white_back: sampling.whiteBack, draw_jitter: sampling.drawsJitter, seed: sampling.seed,
      depths: sampling.depths?.raw, jitter: sampling.jitter?.raw, u: sampling.u?.raw)
    var out = pv_rendered()
    let status = withExtendedLifetime((field, sampling)) {
      pv_render(&raw, origins.raw, directions.raw, &options, &out)
    }
    guard status == 0 else { throw .last("render") }
    return Result(
      features: try Tensor(out.features, "render"), depth: try Tensor(out.depth, "render"),
      opacity: try Tensor(out.opacity, "render"), surface: try Tensor(out.surface, "render"))
  }

  /// Raw density and, if asked for, colors at points.
  /// - Parameter points: `[batch, points, 3]`
  /// - Returns: `[batch, points, 1]` and `[batch, points, colors]`
  public static func query(
    _ field: Field, points: Tensor, box: Float, colors wanted: Bool
  ) throws(TensorError) -> (density: Tensor, colors: Tensor?) {
    var raw = field.raw
    var density: OpaquePointer?
    var colors: OpaquePointer?
    let status = withExtendedLifetime(field) {
      wanted
        ? pv_query(&raw, points.raw, Double(box), &density, &colors)
        : pv_query(&raw, points.raw, Double(box), &density, nil)
    }
    guard status == 0 else { throw .last("query") }
    return (
      try Tensor(density, "query"), wanted ? try Tensor(colors, "query") : nil
    )
  }

  /// Instruction sets that the kernel is compiled for, in rising order.
  public enum InstructionSet: Int, Sendable, CaseIterable {
    case generic, avx2, avx512
  }

  /// The set in use: the best of this processor.
  public static var instructionSet: InstructionSet {
    InstructionSet(rawValue: Int(pv_instruction_set())) ?? .generic
  }

  /// Uses `set`, or the best of this processor below it, and returns the one in use.
  @discardableResult
  public static func use(_ set: InstructionSet) -> InstructionSet {
    InstructionSet(rawValue: Int(pv_use_instruction_set(Int32(set.rawValue)))) ?? .generic
  }
}
