public import Faces
public import Tensors

/// What stands behind the person of a video: one picture, and the part of it that each frame shows.
///
/// Crops follow the head, so that what stands still moves in them.
public struct Backdrop: Sendable {
  /// `[3, side, side]` in -1...1.
  public let plate: Tensor
  /// Where frames lie in the plate, in its pixels: one for each frame, or one for all.
  public let windows: [CropFrame]

  public init(_ plate: Tensor, windows: [CropFrame]) {
    precondition(!windows.isEmpty, "there must be a window")
    self.plate = plate
    self.windows = windows
  }

  /// A plate that every frame shows as a whole.
  public init(_ plate: Tensor) {
    let side = Double(plate.shape[1])
    self.init(plate, windows: [CropFrame(center: SIMD2(side, side) / 2, side: side)])
  }

  /// The backdrop as the first frame shows it, for all frames.
  public var held: Backdrop { Backdrop(plate, windows: [windows[0]]) }

  /// The window of a frame; the last one's for frames after it.
  public func window(_ frame: Int) -> CropFrame { windows[min(frame, windows.count - 1)] }

  /// What a window shows.
  /// - Returns: `[3, side, side]` in -1...1
  public func seen(through window: CropFrame, side: Int) throws -> Tensor {
    let size = plate.shape[1]
    let whole = CropFrame(center: SIMD2(Double(size), Double(size)) / 2, side: Double(size))
    if window == whole, size == side { return plate }
    let batch = try plate.reshaped([1] + plate.shape)
    let seen =
      window == whole
      ? try batch.resized(height: side, width: side, antialiased: false)
      : try window.cropped(batch, side: side)
    return try seen.reshaped(-1, side, side)
  }
}
