/// How a new tensor is filled.
public enum Initial: Sendable {
  case zeros
  case constant(Float)
  /// Normal with mean 0 and this standard deviation.
  case normal(Float)
  case values([Float])
}

/// The tensors of a network by the names that checkpoints give them.
///
/// Layers ask for their tensors, with shape and initial value, while they are made; the store either
/// draws them or hands them out of a checkpoint. A missing tensor and a wrong shape are errors at once,
/// a tensor that no layer asked for is found by `checkAllUsed`.
public final class Weights {
  private enum Source {
    case random(RandomSource)
    case checkpoint([String: Tensor], missing: RandomSource?)
  }

  /// Tensors that are trained, by name.
  public private(set) var parameters: [String: Tensor] = [:]
  /// Tensors that are stored but not trained, by name.
  public private(set) var buffers: [String: Tensor] = [:]
  /// All names in the order in which layers asked for them.
  public private(set) var names: [String] = []
  private var source: Source
  private let gradients: Bool
  private let device: Device?

  /// New tensors, drawn by `random`.
  public init(random: RandomSource, gradients: Bool = false, device: Device = .cpu) {
    source = .random(random)
    self.gradients = gradients
    self.device = device
  }

  /// Copies of a checkpoint's tensors.
  /// - Parameters:
  ///   - missing: draws what the checkpoint lacks, which is an error without it
  ///   - device: where the copies are; nil leaves each where its original is
  public init(
    checkpoint: [String: Tensor], missing: RandomSource? = nil, gradients: Bool = false,
    device: Device? = nil
  ) {
    source = .checkpoint(checkpoint, missing: missing)
    self.gradients = gradients
    self.device = device
  }

  /// The place where names begin with `prefix` and a dot.
  public func scope(_ prefix: String = "") -> Scope { Scope(weights: self, prefix: prefix) }

  fileprivate func tensor(
    _ name: String, _ shape: [Int], _ initial: Initial, trained: Bool
  ) throws -> Tensor {
    if let known = parameters[name] ?? buffers[name] { return known }
    let value: Tensor
    switch source {
    case .random(let random):
      var part = random.derived(name)
      value = try Self.drawn(shape, initial, &part)
    case .checkpoint(let tensors, let missing):
      if let stored = tensors[name] {
        guard stored.shape == shape else {
          throw WeightsError.shape(name, found: stored.shape, wanted: shape)
        }
        value = stored
      } else if var part = missing?.derived(name) {
        value = try Self.drawn(shape, initial, &part)
      } else {
        throw WeightsError.missing(name, nearest: nearest(to: name, in: tensors.keys))
      }
    }
    let leaf = try value.to(device ?? value.device).leaf(gradients: trained && gradients)
    if trained { parameters[name] = leaf } else { buffers[name] = leaf }
    names.append(name)
    return leaf
  }

  private static func drawn(
    _ shape: [Int], _ initial: Initial, _ random: inout RandomSource
  ) throws -> Tensor {
    switch initial {
    case .zeros: try .zeros(shape)
    case .constant(let value): try Tensor(full: value, shape)
    case .normal(let deviation): try random.normal(shape) * deviation
    case .values(let values): try Tensor(values, shape)
    }
  }

  /// Throws if the checkpoint holds a tensor under `prefix` that no layer asked for.
  public func checkAllUsed(prefix: String = "") throws {
    guard case .checkpoint(let tensors, _) = source else { return }
    let unused = tensors.keys.filter {
      $0.hasPrefix(prefix) && parameters[$0] == nil && buffers[$0] == nil
    }
    if let first = unused.min() { throw WeightsError.unused(first, count: unused.count) }
  }

  /// All tensors by name.
  public var tensors: [String: Tensor] { parameters.merging(buffers) { first, _ in first } }
}

/// A place in a store of weights.
public struct Scope {
  let weights: Weights
  let prefix: String

  /// The place called `name` inside this one.
  public static func / (scope: Scope, name: String) -> Scope {
    Scope(weights: scope.weights, prefix: scope.prefix.isEmpty ? name : "\(scope.prefix).\(name)")
  }

  /// The trained tensor `name` of the given shape.
  public func parameter(_ name: String, _ shape: [Int], _ initial: Initial) throws -> Tensor {
    try weights.tensor((self / name).prefix, shape, initial, trained: true)
  }

  /// The stored but untrained tensor `name` of the given shape.
  public func buffer(_ name: String, _ shape: [Int], _ initial: Initial) throws -> Tensor {
    try weights.tensor((self / name).prefix, shape, initial, trained: false)
  }
}

/// How a checkpoint does not fit a network.
public enum WeightsError: Error, CustomStringConvertible, Equatable {
  case missing(String, nearest: String?)
  case shape(String, found: [Int], wanted: [Int])
  case unused(String, count: Int)

  public var description: String {
    switch self {
    case .missing(let name, let nearest):
      "the checkpoint has no tensor '\(name)'" + (nearest.map { "; it has '\($0)'" } ?? "")
    case .shape(let name, let found, let wanted):
      "'\(name)' must have shape \(wanted), not \(found)"
    case .unused(let name, let count):
      "the network has no place for '\(name)'" + (count > 1 ? " and \(count - 1) more" : "")
    }
  }
}

/// The name that shares the longest ending or beginning with `name`.
private func nearest(to name: String, in names: some Sequence<String>) -> String? {
  func score(_ other: String) -> Int {
    zip(name, other).prefix { $0 == $1 }.count
      + zip(name.reversed(), other.reversed()).prefix { $0 == $1 }.count
  }
  let best = names.max { (score($0), $1) < (score($1), $0) }
  return best.flatMap { score($0) * 2 > name.count ? $0 : nil }
}
