import Tensors

/// What a detection network says about every anchor.
package struct AnchorOutput: Sendable {
  /// `[batch, anchors, 16]`: box center and size, then six key points, in input pixels.
  package let boxes: Tensor
  /// `[batch, anchors, 1]`, before the sigmoid.
  package let scores: Tensor
}

/// The detector of faces near the camera: BlazeFace.
/// - Source: Bazarevsky et al. 2019; MediaPipe's face_detection_short_range
package struct ShortRangeNetwork: Sendable {
  private struct Block: Sendable {
    let depthwise: Convolution
    let pointwise: Convolution

    init(_ reader: inout LayerReader, stride: Int) throws {
      depthwise = try reader.depthwise(stride: stride)
      pointwise = try reader.convolution()
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      let kept = depthwise.stride == 1 ? x : try x.maxPooled(2, stride: 2)
      return try (pointwise(depthwise(x)) + kept.widened(to: pointwise.outputs)).relu()
    }
  }

  private let stem: Convolution
  private let fine: [Block]
  private let coarse: [Block]
  private let scores: [Convolution]
  private let boxes: [Convolution]

  package init() throws {
    var reader = try LayerReader("face_detection_short_range")
    stem = try reader.convolution(stride: 2)
    var blocks: [Block] = []
    for index in 0..<16 {
      blocks.append(try Block(&reader, stride: [2, 5, 11].contains(index) ? 2 : 1))
    }
    fine = Array(blocks[..<11])
    coarse = Array(blocks[11...])
    scores = [try reader.convolution(), try reader.convolution()]
    boxes = [try reader.convolution(), try reader.convolution()]
  }

  /// - Parameter x: `[batch, 3, 128, 128]`, RGB in -1...1
  package func callAsFunction(_ x: Tensor) throws -> AnchorOutput {
    let near = try fine.reduce(stem(x).relu()) { try $1($0) }
    let far = try coarse.reduce(near) { try $1($0) }
    return AnchorOutput(
      boxes: try .concatenated([boxes[0](near).rows(16), boxes[1](far).rows(16)], 1),
      scores: try .concatenated([scores[0](near).rows(1), scores[1](far).rows(1)], 1))
  }
}
