import Tensors

/// Frames to be explained as tensors, and what is drawn laid over what stands behind them.
struct TargetBatch {
  /// `[n, 3, side, side]` in -1...1.
  let image: Tensor
  /// `[n, 1, side, side]` in 0...1.
  let mask: Tensor
  /// `[n, 3, side, side]` in -1...1, if it is known.
  let behind: Tensor?

  private init(image: Tensor, mask: Tensor, behind: Tensor?) {
    (self.image, self.mask, self.behind) = (image, mask, behind)
  }

  init(_ targets: [InversionTarget]) throws {
    let behind = targets.compactMap(\.behind)
    self.init(
      image: try .stacked(targets.map(\.image)), mask: try .stacked(targets.map(\.mask)),
      behind: behind.count == targets.count ? try .stacked(behind) : nil)
  }

  /// The same with another number of pixels a row.
  func resized(_ side: Int) throws -> TargetBatch {
    func sized(_ x: Tensor) throws -> Tensor {
      x.shape[2] == side ? x : try x.resized(height: side, width: side, antialiased: true)
    }
    return TargetBatch(
      image: try sized(image), mask: try sized(mask), behind: try behind.map(sized))
  }

  /// What is seen of pictures drawn over nothing, of this batch's size.
  /// - Parameters:
  ///   - drawn: `[n, 3, side, side]` in -1...1
  ///   - opacity: `[n, 1, rays, rays]` in 0...1
  func composite(_ drawn: Tensor, _ opacity: Tensor) throws -> Tensor {
    guard let behind else { return drawn }
    let side = drawn.shape[2]
    let cover =
      opacity.shape[2] == side
      ? opacity : try opacity.resized(height: side, width: side, antialiased: false)
    return try drawn + behind * (1 - cover)
  }
}
