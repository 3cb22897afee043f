import Tensors

/// The exponential moving average of a network's tensors.
/// - Source: Karras et al. 2018, section 5; PV3D-SPEC section 14
public struct MovingAverage {
  /// The averaged tensors by name.
  public let tensors: [String: Tensor]

  /// Starts at copies of `tensors`.
  public init(_ tensors: [String: Tensor]) throws {
    self.tensors = try tensors.mapValues { try $0.leaf(gradients: false) }
  }

  /// Moves the average towards `source`, keeping the part `keep` of itself.
  public func update(_ source: [String: Tensor], keeping keep: Double) throws {
    for (name, average) in tensors {
      guard let value = try source[name]?.detached().to(average.device) else { continue }
      try average.blend(towards: value, keeping: keep)
    }
  }
}
