import Tensors

/// Adds to features what changes with the motion code and time.
///
/// `u = z_motion · t`, `m = mlp(affine(u))`, `x + conv(x, m)`: at `t = 0` the output does not depend on
/// the motion code.
/// - Source: Xu et al. 2023 (PV3D), section 3.2; PV3D-SPEC section 6
public struct MotionLayer: Sendable {
  let affine: FullyConnected
  let hidden: FullyConnected
  let output: FullyConnected
  let convolution: StyledConvolution

  public init(_ scope: Scope, channels: Int, resolution: Int, _ config: GeneratorConfig) throws {
    let width = config.motionDimension
    affine = try FullyConnected(
      scope / "affine", inputs: width, outputs: width, activation: .lrelu)
    hidden = try FullyConnected(
      scope / "motion_mlp.0", inputs: width, outputs: width, activation: .lrelu)
    output = try FullyConnected(scope / "motion_mlp.1", inputs: width, outputs: width)
    convolution = try StyledConvolution(
      scope / "conv", inputs: channels, outputs: channels, styles: width, resolution: resolution,
      deviation: config.styleDeviation, name: "b\(resolution).motion_time_fuser.conv")
  }

  /// The style that the motion gives, `[batch, motionDimension]`.
  public func code(_ motion: Tensor) throws -> Tensor { try output(hidden(affine(motion))) }

  /// - Parameters:
  ///   - x: `[batch, channels, height, width]`
  ///   - motion: `[batch, motionDimension]`, the motion code times t
  /// - Returns: as `x`
  public func callAsFunction(_ x: Tensor, _ motion: Tensor, noise: Noise) throws -> Tensor {
    try x + convolution(x, code(motion), noise: noise)
  }
}
