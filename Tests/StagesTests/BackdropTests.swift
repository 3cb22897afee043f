import Faces
import Foundation
import Stages
import Tensors
import Testing

@Suite struct BackdropTests {
  private static let side = 64

  /// A room in smooth colors, 240 x 200 pixels.
  private static let room: RGBView = {
    var pixels: [UInt8] = []
    for y in 0..<200 {
      for x in 0..<240 {
        pixels.append(UInt8(127 + 90 * sin(Double(x) / 15)))
        pixels.append(UInt8(127 + 90 * cos(Double(y) / 18)))
        pixels.append(UInt8(60 + (x + y) / 4))
      }
    }
    return RGBView(width: 240, height: 200, pixels: pixels)
  }()

  /// Squares that follow someone through the room, turning a little.
  private static let crops = (0..<12).map { index -> CropFrame in
    let step = Double(index)
    let center = SIMD2(70 + step * 9, 100 + 12 * sin(step))
    return CropFrame(center: center, side: 96 + Double(index % 3) * 4, roll: 0.1 * sin(step / 2))
  }

  /// Where the person is: the middle third of each crop.
  private static func mask() throws -> Tensor {
    let third = (side / 3..<side - side / 3)
    let values = (0..<side * side).map { index -> Float in
      third.contains(index % side) && third.contains(index / side) ? 1 : 0
    }
    return try Tensor(values, [1, 1, side, side])
  }

  private static func crop(_ frame: CropFrame) throws -> Tensor {
    try room.cropped(frame, size: side).reshaped(1, 3, side, side) * 2 - 1
  }

  private static func gathered(_ crops: [CropFrame]) throws -> Backdrop {
    var plate = try BackgroundPlate(crops, crop: side)
    for (index, frame) in crops.enumerated() {
      // The person is a color that the room has not.
      let person = try mask()
      let image = try crop(frame) * (1 - person) - person
      try plate.add(index, image, mask: person)
    }
    return try plate.filled(isTextured: true)
  }

  @Test func aRoomIsSeenBehindThePersonWhereItStandsThoughCropsMove() throws {
    let backdrop = try Self.gathered(Self.crops)
    #expect(backdrop.windows.count == Self.crops.count)
    #expect(backdrop.plate.shape[1] > Self.side)
    for (index, frame) in Self.crops.enumerated() {
      let seen = try backdrop.seen(through: backdrop.window(index), side: Self.side)
      let gap = try (seen - Self.crop(frame).reshaped(3, Self.side, Self.side)).magnitude()
      #expect(try gap.mean().item() < 0.02, "crop \(index)")
      #expect(try gap.floats().max() ?? 1 < 0.25, "crop \(index)")
    }
  }

  @Test func oneCropIsItsOwnPlate() throws {
    let frame = CropFrame(center: SIMD2(120, 90), side: 90, roll: 0.3)
    let backdrop = try Self.gathered([frame])
    let seen = try backdrop.seen(through: backdrop.window(0), side: Self.side)
    #expect(backdrop.plate.shape == [3, Self.side, Self.side])
    let corner = try (seen - Self.crop(frame).reshaped(3, Self.side, Self.side))
      .sliced(1, 0..<12).magnitude()
    #expect(try corner.floats().max() ?? 1 < 1e-5)
  }

  @Test func whatIsHeldShowsEveryFrameWhatTheFirstShows() throws {
    let backdrop = try Self.gathered(Self.crops)
    let held = backdrop.held
    #expect(held.window(0) == backdrop.window(0) && held.window(7) == backdrop.window(0))
    #expect(backdrop.window(7) != backdrop.window(0))
    #expect(backdrop.window(99) == backdrop.window(11))
  }

  @Test func aPlateGrowsToFourCropsAtMost() throws {
    let far = [0.0, 900].map { CropFrame(center: SIMD2($0, 100), side: 60) }
    #expect(try Self.gathered(far).plate.shape == [3, 256, 256])
  }

  /// A speck of the person that the matte has missed is not the room's, but one that is far away is.
  @Test func whatTheMatteMissesNearThePersonIsLeftOut() throws {
    let side = 256
    let frame = CropFrame(center: SIMD2(120, 90), side: 90)
    let truth = try Self.room.cropped(frame, size: side).reshaped(1, 3, side, side) * 2 - 1
    func square(_ xs: Range<Int>, _ ys: Range<Int>) throws -> Tensor {
      let values = (0..<side * side).map { index -> Float in
        xs.contains(index % side) && ys.contains(index / side) ? 1 : 0
      }
      return try Tensor(values, [1, 1, side, side])
    }
    let person = try square(86..<170, 86..<170)
    // Three pixels with soft edges, five beside the person, and three far from it.
    let missed = try square(175..<178, 120..<123)
    let soft = try missed + (square(174..<179, 119..<124) - missed) * 0.15
    let far = try square(220..<223, 120..<123)
    let dark = try person + soft + far
    var plate = try BackgroundPlate([frame], crop: side)
    try plate.add(0, truth * (1 - dark) - dark, mask: person)
    let filled = try plate.filled(isTextured: true).plate
    let gap = try (filled.reshaped(1, 3, side, side) - truth).magnitude()
    func largest(_ part: Tensor) throws -> Float { try (gap * part).floats().max() ?? 1 }
    #expect(try largest(missed) < 0.2)
    #expect(try largest(square(174..<179, 119..<124)) < 0.1)
    #expect(try largest(far) > 0.5)
    // All else that is not covered is kept as it is.
    let kept = try (1 - square(80..<180, 80..<176)) * (1 - far) * (1 - square(171..<182, 116..<127))
    #expect(try largest(kept) < 1e-4)
  }

  /// Of a person who fills the picture all that can be seen of the room is kept.
  @Test func whatLittleIsSeenBesideALargePersonIsKept() throws {
    let side = 256
    let frame = CropFrame(center: SIMD2(120, 90), side: 90)
    let truth = try Self.room.cropped(frame, size: side).reshaped(1, 3, side, side) * 2 - 1
    let values = (0..<side * side).map { Float((12..<244).contains($0 % side) ? 1 : 0) }
    let person = try Tensor(values, [1, 1, side, side])
    var plate = try BackgroundPlate([frame], crop: side)
    try plate.add(0, truth * (1 - person) - person, mask: person)
    let filled = try plate.filled(isTextured: true).plate
    let gap = try (filled.reshaped(1, 3, side, side) - truth).magnitude()
    #expect(try gap.sliced(3, 0..<8).floats().max() ?? 1 < 1e-4)
  }
}
