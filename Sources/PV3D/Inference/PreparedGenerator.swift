import Tensors

/// A generator whose weights are laid out once for drawing clips without gradients.
///
/// Its images are the generator's with constant noise, up to rounding. Prepare it once a model and
/// take a `PreparedClip` from it for each person.
public struct PreparedGenerator: Sendable {
  /// One resolution of the backbone.
  struct Block: Sendable {
    let block: SynthesisBlock
    let first: PreparedConvolution?
    let second: PreparedConvolution
    let motion: PreparedConvolution?
  }

  /// One doubling of the super-resolution.
  struct Enlarging: Sendable {
    let readOut: ToRGB
    let filter: Tensor
    let first, second: PreparedConvolution
  }

  public let generator: Generator
  let blocks: [Block]
  let enlargings: [Enlarging]
  /// The learned mean of the planes as the blocks draw them.
  let mean: Tensor?

  public init(_ generator: Generator) throws {
    self.generator = generator
    (blocks, enlargings, mean) = try withoutGradients {
      (
        try generator.synthesis.blocks.map {
          Block(
            block: $0, first: try $0.first.map { try PreparedConvolution($0, noisy: true) },
            second: try PreparedConvolution($0.second, noisy: true),
            motion: try $0.motion.map { try PreparedConvolution($0.convolution, noisy: true) })
        },
        try generator.superResolution.blocks.map {
          Enlarging(
            readOut: $0.readOut, filter: $0.filter,
            first: try PreparedConvolution($0.first, noisy: false),
            second: try PreparedConvolution($0.second, noisy: false))
        },
        try generator.synthesis.mean.map {
          try $0.reshaped([1] + $0.shape).channelsLast()
        }
      )
    }
    // Loading and laying out leave as much freed memory behind as the model is large.
    Torch.releaseMemory()
  }

  /// What all frames of one person share.
  /// - Parameter ws: `[1, styleCount, wDimension]`
  public func clip(_ ws: Tensor) throws -> PreparedClip { try PreparedClip(self, ws) }
}
