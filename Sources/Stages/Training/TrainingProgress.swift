import Foundation
import Pipeline

/// What a person sees of a training while it runs.
public struct TrainingProgress {
  private let length: Int
  private var last: [String: String] = [:]

  /// - Parameter length: updates at the end
  public init(length: Int) { self.length = length }

  /// The event of an update; phases that did not run keep what they said last.
  public mutating func event(_ line: TrainingLog.Line) -> Event {
    func pair(_ name: String, _ values: [Float?], _ format: String) {
      let shown = values.compactMap { $0 }.map { String(format: format, $0) }
      if !shown.isEmpty { last[name] = "\(name) \(shown.joined(separator: " "))" }
    }
    pair("G", [line.gmain_image, line.gmain_video], "%.3f")
    pair("D", [line.dmain_image, line.dmain_video], "%.3f")
    pair("real", [line.sign_real_image, line.sign_real_video], "%+.2f")
    pair("fake", [line.sign_fake_image, line.sign_fake_video], "%+.2f")
    pair("R1", [line.r1_image, line.r1_video], "%.2g")
    pair("density", [line.greg], "%.2g")
    let parts = ["G", "D", "real", "fake", "R1", "density"].compactMap { last[$0] }
    let speed = String(format: "%.1f images/s", line.imagesPerSecond)
    return Event(
      stage: "train",
      kind: .progress(
        done: line.update, total: length,
        detail: ([speed] + parts).joined(separator: ", ")))
  }
}
