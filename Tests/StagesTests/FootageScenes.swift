import Foundation
import Media
import Stages
import TestSupport

/// Short videos of 256 × 256 pixels, each of which has one thing wrong with it.
struct FootageScenes {
  static let side = 256
  let folder: URL

  /// The example's actor, frame by frame, at half size.
  static func actor(_ count: Int) throws -> [Frame] {
    let path = Shared.root.appendingPathComponent("examples/actor.mp4").path
    let reader = try VideoReader(path: path)
    return try (0..<count).compactMap { _ in try reader.next().map(halved) }
  }

  /// A person who does not move.
  static func portrait() throws -> Frame {
    halved(try ImageFile.read(Shared.root.appendingPathComponent("examples/portrait.jpg").path))
  }

  /// Writes all of them.
  init(folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let actor = try Self.actor(48)
    let gray = Frame(
      width: Self.side, height: Self.side,
      pixels: [UInt8](repeating: 110, count: 3 * Self.side * Self.side))
    try write("actor.mkv", Array(actor[..<40]))
    try write("blurred.mkv", actor.enumerated().map { 20..<28 ~= $0 ? Self.blurred($1) : $1 })
    try write("cut.mkv", actor[..<20] + Array(repeating: try Self.portrait(), count: 20))
    try write("empty.mkv", synthetic(count: 20))
    try write("gap.mkv", actor[..<40].enumerated().map { 20..<23 ~= $0 ? gray : $1 })
    try Data("Not a video.\n".utf8).write(to: folder.appendingPathComponent("notes.txt"))
    try write("tiny.mkv", actor[..<18].map { Self.pasted(Self.halved($0), on: gray) })
    try write("torn.mp4", Array(actor[..<18]))
    let torn = folder.appendingPathComponent("torn.mp4")
    let data = try Data(contentsOf: torn)
    try data.prefix(data.count / 2).write(to: torn)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func write(_ name: String, _ frames: [Frame]) throws {
    let rate = Ratio(25, 1)
    let writer = try VideoWriter(
      path: path(name), width: frames[0].width, height: frames[0].height, timeBase: rate.inverse,
      frameRate: rate, codec: name.hasSuffix("mkv") ? .ffv1 : nil)
    for (index, frame) in frames.enumerated() {
      var frame = frame
      frame.time = MediaTime(Int64(index), 25)
      frame.duration = MediaTime(1, 25)
      try writer.write(frame)
    }
    try writer.finish()
  }

  /// The means of squares of four pixels.
  private static func halved(_ frame: Frame) -> Frame {
    let (width, height) = (frame.width / 2, frame.height / 2)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for row in 0..<height {
      for place in 0..<3 * width {
        let first = 3 * (2 * row * frame.width + place / 3 * 2) + place % 3
        let second = first + 3 * frame.width
        let sum = [first, first + 3, second, second + 3].reduce(0) { $0 + Int(frame.pixels[$1]) }
        pixels.append(UInt8((sum + 2) / 4))
      }
    }
    return Frame(width: width, height: height, pixels: pixels)
  }

  /// The frame in the middle of another.
  private static func pasted(_ frame: Frame, on other: Frame) -> Frame {
    var result = other
    let (top, left) = ((other.height - frame.height) / 2, (other.width - frame.width) / 2)
    for row in 0..<frame.height {
      let place = 3 * ((top + row) * other.width + left)
      let source = 3 * row * frame.width
      result.pixels.replaceSubrange(
        place..<place + 3 * frame.width, with: frame.pixels[source..<source + 3 * frame.width])
    }
    return result
  }

  /// The means of 9 × 9 pixels, those of the edge beyond it.
  private static func blurred(_ frame: Frame) -> Frame {
    func means(_ pixels: [UInt8], step: Int, line: (Int) -> Int, lines: Int) -> [UInt8] {
      var result = pixels
      for number in 0..<lines {
        let start = line(number)
        for place in 0..<side {
          let sum = (-4...4).reduce(0) { sum, offset in
            sum + Int(pixels[start + min(max(place + offset, 0), side - 1) * step])
          }
          result[start + place * step] = UInt8((sum + 4) / 9)
        }
      }
      return result
    }
    var result = frame
    let rows = means(
      frame.pixels, step: 3, line: { $0 / 3 * 3 * side + $0 % 3 }, lines: 3 * side)
    result.pixels = means(rows, step: 3 * side, line: { $0 }, lines: 3 * side)
    return result
  }
}
