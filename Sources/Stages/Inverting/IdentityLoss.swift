import Faces
import Tensors

/// How far drawn faces are from the people they should be, by the identity network.
struct IdentityLoss {
  private let network: IdentityEmbedding
  private let chips: [FaceChip]
  /// `[1, 128]` of each frame.
  private let truths: [Tensor]

  /// - Parameters:
  ///   - images: `[3, side, side]` each, in -1...1
  ///   - faces: in pixels of the images
  ///   - device: where the drawn images will be
  init(_ images: [Tensor], _ faces: [Face], on device: Device = .cpu) throws {
    let network = try IdentityEmbedding(device: device)
    let chips = faces.map { FaceChip($0) }
    truths = try withoutGradients {
      try zip(images, chips).map { image, chip in
        try network(chip.cropped(image.to(device).reshaped([1] + image.shape)))
      }
    }
    self.network = network
    self.chips = chips
  }

  /// The mean squared distance of drawn images, `[n, 3, side, side]`, from the frames `indices`.
  func callAsFunction(_ drawn: Tensor, _ indices: [Int]) throws -> Tensor {
    var sum = try Tensor(full: 0, []).to(drawn.device)
    for (row, index) in indices.enumerated() {
      let code = try network(chips[index].cropped(drawn.sliced(0, row..<row + 1)))
      sum = try sum + (code - truths[index]).squared().sum()
    }
    return try sum / Float(indices.count)
  }
}
