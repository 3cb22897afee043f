import Tensors

/// A batch of real pairs of frames; sample `2 · pair + frame` of the flat form.
public struct FramePairs: Sendable {
  /// `[pairs, 2, 3, side, side]` in -1...1.
  public let frames: Tensor
  /// `[pairs, 2, 25]`, the cameras that look.
  public let labels: Tensor
  /// `[pairs, 2]` in 0...1, the earlier first.
  public let time: Tensor

  public init(frames: Tensor, labels: Tensor, time: Tensor) {
    (self.frames, self.labels, self.time) = (frames, labels, time)
  }

  /// Several batches one after the other.
  public init(concatenating parts: [FramePairs]) throws {
    self.init(
      frames: try .concatenated(parts.map(\.frames), 0),
      labels: try .concatenated(parts.map(\.labels), 0),
      time: try .concatenated(parts.map(\.time), 0))
  }

  public var count: Int { time.shape[0] }

  /// The same pairs on a device.
  public func to(_ device: Device) throws -> FramePairs {
    FramePairs(
      frames: try frames.to(device), labels: try labels.to(device), time: try time.to(device))
  }

  /// The pairs' mirror images, with the cameras that see them.
  /// - Source: PV3D-SPEC section 7
  public func mirrored() throws -> FramePairs {
    let turned: Set = [1, 2, 3, 4, 8]
    let signs = try Tensor((0..<labels.shape[2]).map { turned.contains($0) ? -1 : 1 })
    return FramePairs(
      frames: try frames.flipped(4), labels: try labels * signs.to(labels.device), time: time)
  }

  /// Frames as networks take them, from the bytes of a video.
  ///
  /// Bilinear resizing without antialiasing, then `(x / 255 - ½) / ½`.
  /// - Parameter bytes: `[frames, height, width, 3]` in 0...255
  /// - Returns: `[frames, 3, side, side]`
  /// - Source: PV3D-SPEC section 16
  public static func prepared(_ bytes: Tensor, side: Int) throws -> Tensor {
    let unit = try (bytes / 255).permuted(0, 3, 1, 2).contiguous()
    return try (unit.resized(height: side, width: side, antialiased: false) - 0.5) / 0.5
  }

  /// Two of a window's frames in order, which may be the same; frame i is at `i / (count - 1)`.
  /// - Source: PV3D-SPEC section 16
  public static func picks(of count: Int, _ random: inout RandomSource) -> (Int, Int) {
    let (early, late) = moments(&random)
    func frame(_ moment: Double) -> Int { min(Int(moment * Double(count)), count - 1) }
    return (frame(early), frame(late))
  }

  /// Two moments of a clip, the earlier first: one drawn from Beta(2, 1), one from Beta(1, 2).
  /// - Source: PV3D-SPEC section 7
  public static func moments(_ random: inout RandomSource) -> (Double, Double) {
    let late = Double.random(in: 0..<1, using: &random).squareRoot()
    let early = 1 - Double.random(in: 0..<1, using: &random).squareRoot()
    return (min(early, late), max(early, late))
  }
}
