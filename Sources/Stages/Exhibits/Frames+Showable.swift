import Media
public import Pipeline

/// Frames are shown as a strip of those that readers got: nothing is made for it alone.
extension Frames: Showable {
  public func observed(by meter: Meter) -> Frames {
    let strip = FrameStrip()
    var seen = Frames(info) {
      var source = makeAsyncIterator()
      var position = 0
      strip.begin()
      return {
        guard let frame = try await meter.element({ try await source.next() }) else { return nil }
        strip.take(frame, at: position)
        position += 1
        return frame
      }
    }
    seen.strip = strip
    return seen
  }

  public func exhibits() throws -> [Exhibit] {
    guard let strip else { return [] }
    let rate = (100 * info.rate.value).rounded() / 100
    let count = strip.count
    let readings = strip.readings > 1 ? "\(strip.readings) times" : "once"
    let facts = [
      Exhibit.Fact("size", "\(info.width) × \(info.height) pixels, \(rate) frames a second"),
      Exhibit.Fact("frames", count > 0 ? "\(count), read \(readings)" : "none was read"),
    ]
    return count > 0 ? [.strip(try strip.strip()), .facts(facts)] : [.facts(facts)]
  }
}
