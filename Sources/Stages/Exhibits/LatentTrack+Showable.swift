import Heads
import PV3D
public import Pipeline
import Tensors

extension LatentTrack: Showable {
  public func exhibits() throws -> [Exhibit] {
    var facts = [
      Exhibit.Fact("frames", "\(count)"),
      Exhibit.Fact("styles", styles.shape[0] == 1 ? "one for all frames" : "one a frame"),
      Exhibit.Fact("tuned tensors", tunedWeights.map { "\($0.count)" } ?? "none"),
      Exhibit.Fact("background", background == nil ? "none" : "a plate"),
    ]
    let course = MotionCourse(motion, isNamed: !model.config.isOfficial)
    facts += course.facts
    return [.facts(facts)] + course.exhibits + CameraCourse(cameras).exhibits
  }
}

extension LatentGroup: Showable {
  public func exhibits() throws -> [Exhibit] {
    [.facts([Exhibit.Fact("clips", "\(tracks.count)")])]
  }
}

/// How motion codes change from frame to frame.
struct MotionCourse {
  /// Lines in one plot.
  private static let shown = 6

  private let motion: [[Float]]
  private let isNamed: Bool

  /// - Parameter isNamed: whether the first entries are twice the heads' motion units
  init(_ motion: [[Float]], isNamed: Bool) {
    self.motion = motion
    self.isNamed = isNamed
  }

  private var width: Int {
    min(motion.first?.count ?? 0, isNamed ? MotionUnit.allCases.count : .max)
  }

  private func name(_ entry: Int) -> String {
    (isNamed ? MotionUnit(rawValue: entry).map { "\($0)" } : nil) ?? "entry \(entry)"
  }

  private func value(_ frame: Int, _ entry: Int) -> Double {
    Double(motion[frame][entry]) * (isNamed ? 0.5 : 1)
  }

  /// What a single frame does most.
  var facts: [Exhibit.Fact] {
    guard motion.count == 1 else { return [] }
    let largest = (0..<width).sorted { abs(value(0, $0)) > abs(value(0, $1)) }.prefix(Self.shown)
    let words = largest.map { "\(name($0)) \((100 * value(0, $0)).rounded() / 100)" }
    return [Exhibit.Fact("largest motion", words.joined(separator: ", "))]
  }

  /// The entries that move most, over the frames.
  var exhibits: [Exhibit] {
    guard motion.count > 1, width > 0 else { return [] }
    let reach = (0..<width).map { entry in
      let values = motion.indices.map { value($0, entry) }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
    let most = (0..<width).sorted { (reach[$1], $0) < (reach[$0], $1) }.prefix(Self.shown)
    let series = most.map { entry in
      Exhibit.Plot.Series(
        name(entry), motion.indices.map { (Double($0), value($0, entry)) })
    }
    let title =
      width > series.count ? "Motion: the \(series.count) of \(width) that move most" : "Motion"
    return [
      .plot(
        Exhibit.Plot(
          title, across: "frame", unit: isNamed ? "motion units" : "entries of the code", series))
    ]
  }
}
