import Faces
import Foundation
import Media
import Pipeline
import Stages
import Tensors
import Testing

@Suite struct PasteBackTests {
  /// Crops of the frames of these numbers.
  static func track(_ crops: [CropFrame], of sources: [Int]) -> FaceTrack {
    let entries = zip(crops, sources).map { crop, index in
      FaceTrack.Entry(
        sourceIndex: index, time: MediaTime(Int64(index), 25), origin: .found, crop: crop,
        landmarks: Landmarks([]), confidence: 1)
    }
    return FaceTrack(entries, width: 64, height: 48, rate: Ratio(25, 1))
  }

  static func pasted(
    _ drawn: [Frame], _ whole: [Frame], _ track: FaceTrack, feather: Double
  ) async throws -> [Frame] {
    var stage = PasteBack()
    stage.feather = feather
    let rate = Ratio(25, 1)
    let inputs = Ports(PasteBack.frames, Frames(drawn, rate: rate))
      .with(PasteBack.whole, Frames(whole, rate: rate)).with(PasteBack.track, track)
    return try await collected(stage.run(inputs, in: RunContext())[PasteBack.pasted])
  }

  static func plain(_ color: [UInt8], side: Int, index: Int = 0) -> Frame {
    Frame(
      width: side, height: side, pixels: (0..<side * side).flatMap { _ in color },
      time: MediaTime(Int64(index), 10), index: index)
  }

  @Test func anUprightCropLiesWhereItWas() async throws {
    let whole = synthetic(count: 1)
    let crop = CropFrame(center: SIMD2(30, 20), side: 16)
    let result = try await Self.pasted(
      [Self.plain([9, 90, 200], side: 16)], whole, Self.track([crop], of: [0]), feather: 0)
    for y in 0..<48 {
      for x in 0..<64 {
        let at = 3 * (y * 64 + x)
        let isInside = (22..<38).contains(x) && (12..<28).contains(y)
        let wanted = isInside ? [9, 90, 200] : Array(whole[0].pixels[at..<at + 3])
        #expect(Array(result[0].pixels[at..<at + 3]) == wanted)
      }
    }
  }

  /// A smooth picture, cropped aslant and put back, is the same picture.
  @Test(arguments: [40, 61]) func whatWasCroppedComesBack(size: Int) async throws {
    var pixels: [UInt8] = []
    for y in 0..<48 {
      for x in 0..<64 {
        pixels.append(UInt8(127 + 100 * sin(Double(x) / 9)))
        pixels.append(UInt8(127 + 100 * cos(Double(y) / 8)))
        pixels.append(UInt8(60 + x + y))
      }
    }
    let whole = Frame(width: 64, height: 48, pixels: pixels)
    let crop = CropFrame(center: SIMD2(33, 25), side: 30, roll: 0.4)
    let values = try RGBView(width: 64, height: 48, pixels: pixels).cropped(crop, size: size)
      .permuted(0, 2, 3, 1).contiguous().floats()
    let drawn = Frame(
      width: size, height: size, pixels: values.map { UInt8(max(0, min(255, $0 * 255))) })
    let result = try await Self.pasted(
      [drawn], [whole], Self.track([crop], of: [0]), feather: 0.1)
    let gaps = zip(result[0].pixels, pixels).map { abs(Int($0) - Int($1)) }
    #expect(gaps.max() ?? 255 <= 4)
  }

  @Test func theEdgeFades() async throws {
    let whole = Frame(width: 64, height: 48, pixels: [UInt8](repeating: 0, count: 64 * 48 * 3))
    let crop = CropFrame(center: SIMD2(32, 24), side: 40)
    let result = try await Self.pasted(
      [Self.plain([255, 255, 255], side: 8)], [whole], Self.track([crop], of: [0]), feather: 0.25)
    let row = (0..<64).map { result[0].pixels[3 * (24 * 64 + $0)] }
    #expect(row[11] == 0 && row[22] == 255 && row[32] == 255)
    // A quarter of the way over the edge: 3 / 16 - 2 / 64 = 0.156.
    #expect(abs(Int(row[14]) - 40) <= 4)
    #expect(zip(row[11...22], row[12...23]).allSatisfy { $0 <= $1 })
  }

  @Test func aStillStaysBehindAllThatIsDrawn() async throws {
    let crop = CropFrame(center: SIMD2(30, 20), side: 16)
    let drawn = (0..<3).map { Self.plain([UInt8(50 * $0), 0, 0], side: 16, index: $0) }
    let result = try await Self.pasted(
      drawn, synthetic(count: 1), Self.track([crop], of: [0]), feather: 0)
    #expect(result.map(\.index) == [0, 1, 2])
    #expect(result.map(\.time) == drawn.map(\.time))
    #expect(result.map { $0.pixels[3 * (20 * 64 + 30)] } == [0, 50, 100])
    #expect(result.allSatisfy { $0.pixels[0] == 0 && $0.pixels[3] == 4 })
  }

  /// Frames without a face that `face-crop` passed over are passed over here too.
  @Test func eachDrawingMeetsTheFrameOfItsCrop() async throws {
    let crop = CropFrame(center: SIMD2(30, 20), side: 16)
    let whole = synthetic(count: 4)
    let drawn = (0..<2).map { Self.plain([1, 2, 3], side: 16, index: $0) }
    let result = try await Self.pasted(
      drawn, whole, Self.track([crop, crop], of: [1, 3]), feather: 0)
    #expect(result.map { $0.pixels[0] } == [1, 3])
  }

  @Test func whatDoesNotFitIsTold() async throws {
    let track = Self.track([CropFrame(center: SIMD2(30, 20), side: 16)], of: [0])
    let wide = await #expect(throws: (any Error).self) {
      _ = try await Self.pasted(synthetic(count: 1), synthetic(count: 1), track, feather: 0)
    }
    #expect("\(try #require(wide))".hasPrefix("'frames' are 64 × 48 pixels; wanted is one view"))
    let other = await #expect(throws: (any Error).self) {
      _ = try await Self.pasted(
        [Self.plain([0, 0, 0], side: 8)], synthetic(count: 1, width: 32), track, feather: 0)
    }
    let sentence = "'whole' are frames of 32 × 48 pixels, 'track' is of 64 × 48"
    #expect("\(try #require(other))".hasPrefix(sentence))
  }
}
