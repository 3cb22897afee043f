/// How a stage of a run ended.
enum StageState: Hashable, Sendable {
  case failed(String)
  /// The run ended while it was at work.
  case broken
  case waiting
  case restored(Age, ByteCount)
  /// The files are there as an earlier run wrote them.
  case standing(Age, ByteCount)
  case computed
  /// Computed, and in the cache now.
  case kept
  /// Its files were written.
  case wrote
  /// Made anew in every run.
  case made

  init(_ step: Plan.Step, _ run: RunJournal.State) {
    let entry = run.entries[step.id]
    if let failure = run.failure as? StageFailure, failure.id == step.id {
      self = .failed(sentence(of: failure.cause))
    } else if let restored = entry?.restored {
      self =
        step.stage is any WritingStage
        ? .standing(restored.age, restored.size) : .restored(restored.age, restored.size)
    } else if entry?.seconds != nil {
      if step.stage is any WritingStage {
        self = .wrote
      } else {
        let isCostly = step.stage is any CostlyStage
        self = entry?.isKept == true ? .kept : isCostly ? .computed : .made
      }
    } else {
      self = entry?.start == nil ? .waiting : .broken
    }
  }

  /// The class of what shows it.
  var style: String {
    switch self {
    case .failed: "failed"
    case .broken: "broken"
    case .waiting: "waiting"
    case .restored, .standing: "restored"
    case .computed, .kept, .made, .wrote: "computed"
    }
  }

  var word: String {
    switch self {
    case .failed: "failed"
    case .broken: "ended early"
    case .waiting: "not reached"
    case .restored: "restored"
    case .standing: "as it was"
    case .computed, .kept, .made, .wrote: "computed"
    }
  }

  /// What else is known of it.
  var detail: String {
    switch self {
    case .failed, .broken, .waiting, .wrote: ""
    case .restored(let age, let size): "from the cache, \(age) old, \(size)"
    case .standing(let age, let size): "written \(age) ago, \(size)"
    case .computed: "not kept"
    case .kept: "kept in the cache"
    case .made: "never kept"
    }
  }
}
