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
