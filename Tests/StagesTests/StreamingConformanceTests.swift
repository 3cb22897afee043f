import Foundation
import Media
import Pipeline
import Stages
import TestSupport
import Testing

/// A stage that needs the last frame before it gives the first.
private struct Backward: Stage {
  static let name = "backward"
  static let summary = "Turns a video around."
  static let frames = Port<Frames>("frames")
  static let inputs: [any AnyPort] = [frames]
  static let outputs: [any AnyPort] = [frames]

  @Pipeline.Parameter("Whether all is read before the output is.") var early = false

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let frames = inputs[Self.frames]
    let read = early ? try await collected(frames) : []
    return Ports(
      Self.frames,
      Frames(frames.info) {
        var rest: [Frame]?
        return {
          if rest == nil { rest = read.isEmpty ? try await collected(frames) : read }
          return rest?.popLast()
        }
      })
  }
}

/// The same, said openly.
private struct Open: Stage {
  static let name = "open"
  static let summary = "Turns a video around."
  static let inputs: [any AnyPort] = [Port<Frames>("frames")]
  static let outputs: [any AnyPort] = [Port<Frames>("frames")]
  static let holding = Holding.pictures

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    try await Backward().run(inputs, in: context)
  }
}

@Suite(.timeLimit(.minutes(30))) struct StreamingConformanceTests {
  @Test func aStageThatHoldsWhatItDoesNotSayIsFound() async {
    let law = "; it must declare what it holds"
    #expect(
      await StreamingConformance.violations(of: Backward())
        == ["has read 23 frames more than the reader of its output 'frames'" + law])
    var early = Backward()
    early.early = true
    #expect(
      await StreamingConformance.violations(of: early)
        == ["has read 24 frames before its output 'frames' is read" + law])
    #expect(await StreamingConformance.violations(of: Open()) == [])
  }

  @Test func programsAndBuiltInStagesStream() async {
    #expect(await StreamingConformance.violations(of: External(command: ["cat"])) == [])
    #expect(await StreamingConformance(.builtIn).violations == [])
  }

  /// What each of them holds, as `docs/streaming.md` tells.
  @Test func whatStagesHoldIsDeclared() {
    let numbers = StageRegistry.builtIn.stages.filter { $0.holding == .numbers }.map { $0.name }
    #expect(
      Set(numbers) == [
        "face-crop", "camera-estimate", "inversion", "sample", "motion-edit", "geometry",
        "training-clips",
      ])
    #expect(StageRegistry.builtIn.stages.allSatisfy { $0.holding != .pictures })
  }

  @Test func theSizeOfAVideoIsKnownBeforeItIsRead() throws {
    let video = Extent(frames: 100, width: 512, height: 512)
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    #expect(Decode(path: actor).extents(of: [:]) == ["frames": video])
    #expect(Decode(path: actor, start: 90, count: 30).extents(of: [:])["frames"]?.frames == 10)
    #expect(Decode(path: "no.mp4").extents(of: [:]) == [:])
    var crop = FaceCrop()
    crop.size = 64
    #expect(
      crop.extents(of: ["frames": video])["crops"] == Extent(frames: 100, width: 64, height: 64))
    var render = MultiViewRender()
    (render.size, render.yawDegrees, render.columns) = (32, [0, 10, 20], 2)
    let inputs = ["latents": Extent(frames: 7), "beside": video]
    #expect(
      render.extents(of: inputs) == ["frames": Extent(frames: 7, width: 64, height: 64)])
    render.columns = nil
    render.stereo = true
    #expect(render.extents(of: inputs)["frames"]?.width == 7 * 32)
  }
}
