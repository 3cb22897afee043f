internal import ProgramShim

/// Gives memory that nobody uses back to the system, now and then in a loop over frames.
///
/// Numbers that stay lie between pictures and tensors that come and go, and what is free between them is not
/// always large enough for the next: without this, 3,000 frames leave 50 MB of holes.
struct HeapTrimming {
  /// Frames from one time to the next; once takes about a millisecond.
  private static let interval = 64
  private var frames = 0

  /// Counts one more frame.
  mutating func passed() {
    frames += 1
    if frames.isMultiple(of: Self.interval) { pvps_trim_heap() }
  }
}
