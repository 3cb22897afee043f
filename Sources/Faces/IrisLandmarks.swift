import Foundation
import Tensors

/// The contour of an eye with its brow, and its iris, in a crop of 64×64 pixels around the eye.
/// - Source: Ablavatski et al. 2020; MediaPipe's iris_landmark
public struct IrisLandmarks: Sendable {
  /// A bottleneck, or with a stride the step to half the size.
  private struct Block: Sendable {
    let narrow: Convolution
    let first: Tensor
    let depthwise: Convolution
    let widen: Convolution
    let second: Tensor

    init(_ reader: inout LayerReader, stride: Int = 1) throws {
      narrow = try reader.convolution(stride: stride, padding: .fixed(0))
      first = try reader.slope()
      depthwise = try reader.depthwise()
      widen = try reader.convolution()
      second = try reader.slope()
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      let kept = narrow.stride == 1 ? x : try x.maxPooled(2, stride: 2)
      let y = try widen(depthwise(narrow(x).leakyReLU(first)))
      return try (y + kept.widened(to: widen.outputs)).leakyReLU(second)
    }
  }

  private let stem: Convolution
  private let slope: Tensor
  private let trunk: [Block]
  private let heads: [[Block]]
  private let outputs: [Convolution]

  public init() throws {
    var reader = try LayerReader("iris_landmark")
    func blocks(_ strides: [Int]) throws -> [Block] {
      var blocks: [Block] = []
      for stride in strides { blocks.append(try Block(&reader, stride: stride)) }
      return blocks
    }
    stem = try reader.convolution(stride: 2)
    slope = try reader.slope()
    trunk = try blocks([1, 1, 1, 1, 2, 1, 1, 1, 1, 2])
    let head = [1, 1, 2, 1, 1, 2, 1, 1]
    heads = [try blocks(head), try blocks(head)]
    outputs = [
      try reader.convolution(padding: .fixed(0)), try reader.convolution(padding: .fixed(0)),
    ]
  }

  /// Which of a person's own eyes.
  public enum Side: Sendable, CaseIterable {
    case left, right

    /// The landmarks of the eye's corners.
    fileprivate var corners: (Int, Int) { self == .left ? (362, 263) : (33, 133) }
  }

  /// One eye, in pixels of the picture.
  public struct Eye: Sendable {
    /// The center and four points on the edge.
    public let iris: [SIMD2<Double>]
    /// Nine points along the lower lid from the outer corner to the inner one, then seven between them along
    /// the upper lid.
    public let lids: [SIMD2<Double>]

    /// The distance between the middles of the lids over that between the corners.
    ///
    /// It tells a wink, which `FaceMesh` does not: its eyes open and close together.
    public var opening: Double { length(lids[12] - lids[4]) / length(lids[8] - lids[0]) }

    private func length(_ offset: SIMD2<Double>) -> Double { (offset * offset).sum().squareRoot() }
  }

  /// The iris and the lids of one eye.
  public func eye(_ side: Side, of face: Face, in image: RGBView) throws -> Eye {
    let (a, b) = (face.pixel(side.corners.0), face.pixel(side.corners.1))
    let line = b - a
    let frame = CropFrame(
      center: (a + b) / 2, side: 2.3 * (line * line).sum().squareRoot(),
      roll: atan2(line.y, line.x))
    let (contour, iris) = try withoutGradients {
      let crop = try image.cropped(frame, size: 64)
      return try self(side == .left ? crop : crop.flipped(3))
    }
    func pixels(_ points: Tensor) throws -> [SIMD2<Double>] {
      let values = try points.floats().map { Double($0) / 64 }
      return stride(from: 0, to: values.count, by: 3).map {
        frame.pixel(SIMD2(side == .left ? values[$0] : 1 - values[$0], values[$0 + 1]))
      }
    }
    return Eye(iris: try pixels(iris), lids: Array(try pixels(contour).prefix(16)))
  }

  /// - Parameter x: `[batch, 3, 64, 64]`, RGB in 0...1; a right eye is given mirrored
  /// - Returns: x, y, z in crop pixels of 71 points of the eye and brow, `[batch, 71, 3]`, and of the
  ///   center and four edge points of the iris, `[batch, 5, 3]`
  public func callAsFunction(_ x: Tensor) throws -> (contour: Tensor, iris: Tensor) {
    let features = try trunk.reduce(stem(x).leakyReLU(slope)) { try $1($0) }
    var points: [Tensor] = []
    for (head, output) in zip(heads, outputs) {
      let result = try output(head.reduce(features) { try $1($0) })
      points.append(try result.reshaped(x.shape[0], -1, 3))
    }
    return (points[0], points[1])
  }
}
