import Faces
import Media
public import Pipeline

extension FaceTrack: Showable {
  public func exhibits() throws -> [Exhibit] {
    let counts: [(name: String, origin: Origin)] = [
      ("face found", .found), ("crop held", .held), ("crop interpolated", .interpolated),
    ]
    let facts = counts.compactMap { name, origin -> Exhibit.Fact? in
      let count = entries.count { $0.origin == origin }
      return count > 0 ? Exhibit.Fact(name, "\(count) of \(entries.count) frames") : nil
    }
    guard entries.count > 1 else { return [.facts(facts)] }
    func series(_ name: String, _ value: (CropFrame) -> Double) -> Exhibit.Plot.Series {
      Exhibit.Plot.Series(
        name, entries.enumerated().map { (Double($0.offset), value($0.element.crop)) })
    }
    let plot = Exhibit.Plot(
      "Crop", across: "frame", unit: "pixels",
      [
        series("center, from the left") { $0.centerX },
        series("center, from the top") { $0.centerY },
        series("side") { $0.side },
      ])
    return [.facts(facts), .plot(plot)]
  }
}
