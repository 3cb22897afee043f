import Tensors

/// The detector of small and far faces: a pyramid of bottlenecks that comes back up to one fine grid.
/// - Source: MediaPipe's face_detection_full_range
package struct FullRangeNetwork: Sendable {
  /// Two pairs of depthwise and pointwise convolutions.
  private struct Block: Sendable {
    let layers: [Convolution]

    init(_ reader: inout LayerReader, stride: Int = 1) throws {
      layers = [
        try reader.depthwise(stride: stride, padding: .fixed(1)), try reader.convolution(),
        try reader.depthwise(padding: .fixed(1)), try reader.convolution(),
      ]
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      let y = try layers[3](layers[2](layers[1](layers[0](x)).relu()))
      return try (layers[0].stride == 1 ? y + x : y).relu()
    }
  }

  /// One step up: a coarse level is narrowed, enlarged and added to the finer one.
  private struct Ascent: Sendable {
    let narrow: Convolution
    let lateral: Convolution
    let blocks: [Block]

    init(_ reader: inout LayerReader, blocks count: Int) throws {
      narrow = try reader.convolution()
      lateral = try reader.convolution()
      blocks = try FullRangeNetwork.blocks(&reader, count)
    }

    func callAsFunction(_ coarse: Tensor, _ fine: Tensor) throws -> Tensor {
      let (height, width) = (fine.shape[2], fine.shape[3])
      let enlarged = try narrow(coarse).relu().resized(
        height: height, width: width, antialiased: false)
      return try blocks.reduce(enlarged + lateral(fine).relu()) { try $1($0) }
    }
  }

  private let stem: Convolution
  private let levels: [[Block]]
  private let ascents: [Ascent]
  private let scores: [Convolution]
  private let boxes: [Convolution]

  package init() throws {
    var reader = try LayerReader("face_detection_full_range")
    stem = try reader.convolution(stride: 2, padding: .fixed(1))
    var levels = [try Self.blocks(&reader, 2)]
    for count in [2, 2, 2, 3] {
      levels.append([try Block(&reader, stride: 2)] + (try Self.blocks(&reader, count)))
    }
    self.levels = levels
    var ascents: [Ascent] = []
    for count in [2, 2, 1] { ascents.append(try Ascent(&reader, blocks: count)) }
    self.ascents = ascents
    scores = [try reader.convolution(), try reader.depthwise(stride: 2, padding: .fixed(1))]
    boxes = [try reader.convolution(), try reader.depthwise(stride: 2, padding: .fixed(1))]
  }

  private static func blocks(_ reader: inout LayerReader, _ count: Int) throws -> [Block] {
    var blocks: [Block] = []
    for _ in 0..<count { blocks.append(try Block(&reader)) }
    return blocks
  }

  /// - Parameter x: `[batch, 3, 192, 192]`, RGB in -1...1
  package func callAsFunction(_ x: Tensor) throws -> AnchorOutput {
    var pyramid: [Tensor] = []
    var features = try stem(x).relu()
    for level in levels {
      features = try level.reduce(features) { try $1($0) }
      pyramid.append(features)
    }
    for (ascent, fine) in zip(ascents, pyramid[1...3].reversed()) {
      features = try ascent(features, fine)
    }
    return AnchorOutput(
      boxes: try boxes[1](boxes[0](features)).spread().rows(16),
      scores: try scores[1](scores[0](features)).spread().rows(1))
  }
}

extension Tensor {
  /// Four times fewer channels, twice the height and width: the channels of a pixel become a 2×2 square.
  fileprivate func spread() throws -> Tensor {
    let size = shape
    let channels = size[1] / 4
    return try reshaped(size[0], 2, 2, channels, size[2], size[3]).permuted(0, 3, 4, 1, 5, 2)
      .reshaped(size[0], channels, 2 * size[2], 2 * size[3])
  }
}
