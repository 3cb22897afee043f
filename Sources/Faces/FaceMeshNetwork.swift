import Tensors

/// The network behind `FaceMesh`: residual blocks of depthwise convolutions, then two heads.
/// - Source: Kartynnik et al. 2019; MediaPipe's face_landmark
package struct FaceMeshNetwork: Sendable {
  private struct Block: Sendable {
    let depthwise: Convolution
    let pointwise: Convolution
    let slope: Tensor

    init(_ reader: inout LayerReader, stride: Int = 1) throws {
      depthwise = try reader.depthwise(stride: stride)
      pointwise = try reader.convolution()
      slope = try reader.slope()
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      let kept = depthwise.stride == 1 ? x : try x.maxPooled(2, stride: 2)
      let skip = try kept.widened(to: pointwise.outputs)
      return try (pointwise(depthwise(x)) + skip).leakyReLU(slope)
    }
  }

  private struct Head: Sendable {
    let blocks: [Block]
    let squeeze: Convolution
    let slope: Tensor
    let block: Block
    let output: Convolution

    init(_ reader: inout LayerReader, blocks count: Int) throws {
      var blocks: [Block] = []
      for index in 0..<count { blocks.append(try Block(&reader, stride: index == 0 ? 2 : 1)) }
      self.blocks = blocks
      squeeze = try reader.convolution()
      slope = try reader.slope()
      block = try Block(&reader)
      output = try reader.convolution(stride: 3)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      let features = try blocks.reduce(x) { try $1($0) }
      return try output(block(squeeze(features).leakyReLU(slope)))
    }
  }

  private let stem: Convolution
  private let slope: Tensor
  private let trunk: [Block]
  private let mesh: Head
  private let flag: Head

  package init() throws {
    var reader = try LayerReader("face_landmark")
    stem = try reader.convolution(stride: 2)
    slope = try reader.slope()
    var trunk: [Block] = []
    for index in 1...14 {
      trunk.append(try Block(&reader, stride: [3, 6, 9, 12].contains(index) ? 2 : 1))
    }
    self.trunk = trunk
    mesh = try Head(&reader, blocks: 3)
    flag = try Head(&reader, blocks: 1)
  }

  /// - Parameter x: `[batch, 3, 192, 192]`, RGB in 0...1
  /// - Returns: the points' x, y, z in crop pixels, `[batch, 468, 3]`, and the flag before its sigmoid
  package func callAsFunction(_ x: Tensor) throws -> (points: Tensor, flag: Tensor) {
    let features = try trunk.reduce(stem(x).leakyReLU(slope)) { try $1($0) }
    let points = try mesh(features).reshaped(x.shape[0], 468, 3)
    return (points, try flag(features).reshaped(x.shape[0]))
  }
}
