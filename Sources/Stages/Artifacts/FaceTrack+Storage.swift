import Foundation
import Media

/// On disk a track is JSON, and its landmarks, most of its bytes, are a ``LandmarkFile``.
extension FaceTrack {
  private static let names = (track: "track.json", landmarks: "landmarks.f64")

  func write(to folder: URL) throws {
    let place = folder.appendingPathComponent(Self.names.landmarks)
    try Data().write(to: place)
    let file = try FileHandle(forWritingTo: place)
    var light = self
    for index in entries.indices {
      light.entries[index].landmarks = Landmarks([])
      try file.write(contentsOf: LandmarkFile.bytes(entries[index].landmarks.points))
    }
    try file.close()
    try JSONEncoder().encode(light).write(to: folder.appendingPathComponent(Self.names.track))
  }

  /// The track, whose landmarks are read from their file when they are asked for.
  init(folder: URL) throws {
    let text = try Data(contentsOf: folder.appendingPathComponent(Self.names.track))
    var track = try JSONDecoder().decode(FaceTrack.self, from: text)
    let file = try LandmarkFile(path: folder.appendingPathComponent(Self.names.landmarks).path)
    let count = track.entries.count
    guard count > 0, file.count % count == 0 else {
      throw StageInputError("\(file.count) points are no landmarks of \(count) frames")
    }
    for index in track.entries.indices {
      track.entries[index].landmarks = file.face(index, count: file.count / count)
    }
    self = track
  }
}
