import Tensors

/// The share of one of several processes in a batch: as many neighboring pairs for each.
public struct BatchPart: Sendable, Equatable {
  /// Which part, from 0.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  public init(_ index: Int, of count: Int) {
    precondition((0..<count).contains(index), "'index' must be below \(count), not \(index)")
    (self.index, self.count) = (index, count)
  }

  /// The part that a process of `group` takes.
  public init(_ group: ProcessGroup) { self.init(group.rank, of: group.size) }

  /// The places of this part in `total` places.
  public func range(in total: Int) throws -> Range<Int> {
    guard total % count == 0, total > 0 else {
      throw TensorError(
        operation: "part of a batch", reason: "\(total) does not divide into \(count) equal parts")
    }
    let size = total / count
    return index * size..<(index + 1) * size
  }

  /// The rows of this part.
  func of(_ tensor: Tensor) throws -> Tensor {
    try tensor.sliced(0, range(in: tensor.shape[0]))
  }
}

extension FramePairs {
  /// The pairs of one part.
  public func part(_ part: BatchPart) throws -> FramePairs {
    FramePairs(frames: try part.of(frames), labels: try part.of(labels), time: try part.of(time))
  }
}

extension AdversarialDraw {
  /// The numbers of one part of the batch, so that all parts together are this draw.
  ///
  /// A pair whose cameras are swapped still sees those of the pair before it in the whole batch.
  public func part(_ part: BatchPart) throws -> AdversarialDraw {
    let pairs = labels.shape[0]
    let range = try part.range(in: pairs)
    var result = self
    (result.z, result.motion) = (try part.of(z), try part.of(motion))
    (result.time, result.labels) = (try part.of(time), try part.of(labels))
    result.swap = Array(swap[range])
    result.previous = try part.of(previous ?? rolled())
    result.points = try points.map(part.of)
    result.perturbations = try perturbations.map(part.of)
    result.rendering.jitter = try rendering.jitter.map(part.of)
    result.rendering.u = try rendering.u.map(part.of)
    result.rendering.skippedFrames += 2 * range.lowerBound
    if case .random(let whole) = noise {
      result.noise = .random { layer, shape in
        let all = [shape[0] * part.count] + shape.dropFirst()
        return try part.of(whole(layer, all))
      }
    }
    return result
  }
}
