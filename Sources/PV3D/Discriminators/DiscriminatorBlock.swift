import Tensors

/// A residual block that halves the resolution.
///
/// `skip(x) + conv1(conv0(x))`, both branches scaled by `√½`; the first block reads its features
/// out of the image.
/// - Source: Karras et al. 2020, figure 7; PV3D-SPEC section 13
public struct DiscriminatorBlock: Sendable {
  let readIn: Convolution?
  let first: Convolution
  let second: Convolution
  let skip: Convolution

  /// - Parameters:
  ///   - image: channels of the image that this block reads; nil for one that takes features
  ///   - inputs: channels of the features
  ///   - outputs: channels of the result
  public init(
    _ scope: Scope, image: Int? = nil, inputs: Int, outputs: Int, clamp: Float? = nil,
    precision: Precision = .full
  ) throws {
    let half = Float(0.5).squareRoot()
    _ = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
    readIn = try image.map {
      try Convolution(scope / "fromrgb", inputs: $0, outputs: inputs, size: 1, clamp: clamp)
    }
    first = try Convolution(
      scope / "conv0", inputs: inputs, outputs: inputs, size: 3, clamp: clamp, precision: precision)
    second = try Convolution(
      scope / "conv1", inputs: inputs, outputs: outputs, size: 3, down: 2, gain: half,
      clamp: clamp, precision: precision)
    skip = try Convolution(
      scope / "skip", inputs: inputs, outputs: outputs, size: 1, down: 2, activation: .linear,
      biased: false, gain: half, precision: precision)
  }

  /// - Parameter x: `[batch, image or inputs, height, width]`
  /// - Returns: `[batch, outputs, height / 2, width / 2]`
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let features = try readIn?(x) ?? x
    return try skip(features) + second(first(features))
  }
}
