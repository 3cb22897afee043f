import Faces
import Media
import Pipeline

/// What becomes of a frame in which no face is found.
public enum LostFacePolicy: String, CaseIterable, ParameterValue {
  /// It takes the crop of the last frame before it that has one, or else of the first after it.
  case hold
  /// It takes a crop between those of the frames before and after it; at the ends, as `hold`.
  case interpolate
  /// It is left out, so that the result has fewer frames.
  case skip
  /// The run ends.
  case fail
}

/// A frame and its face, if one was found.
package struct SeenFrame: Sendable {
  package let index: Int
  package let time: MediaTime
  package let framed: FramedFace?

  package init(index: Int, time: MediaTime, framed: FramedFace?) {
    self.index = index
    self.time = time
    self.framed = framed
  }
}

/// A face and the crop in which it is framed.
package struct FramedFace: Sendable {
  let landmarks: Landmarks
  let confidence: Double
  package var crop: CropFrame

  package init(face: Face, crop: CropFrame) {
    self.init(Landmarks(face.points), confidence: face.confidence, crop: crop)
  }

  init(_ landmarks: Landmarks, confidence: Double, crop: CropFrame) {
    self.landmarks = landmarks
    self.confidence = confidence
    self.crop = crop
  }

  package var face: Face {
    get throws { Face(points: try landmarks.points, confidence: confidence) }
  }

  /// The same, moved `part` of the way to `other`.
  package func mixed(_ other: FramedFace, _ part: Double) -> FramedFace {
    func mix(_ a: Double, _ b: Double) -> Double { a + part * (b - a) }
    let turn = other.crop.roll - crop.roll
    let way = turn - 2 * .pi * (turn / (2 * .pi)).rounded()
    let center = crop.center + part * (other.crop.center - crop.center)
    return FramedFace(
      landmarks.mixed(other.landmarks, part), confidence: mix(confidence, other.confidence),
      crop: CropFrame(
        center: center, side: mix(crop.side, other.crop.side), roll: crop.roll + part * way))
  }
}

extension LostFacePolicy {
  /// The frames that are kept, with a face each.
  package func filled(_ frames: [SeenFrame]) throws -> [FaceTrack.Entry] {
    let found = frames.indices.filter { frames[$0].framed != nil }
    guard !found.isEmpty else {
      throw FaceLost(
        frames.count == 1
          ? "no face was found" : "no face was found in any of \(frames.count) frames")
    }
    var before: Int?
    var next = 0
    var entries: [FaceTrack.Entry] = []
    for (place, frame) in frames.enumerated() {
      if let framed = frame.framed {
        before = place
        next += 1
        entries.append(FaceTrack.Entry(frame, .found, framed))
        continue
      }
      guard self != .skip else { continue }
      guard self != .fail else { throw FaceLost("frame \(frame.index): no face was found") }
      let after = next < found.count ? found[next] : nil
      guard let (framed, origin) = replacement(place, in: frames, before, after) else { continue }
      entries.append(FaceTrack.Entry(frame, origin, framed))
    }
    return entries
  }

  private func replacement(
    _ place: Int, in frames: [SeenFrame], _ before: Int?, _ after: Int?
  ) -> (FramedFace, FaceTrack.Origin)? {
    let earlier = before.flatMap { frames[$0].framed }
    let later = after.flatMap { frames[$0].framed }
    guard self == .interpolate, let before, let after, let earlier, let later else {
      return (earlier ?? later).map { ($0, .held) }
    }
    let part = Double(place - before) / Double(after - before)
    return (earlier.mixed(later, part), .interpolated)
  }
}

extension FaceTrack.Entry {
  fileprivate init(_ frame: SeenFrame, _ origin: FaceTrack.Origin, _ framed: FramedFace) {
    self.init(
      sourceIndex: frame.index, time: frame.time, origin: origin, crop: framed.crop,
      landmarks: framed.landmarks, confidence: origin == .found ? framed.confidence : 0)
  }
}

/// That a face is not where it has to be.
package struct FaceLost: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
