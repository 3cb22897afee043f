import Foundation
import Media
import PV3D
import Pipeline
import Stages
import Synchronization
import TestSupport
import Testing

@Suite struct ExhibitTests {
  static let silent = Meter { _, _ in }

  func strip(_ exhibits: [Exhibit]) -> Exhibit.Strip? {
    exhibits.compactMap { if case .strip(let strip) = $0 { strip } else { nil } }.first
  }

  func plots(_ exhibits: [Exhibit]) -> [Exhibit.Plot] {
    exhibits.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
  }

  func fact(_ name: String, _ exhibits: [Exhibit]) -> String? {
    exhibits.flatMap { exhibit -> [Exhibit.Fact] in
      guard case .facts(let facts) = exhibit else { return [] }
      return facts
    }.first { $0.name == name }?.value
  }

  @Test(arguments: [
    (1, 1), (32, 1), (33, 2), (63, 2), (64, 2), (65, 4), (1000, 32), (1024, 32), (1025, 64),
  ])
  func aStripHoldsEveryStridethFrameOfAnyLength(_ count: Int, _ stride: Int) {
    let strip = FrameStrip()
    let frame = synthetic(count: 1, width: 4, height: 4)[0]
    for position in 0..<count {
      strip.take(frame, at: position)
      #expect(strip.positions.count <= FrameStrip.limit)
    }
    #expect(strip.positions == Array(Swift.stride(from: 0, to: count, by: stride)))
    #expect(strip.count == count)
  }

  @Test func aSecondReadingAddsNoPictureButWhereItGoesFarther() {
    let strip = FrameStrip()
    let frame = synthetic(count: 1, width: 4, height: 4)[0]
    for count in [20, 40] { for index in 0..<count { strip.take(frame, at: index) } }
    #expect(strip.positions == Array(stride(from: 0, to: 40, by: 2)))
  }

  @Test func watchedFramesAreTheSameAndAreMadeOnce() async throws {
    let made = Mutex(0)
    let counted = Mutex(0)
    let frames = Frames(synthetic(count: 40, width: 200, height: 192), rate: Ratio(25, 1))
      .eachFrame { frame in
        made.withLock { $0 += 1 }
        return frame
      }
    let watched = frames.observed(
      by: Meter { _, isElement in counted.withLock { $0 += isElement ? 1 : 0 } })
    #expect(fact("frames", try watched.exhibits()) == "none was read")
    #expect(try await collected(watched) == synthetic(count: 40, width: 200, height: 192))
    let exhibits = try watched.failing { $0 }.exhibits()
    #expect(made.withLock { $0 } == 40 && counted.withLock { $0 } == 40)
    #expect(fact("frames", exhibits) == "40, read once")
    #expect(fact("size", exhibits) == "200 × 192 pixels, 25.0 frames a second")
    // Held are 0, 2, … 38; every third of these twenty is shown.
    let pictures = try #require(strip(exhibits)).pictures
    #expect(
      pictures.map(\.caption) == [
        "0 · 0.0 s", "6 · 0.24 s", "12 · 0.48 s", "18 · 0.72 s", "24 · 0.96 s", "30 · 1.2 s",
        "36 · 1.44 s",
      ])
    let shop = try Workshop("strip")
    for picture in pictures {
      let path = shop.path("a.jpg")
      try picture.jpeg.write(to: URL(fileURLWithPath: path))
      let read = try ImageFile.read(path)
      #expect((read.width, read.height) == (100, 96))
      #expect((picture.width, picture.height) == (100, 96))
    }
    // What nobody watches shows nothing.
    #expect(try frames.exhibits().isEmpty)
  }

  @Test func aTornVideoShowsWhatWasRead() async throws {
    struct Torn: Error {}
    let frames = Frames(synthetic(count: 9), rate: Ratio(25, 1)).eachFrame { frame in
      if frame.index == 3 { throw Torn() }
      return frame
    }.observed(by: Self.silent)
    await #expect(throws: Torn.self) { try await collected(frames) }
    let exhibits = try frames.exhibits()
    #expect(strip(exhibits)?.pictures.count == 3)
    #expect(fact("frames", exhibits) == "3, read once")
  }

  @Test func camerasArePlottedInDegreesAndWorldUnits() throws {
    let cameras = (0..<5).map { index in
      let angle = Float(index) * 0.1
      return Camera(yaw: angle, pitch: -angle / 2, roll: angle / 4, radius: 2 + angle)
    }
    let track = CameraTrack(
      cameras.enumerated().map { .init(camera: $1, time: MediaTime(Int64($0), 25)) })
    let plots = plots(try track.exhibits())
    #expect(plots.map(\.unit) == ["degrees", "world units"])
    #expect(plots[0].series.map(\.name) == ["yaw", "pitch", "roll"])
    for (index, camera) in cameras.enumerated() {
      #expect(abs(camera.distance - (2 + Float(index) * 0.1)) < 1e-5)
      for (series, part) in zip(plots[0].series, [1, -0.5, 0.25]) {
        // Angles are of 32 bits, and an arc sine.
        let wanted = Double(index) * 0.1 * part * 180 / .pi
        #expect(abs(series.points[index].y - wanted) < 1e-3, "\(series.name)")
      }
    }
    let still = CameraTrack([.init(camera: Camera(yaw: .pi / 6, pitch: 0), time: .zero)])
    #expect(fact("yaw", try still.exhibits()) == "30.0°")
    #expect(fact("distance", try still.exhibits()) == "2.7 world units")
  }

  @Test func motionIsPlottedByUnitThoseThatMoveMostFirst() throws {
    var motion = (0..<4).map { _ in [Float](repeating: 0, count: 6) }
    for frame in 0..<4 {
      motion[frame][1] = 0.4 * Float(frame)
      motion[frame][4] = 2 - Float(frame)
    }
    let latents = try MotionEditTests.latents(motion)
    let named = !latents.model.config.isOfficial
    let plots = plots(try latents.exhibits())
    #expect(plots.map(\.title) == ["Motion", "Camera"])
    let names = named ? ["lipsStretch", "jawSide"] : ["entry 4", "entry 1"]
    #expect(plots[0].series.prefix(2).map(\.name) == names)
    let factor = named ? 0.5 : 1
    for frame in 0..<4 {
      #expect(abs(plots[0].series[0].points[frame].y - factor * Double(2 - frame)) < 1e-6)
      #expect(abs(plots[0].series[1].points[frame].y - factor * 0.4 * Double(frame)) < 1e-6)
    }
  }

  @Test func theMotionOfASingleFrameIsToldInWords() throws {
    let still = try MotionEditTests.latents([[0, -0.6, 0.2, 0, 0, 0]])
    let text = try #require(fact("largest motion", try still.exhibits()))
    let named = !still.model.config.isOfficial
    #expect(text.hasPrefix(named ? "jawSide -0.3, lipsRound 0.1, " : "entry 1 -0.6, entry 2 0.2, "))
  }
}
