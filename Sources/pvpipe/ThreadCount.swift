import ArgumentParser

/// How many threads a tensor operation may have.
enum ThreadCount {
  /// More only get in each other's way: starting thousands takes longer than what they do.
  private static let allowed = 1...1024

  /// Refuses a number that libtorch aborts at, or never finishes with.
  static func check(_ threads: Int?) throws {
    guard let threads, !allowed.contains(threads) else { return }
    throw ValidationError(
      "'--threads' must be \(allowed.lowerBound) to \(allowed.upperBound), not \(threads)")
  }
}
