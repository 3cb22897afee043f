import Foundation

/// On disk a track is JSON, and its landmarks, most of its bytes, are numbers of 64 bits.
extension FaceTrack {
  private static let names = (track: "track.json", landmarks: "landmarks.f64")

  func write(to folder: URL) throws {
    var light = self
    var landmarks = Data()
    for index in entries.indices {
      light.entries[index].landmarks = []
      for point in entries[index].landmarks {
        for axis in 0..<3 {
          withUnsafeBytes(of: point[axis].bitPattern.littleEndian) {
            landmarks.append(contentsOf: $0)
          }
        }
      }
    }
    try JSONEncoder().encode(light).write(to: folder.appendingPathComponent(Self.names.track))
    try landmarks.write(to: folder.appendingPathComponent(Self.names.landmarks))
  }

  init(folder: URL) throws {
    let text = try Data(contentsOf: folder.appendingPathComponent(Self.names.track))
    var track = try JSONDecoder().decode(FaceTrack.self, from: text)
    let bytes = try Data(contentsOf: folder.appendingPathComponent(Self.names.landmarks))
    let numbers = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map {
        Double(
          bitPattern: UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
    let count = track.entries.count
    guard count > 0, numbers.count % (3 * count) == 0 else {
      throw StageInputError("\(numbers.count) numbers are no landmarks of \(count) frames")
    }
    let width = numbers.count / count
    for index in track.entries.indices {
      track.entries[index].landmarks = stride(from: index * width, to: (index + 1) * width, by: 3)
        .map { SIMD3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
    }
    self = track
  }
}
