import Tensors

/// A person as a prepared generator draws it: all that depends on the styles alone is made once.
///
/// A frame is `planes(motion:)` and one `rendered` for each view of it; nothing records gradients.
public struct PreparedClip: Sendable {
  private struct Block: Sendable {
    let block: PreparedGenerator.Block
    let first: PreparedConvolution.Style?
    let second: PreparedConvolution.Style
    let readOut: Tensor
  }

  private struct Enlarging: Sendable {
    let enlarging: PreparedGenerator.Enlarging
    let first, second: PreparedConvolution.Style
    let readOut: Tensor

    /// The features, if they are wanted, and what is read out of them.
    func drawn(_ x: Tensor, keeping: Bool) throws -> (features: Tensor?, image: Tensor) {
      let read = enlarging.readOut
      guard let first = enlarging.first.packed(first),
        let second = enlarging.second.packed(second)
      else {
        let y = try enlarging.second(enlarging.first(x, first), second)
        return (y, try read.read(y, styled: readOut))
      }
      return try PackedConvolution.pair(
        x, first, second,
        .init(weight: readOut.reshaped(3, -1), bias: read.bias, clamp: read.clamp),
        keeping: keeping)
    }
  }

  private let generator: Generator
  private let blocks: [Block]
  private let enlargings: [Enlarging]
  /// What is added to the planes of every frame.
  private let mean: Tensor?
  /// The features of the smallest block before its motion layer.
  private let seed: Tensor
  /// The weight that reads the raw image, with its style.
  private let raw: Tensor

  init(_ prepared: PreparedGenerator, _ ws: Tensor) throws {
    let config = prepared.generator.config
    let shape = [1, config.styleCount, config.wDimension]
    guard ws.shape == shape else {
      throw TensorError(
        operation: "clip", reason: "the styles are of shape \(ws.shape), wanted \(shape)")
    }
    generator = prepared.generator
    (mean, blocks, enlargings, seed, raw) = try withoutGradients {
      let styles = try (0..<config.styleCount).map { try ws.selected(1, $0) }
      let blocks = try Self.blocks(prepared, styles)
      let last = try ws.selected(1, config.styleCount - 1)
      let enlargings = try prepared.enlargings.map {
        Enlarging(
          enlarging: $0, first: try $0.first.style(last), second: try $0.second.style(last),
          readOut: try $0.readOut.styledWeight(last))
      }
      guard let smallest = blocks.first, let constant = smallest.block.block.constant else {
        throw TensorError(operation: "clip", reason: "the backbone has no blocks")
      }
      let seed = try smallest.block.second(
        constant.reshaped([1] + constant.shape), smallest.second)
      return (
        try Self.mean(prepared, ws), blocks, enlargings, seed,
        try prepared.generator.toRaw.styledWeight(styles[0])
      )
    }
  }

  private static func mean(_ prepared: PreparedGenerator, _ ws: Tensor) throws -> Tensor? {
    guard let appearance = prepared.generator.synthesis.appearance else { return prepared.mean }
    let offsets = try appearance(ws).channelsLast()
    return try prepared.mean.map { try $0 + offsets } ?? offsets
  }

  private static func blocks(
    _ prepared: PreparedGenerator, _ styles: [Tensor]
  ) throws -> [Block] {
    var start = 0
    return try prepared.blocks.map { block in
      let count = block.block.convolutionCount
      defer { start += count }
      return Block(
        block: block, first: try block.first.map { try $0.style(styles[start]) },
        second: try block.second.style(styles[start + count - 1]),
        readOut: try block.block.readOut.styledWeight(styles[start + count]))
    }
  }

  /// Draws the feature planes of one frame.
  /// - Parameter motion: `[1, motionDimension]`, the motion code times t
  /// - Returns: `[1, 3, planeFeatures, planeResolution, planeResolution]`
  public func planes(motion: Tensor) throws -> Tensor {
    try withoutGradients {
      var x = seed
      var image: Tensor?
      for block in blocks {
        if let first = block.block.first, let style = block.first {
          x = try moved(first(x, style), block, motion)
          x = try block.block.second(x, block.second)
        } else {
          x = try moved(x, block, motion)
        }
        let read = try block.block.block.readOut.read(x, styled: block.readOut)
        image = try image.map { try doubled($0, block.block.block.filter, plus: read) } ?? read
      }
      guard var planes = image else {
        throw TensorError(operation: "clip", reason: "the backbone has no blocks")
      }
      if let mean { planes = try planes + mean }
      if let offsets = generator.synthesis.offsets { planes = try offsets(planes, motion) }
      let config = generator.config
      return try planes.reshaped(
        1, 3, config.planeFeatures, config.planeResolution, config.planeResolution)
    }
  }

  /// Features with what the motion adds to them.
  private func moved(_ x: Tensor, _ block: Block, _ motion: Tensor) throws -> Tensor {
    guard let layer = block.block.block.motion, let convolution = block.block.motion else {
      return x
    }
    return try convolution(x, convolution.style(layer.code(motion)), residual: x)
  }

  /// Draws one view of planes; further views of a frame take the same planes.
  /// - Parameters:
  ///   - planes: of `planes(motion:)`
  ///   - label: `[1, 25]` of the camera
  public func rendered(
    _ planes: Tensor, label: Tensor, resolution: Int? = nil,
    options: RenderingOptions = RenderingOptions()
  ) throws -> GeneratedImage {
    try withoutGradients {
      let resolution = resolution ?? generator.config.renderingResolution
      let margin = PictureMargin(generator.config, resolution: resolution)
      let side = resolution + 2 * margin.rays
      let seen = try generator.renderer(
        planes, Rays(labels: label, resolution: resolution, margin: margin.rays), options: options)
      let features = try Generator.image(seen.features, side)
      let small = try generator.toRaw.read(features, styled: raw)
      return try GeneratedImage(
        image: enlarged(
          features, small, side: generator.superResolution.input + 2 * margin.input),
        raw: small, depth: Generator.image(seen.depth, side),
        opacity: Generator.image(seen.opacity, side),
        points: seen.points?.reshaped(1, side, side, 3)
      ).cut(margin)
    }
  }

  private func doubled(_ image: Tensor, _ filter: Tensor, plus read: Tensor) throws -> Tensor {
    guard try Resampling.isBinomial(filter, image) else {
      return try Resampling.upsampled(image, filter) + read
    }
    return try image.doubled(plus: read)
  }

  private func enlarged(_ features: Tensor, _ raw: Tensor, side: Int) throws -> Tensor {
    var (x, image) = (features, raw)
    if features.shape[2] != side {
      x = try x.resized(height: side, width: side, antialiased: true)
      image = try image.resized(height: side, width: side, antialiased: true)
    }
    for (index, enlarging) in enlargings.enumerated() {
      let drawn = try enlarging.drawn(x, keeping: index + 1 < enlargings.count)
      image = try doubled(image, enlarging.enlarging.filter, plus: drawn.image)
      if let features = drawn.features { x = features }
    }
    return try image.contiguous()
  }
}
