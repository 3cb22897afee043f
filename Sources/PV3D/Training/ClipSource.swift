import Tensors

/// Where adversarial training takes its real pairs and its cameras from.
///
/// Everything follows from the source's seed, the number of the update and the place of a pair in the batch,
/// so that a training that is resumed, or shared by several devices, needs no state of the source.
public protocol ClipSource: Sendable {
  /// Real pairs of one update.
  /// - Parameter part: which pairs of the batch
  func pairs(_ part: BatchPlaces, update: Int) throws -> FramePairs

  /// The cameras through which the generator's pairs are seen in one phase of an update.
  /// - Returns: `[part.count, 2, 25]`
  func cameras(
    _ part: BatchPlaces, update: Int, phase: AdversarialTraining.Phase
  ) throws -> Tensor
}

/// The pairs of a batch that one device takes.
public struct BatchPlaces: Sendable, Equatable {
  /// Pairs of one update over all devices.
  public let batch: Int
  /// Places in the batch.
  public let places: Range<Int>

  public var count: Int { places.count }

  /// The whole batch, or the part of one of several devices.
  /// - Parameters:
  ///   - batch: pairs over all devices, a multiple of `ranks`
  ///   - rank: of the device, counted from 0
  public init(of batch: Int, rank: Int = 0, ranks: Int = 1) {
    precondition(batch % ranks == 0, "'batch' must be a multiple of \(ranks), not \(batch)")
    self.batch = batch
    places = rank * batch / ranks..<(rank + 1) * batch / ranks
  }
}

extension RandomSource {
  /// The draws of a pair: of its real frames, or of the cameras of a phase.
  public func derived(
    pair place: Int, update: Int, phase: AdversarialTraining.Phase? = nil
  ) -> RandomSource {
    derived("\(phase?.rawValue ?? "real") \(update) \(place)")
  }
}

/// The order in which the clips of a finite set are seen: every round shuffles them anew.
///
/// What does not fill a batch is left out of a round.
/// - Source: PV3D-SPEC section 16, `Loader`
public struct ClipOrder: Sendable {
  public let count: Int
  public let batch: Int
  private let random: RandomSource

  /// - Parameter count: of the clips, at least 1; fewer than a batch fill it more than once
  public init(count: Int, batch: Int, random: RandomSource) {
    precondition(count > 0 && batch > 0, "'count' and 'batch' must be above 0")
    (self.count, self.batch, self.random) = (count, batch, random)
  }

  /// The clips of an update's batch.
  public func clips(_ part: BatchPlaces, update: Int) -> [Int] {
    let used = count < batch ? count : count / batch * batch
    var (round, order): (Int, [Int]) = (-1, [])
    return part.places.map { place in
      let number = update * batch + place
      if number / used != round {
        round = number / used
        var random = random.derived("round \(round)")
        order = (0..<count).shuffled(using: &random)
      }
      return order[number % used]
    }
  }
}
