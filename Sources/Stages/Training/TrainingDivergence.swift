/// A training whose numbers are no longer finite.
///
/// Nothing of it is kept: the checkpoint and the model stay those that were written last.
struct TrainingDivergence: Error, CustomStringConvertible {
  /// Updates made, the failed one included.
  let update: Int
  /// What was found: `'gmain_image' is nan`.
  let finding: String

  var description: String {
    "update \(update): \(finding): the training has diverged, and what was saved last stays; "
      + "begin again with lower 'rates'"
  }
}

extension TrainingLog.Line {
  /// The first measure that is not finite, as `'gmain_image' is nan`.
  var divergence: TrainingDivergence? {
    let measures: [(name: String, value: Float?)] = [
      ("gmain_image", gmain_image), ("gmain_video", gmain_video), ("greg", greg),
      ("dmain_image", dmain_image), ("dmain_video", dmain_video), ("r1_image", r1_image),
      ("r1_video", r1_video),
    ]
    let found = measures.lazy.compactMap { measure in
      measure.value.flatMap { $0.isFinite ? nil : "'\(measure.name)' is \($0)" }
    }
    return found.first.map { TrainingDivergence(update: update, finding: $0) }
  }
}
