/// Divides frames into runs that may become clips, by what is found of each.
package struct FrameSieve {
  /// What is found of one frame.
  package enum Verdict: Sendable {
    case kept
    /// It is kept, but does not go on from the frame before.
    case cut(SourceReport.Cut.Sign, found: Double, wanted: Double)
    case rejected(Rejection.Reason, found: Double?, wanted: Double?)
  }

  /// Frames that a clip needs.
  package let shortest: Int

  package init(shortest: Int) { self.shortest = shortest }

  /// The runs of kept frames that are long enough; all else goes into the report.
  ///
  /// - Parameter first: the number in its video of the frame of the first verdict
  /// - Returns: ranges of places among the verdicts
  package func runs(
    of verdicts: [Verdict], from first: Int, into report: inout SourceReport
  ) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    func end(_ place: Int) {
      let run = start..<place
      if run.count >= shortest {
        runs.append(run)
      } else if !run.isEmpty {
        report.rejected.append(
          Rejection(
            .short, first: first + start, count: run.count, found: Double(run.count),
            wanted: Double(shortest)))
      }
    }
    for (place, verdict) in verdicts.enumerated() {
      switch verdict {
      case .kept: continue
      case .cut(let sign, let found, let wanted):
        guard place > start else { continue }
        end(place)
        start = place
        report.cuts.append(
          SourceReport.Cut(frame: first + place, sign: sign, found: found, wanted: wanted))
      case .rejected(let reason, let found, let wanted):
        end(place)
        start = place + 1
        report.rejected.append(
          Rejection(reason, first: first + place, count: 1, found: found, wanted: wanted))
      }
    }
    end(verdicts.count)
    return runs
  }
}
