import Heads
import Testing

@Suite struct HeadSamplerTests {
  @Test(.enabled(if: HeadFolder.isThere)) func oneSeedGivesOneSequence() throws {
    let library = try HeadFolder.library()
    func drawn(_ seed: UInt64) throws -> ([Look], [FacialExpression], [PortraitCamera]) {
      var sampler = try HeadSampler(library: library, seed: seed)
      return (
        (0..<8).map { _ in sampler.look() }, (0..<8).map { _ in sampler.expression() },
        (0..<8).map { _ in sampler.camera() }
      )
    }
    let (first, again, other) = try (drawn(3), drawn(3), drawn(4))
    #expect(first == again)
    #expect(first.0 != other.0 && first.1 != other.1 && first.2 != other.2)
  }

  @Test(.enabled(if: HeadFolder.isThere)) func heldOutPeopleNeverAppear() throws {
    let library = try HeadFolder.library()
    var sampler = try HeadSampler(library: library, seed: 1, heldOut: ["Black_F_3"])
    var (wigs, open, shut) = (0, 0, 0)
    for round in 0..<400 {
      let recipe = sampler.look().recipe
      let used = recipe.shares.map(\.name) + [recipe.scalp, recipe.clothes, recipe.wig ?? ""]
      #expect(!used.contains("Black_F_3"))
      #expect(abs(recipe.shares.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
      if recipe.wig != nil { wigs += 1 }
      if round < 20 { _ = try library.blend(recipe) }
      let expression = sampler.expression()
      if expression[.jawOpen] > 0.2 { open += 1 }
      if expression[.blinkLeft] > 0.9 { shut += 1 }
      let camera = sampler.camera()
      #expect(abs(camera.yaw) < 0.7 && abs(camera.pitch) < 0.36)
    }
    #expect(wigs > 80 && wigs < 240)
    #expect(open > 100 && open < 300)
    #expect(shut > 30 && shut < 150)
    #expect(throws: HeadLibraryError.self) {
      try HeadSampler(library: library, seed: 1, heldOut: HeadFolder.names)
    }
  }

  @Test func aPerformanceIsTheSameAtAnyRate() {
    let slow = ActingClip(seed: 9, seconds: 8, rate: 25)
    let fast = ActingClip(seed: 9, seconds: 8, rate: 50)
    #expect(slow.frames.count == 200 && fast.frames.count == 400)
    #expect(slow.frames.indices.allSatisfy { slow.frames[$0] == fast.frames[2 * $0] })
    #expect(ActingClip(seed: 10, seconds: 8, rate: 25).frames != slow.frames)
  }

  @Test func performersTalkBlinkAndTurn() {
    let clip = ActingClip(seed: 2, seconds: 30, rate: 100)
    let shut = clip.frames.map { $0.expression[.blinkLeft] > 0.9 }
    let blinks = zip(shut, shut.dropFirst()).filter { !$0 && $1 }.count
    #expect(blinks >= 7 && blinks <= 15)
    let jaw = clip.frames.map { $0.expression[.jawOpen] }
    let rises = zip(jaw, jaw.dropFirst()).filter { $0 < 0.2 && $1 >= 0.2 }.count
    #expect(rises > 25 && rises < 140)
    #expect(jaw.max() ?? 0 > 0.5)
    let degree = Double.pi / 180
    #expect(clip.frames.allSatisfy { abs($0.camera.yaw) <= 25.001 * degree })
    #expect(clip.frames.allSatisfy { abs($0.camera.pitch) <= 8.001 * degree })
    #expect(clip.frames.map(\.camera.yaw).max() ?? 0 > 10 * degree)
    // Smooth: within 10 ms no unit but a blink or a glance jumps.
    for (a, b) in zip(clip.frames, clip.frames.dropFirst()) {
      #expect(abs(a.expression[.jawOpen] - b.expression[.jawOpen]) < 0.25)
      #expect(abs(a.camera.yaw - b.camera.yaw) < 0.02)
    }
  }

  @Test func theGeneratorIsSplitMix64() {
    // The published first outputs for seed 1234567.
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
  }
}
