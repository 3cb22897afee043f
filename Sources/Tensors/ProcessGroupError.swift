/// Why processes do not come together.
public enum ProcessGroupError: Error, CustomStringConvertible, Sendable, Equatable {
  /// A variable of the environment is not set.
  case missing(variable: String, size: Int)
  /// A variable of the environment does not hold what it must.
  case wrong(variable: String, value: String, wanted: String)
  /// The processes were not all there in time, or one of them was lost.
  case unreachable(place: String, rank: Int, size: Int, reason: String)

  public var description: String {
    switch self {
    case .missing(let variable, let size):
      "WORLD_SIZE is \(size), but \(variable) is not set (torchrun sets it)"
    case .wrong(let variable, let value, let wanted):
      "\(variable) is '\(value)', but must be \(wanted)"
    case .unreachable(let place, let rank, let size, let reason):
      "rank \(rank) of \(size) cannot meet the other processes at \(place): \(reason)"
    }
  }
}
