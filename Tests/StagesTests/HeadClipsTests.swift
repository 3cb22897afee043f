import Foundation
import PV3D
import Stages
import TestSupport
import Tensors
import Testing

/// Pairs of synthetic heads, drawn small.
@Suite(.enabled(if: Shared.has("data/heads/index.json"))) struct HeadClipsTests {
  private static let views = Result {
    try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, textureSize: 64, seed: 1)
  }

  private func clips(
    seed: UInt64 = 1, mirrored: Double = 0, backdrop: HeadClips.Backdrop = .gray
  ) throws -> HeadClips {
    HeadClips(
      try Self.views.get(), side: 32, seed: seed, mirrored: mirrored, backdrop: backdrop)
  }

  @Test func pairsFollowFromSeedUpdateAndPlace() throws {
    let clips = try clips()
    let whole = try clips.pairs(BatchPlaces(of: 4), update: 5)
    #expect(whole.frames.shape == [4, 2, 3, 32, 32])
    let part = try clips.pairs(BatchPlaces(of: 4, rank: 1, ranks: 2), update: 5)
    #expect(try part.frames.floats() == whole.frames.sliced(0, 2..<4).floats())
    #expect(try part.labels.floats() == whole.labels.sliced(0, 2..<4).floats())
    #expect(try clips.pairs(BatchPlaces(of: 4), update: 6).frames.floats() != whole.frames.floats())
  }

  @Test func bothFramesShowOnePersonAtTwoTimes() throws {
    let pairs = try clips().pairs(BatchPlaces(of: 8), update: 0)
    let frames = pairs.frames
    func distance(_ one: Tensor, _ other: Tensor) throws -> Float {
      try (one - other).magnitude().mean().item()
    }
    let (early, late) = (try frames.selected(1, 0), try frames.selected(1, 1))
    let shifted = try Tensor.concatenated([late.sliced(0, 1..<8), late.sliced(0, 0..<1)], 0)
    #expect(try distance(early, late) < 0.4 * distance(early, shifted))
    #expect(try distance(early, late) > 1e-3)
    let times = try pairs.time.floats()
    for pair in 0..<8 { #expect(times[2 * pair] <= times[2 * pair + 1]) }
    #expect(try frames.magnitude().sum().item() > 0)
    #expect(try frames.floats().allSatisfy { abs($0) <= 1.0001 })
  }

  /// The middle gray is 0 where nobody stands.
  @Test func cornersAreTheBackdrop() throws {
    let gray = try clips().pairs(BatchPlaces(of: 4), update: 1).frames
    let corner = try gray.sliced(3, 0..<2).sliced(4, 0..<2)
    #expect(try corner.magnitude().mean().item() < 1e-5)
    let colors = try clips(backdrop: .colors).pairs(BatchPlaces(of: 4), update: 1).frames
    #expect(try colors.sliced(3, 0..<2).sliced(4, 0..<2).magnitude().mean().item() > 0.05)
  }

  @Test func camerasSpreadAsTheHeadsThatAreSeen() throws {
    let clips = try clips()
    let labels = try clips.cameras(BatchPlaces(of: 200), update: 0, phase: .generatorMain)
    #expect(labels.shape == [200, 2, 25])
    let numbers = try labels.reshaped(-1, 25).floats()
    let degrees = (0..<400).map { (index: Int) -> Float in
      Camera(label: Array(numbers[25 * index..<25 * index + 25])).yaw * 180 / .pi
    }
    let squares: Float = degrees.reduce(0) { $0 + $1 * $1 }
    let deviation = (squares / 400).squareRoot()
    #expect((12...26).contains(deviation), "\(deviation) degrees")
    let steps = (0..<200).map { (pair: Int) -> Float in
      abs(degrees[2 * pair] - degrees[2 * pair + 1])
    }
    #expect((steps.max() ?? 90) < 25)
    #expect(steps.reduce(0, +) / 200 > 0.5)
  }

  @Test func mirroredPairsAreMirrored() throws {
    let (one, other) = (
      try clips().pairs(BatchPlaces(of: 2), update: 3),
      try clips(mirrored: 1).pairs(BatchPlaces(of: 2), update: 3)
    )
    #expect(try other.frames.floats() == one.mirrored().frames.floats())
    #expect(try other.labels.floats() == one.mirrored().labels.floats())
  }
}
