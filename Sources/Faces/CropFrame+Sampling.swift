public import Tensors

extension CropFrame {
  /// The same square where its picture is seen as the crop `outer` of it, `side` pixels a row.
  public func within(_ outer: CropFrame, side: Double) -> CropFrame {
    CropFrame(
      center: outer.place(center) * side, side: self.side / outer.side * side,
      roll: roll - outer.roll)
  }

  /// The square cut out of pictures of one size, 0 outside of them; differentiable with respect to them.
  ///
  /// Where the pictures have more pixels than the crop, up to 4 x 4 samples make a pixel.
  /// - Parameters:
  ///   - images: `[batch, channels, height, width]`, in any range
  ///   - side: pixels of a row of the crop
  /// - Returns: `[batch, channels, side, side]`
  public func cropped(_ images: Tensor, side: Int) throws -> Tensor {
    let (batch, height, width) = (images.shape[0], images.shape[2], images.shape[3])
    let taps = min(max(Int((self.side / Double(side)).rounded(.up)), 1), 4)
    let count = side * taps
    var grid: [Float] = []
    grid.reserveCapacity(2 * count * count)
    for row in 0..<count {
      for column in 0..<count {
        let place = (SIMD2(Double(column), Double(row)) + 0.5) / Double(count)
        let pixel = pixel(place) / SIMD2(Double(width), Double(height)) * 2 - 1
        grid.append(Float(pixel.x))
        grid.append(Float(pixel.y))
      }
    }
    let points = try Tensor(grid, [1, count, count, 2]).to(images.device)
    let samples = try images.sampled(at: points.expanded([batch, count, count, 2]))
    return taps == 1 ? samples : try samples.averagePooled(taps, stride: taps)
  }
}
