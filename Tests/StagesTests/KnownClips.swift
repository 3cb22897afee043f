import Foundation
import Media
import PV3D
import TestSupport

/// A folder of clips whose every frame is known: its left half tells the frame, its right half the clip.
struct KnownClips {
  static let frames = 40
  static let names = ["first", "second", "third"]

  let workshop: Workshop
  var path: String { workshop.folder.path }

  init() throws {
    workshop = try Workshop("clips")
    for name in ["recrop_faces", "smoothed_camera2world"] {
      try FileManager.default.createDirectory(
        atPath: workshop.path(name), withIntermediateDirectories: true)
    }
    for (index, name) in Self.names.enumerated() {
      try film(index, name)
      try cameras(index, name, count: Self.frames)
    }
    try write(Self.names.map { "\($0).mp4" }.joined(separator: "\n") + "\n", "voxceleb.list")
  }

  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: workshop.path(name)))
  }

  /// Frame k of clip c: gray 5 k + 20 to the left, 60 c + 40 to the right.
  func film(_ clip: Int, _ name: String, frames: Int = frames) throws {
    let rate = Ratio(25, 1)
    let writer = try VideoWriter(
      path: workshop.path("recrop_faces/\(name).mp4"), width: 64, height: 64,
      timeBase: rate.inverse, frameRate: rate, quality: 0)
    for frame in 0..<frames {
      let (left, right) = (UInt8(5 * frame + 20), UInt8(60 * clip + 40))
      let half = { (gray: UInt8) in [UInt8](repeating: gray, count: 3 * 32) }
      let pixels = Array(repeatElement(half(left) + half(right), count: 64).joined())
      try writer.write(
        RGBFrame(
          width: 64, height: 64, pixels: pixels,
          time: MediaTime(ticks: Int64(frame), of: rate.inverse), index: frame))
    }
    try writer.finish()
  }

  /// Entry 3 is 100 times the clip plus the frame, half of the numbers in quotes.
  func cameras(_ clip: Int, _ name: String, count: Int) throws {
    let entries = (0..<count).map { frame in
      var label = Camera.canonical.label
      label[3] = Float(100 * clip + frame)
      let numbers = label.enumerated().map { $0 % 2 == 1 ? "\"\($1)\"" : "\($1)" }
      return "[\"\(frame)\", [\(numbers.joined(separator: ", "))]]"
    }
    try write("[\(entries.joined(separator: ",\n"))]", "smoothed_camera2world/\(name).json")
  }

  /// Cameras that look at the head from the front, a little from the left and the right in turn.
  func realCameras() throws {
    for name in Self.names {
      let entries = (0..<Self.frames).map { frame in
        let label = Camera.canonical.orbited(yaw: 0.1 * sin(Float(frame))).label
        return "[\(frame), [\(label.map { "\($0)" }.joined(separator: ", "))]]"
      }
      try write("[\(entries.joined(separator: ",\n"))]", "smoothed_camera2world/\(name).json")
    }
  }
}
