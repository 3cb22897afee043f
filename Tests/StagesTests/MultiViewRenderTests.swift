import Media
import PV3D
import Pipeline
import Stages
import Tensors
import TestSupport
import Testing

@Suite struct MultiViewRenderTests {
  static func tracks(people: [Int], motions: [Int] = [1], frames: Int = 2) async throws -> Ports {
    var stage = Sample()
    (stage.appearanceSeeds, stage.motionSeeds, stage.frames) = (people, motions, frames)
    let model = ModelArtifact(generator: try SmallGenerator.made())
    return try await stage.run(Ports(Sample.model, model), in: RunContext())
  }

  func drawn(_ stage: MultiViewRender, _ sample: Ports, others: Bool = true) async throws -> [Frame]
  {
    try stage.validate()
    var inputs = Ports(MultiViewRender.latents, sample[Sample.latents])
    if others { inputs[MultiViewRender.others] = sample[Sample.others] }
    return try await collected(stage.run(inputs, in: RunContext())[MultiViewRender.frames])
  }

  /// The pixels of one cell of a frame whose cells have `side` pixels.
  func cell(_ frame: Frame, _ column: Int, _ row: Int, side: Int) -> [UInt8] {
    (0..<side).flatMap { y -> ArraySlice<UInt8> in
      let start = ((row * side + y) * frame.width + column * side) * 3
      return frame.pixels[start..<start + side * 3]
    }
  }

  @Test func everyCellOfAGridIsTheClipDrawnAlone() async throws {
    var stage = MultiViewRender()
    stage.columns = 2
    let grid = try await drawn(stage, Self.tracks(people: [1, 2, 3], motions: [1, 2, 3]))
    #expect(grid.count == 2)
    #expect(grid[0].width == 64 && grid[0].height == 64)
    for (index, seed) in [1, 2, 3].enumerated() {
      let alone = try await drawn(stage, Self.tracks(people: [seed], motions: [seed]))
      #expect(alone[0].width == 32)
      #expect(cell(grid[1], index % 2, index / 2, side: 32) == alone[1].pixels, "\(seed)")
    }
    #expect(cell(grid[0], 1, 1, side: 32).allSatisfy { $0 == 0 })
  }

  @Test func clipsOfDifferentLengthsAreRefused() async throws {
    let (short, long) = (
      try await Self.tracks(people: [1]), try await Self.tracks(people: [1, 2], frames: 3)
    )
    let inputs = Ports(MultiViewRender.latents, short[Sample.latents])
    var both = inputs
    both[MultiViewRender.others] = long[Sample.others]
    await #expect(throws: (any Error).self) {
      _ = try await MultiViewRender().run(both, in: RunContext())
    }
  }

  @Test func rawIsThePictureBeforeSuperResolution() async throws {
    var stage = MultiViewRender()
    (stage.show, stage.size) = ([.raw], 16)
    let sample = try await Self.tracks(people: [1], frames: 1)
    let track = sample[Sample.latents]
    let frame = try #require(await drawn(stage, sample).first)
    #expect(frame.width == 16 && frame.height == 16)
    let image = try track.model.generator.synthesized(
      track.styles, motion: Tensor(track.motion[0], [1, 6]),
      label: Camera.tensor([track.cameras[0]]))
    #expect(image.raw.shape == [1, 3, 8, 8])
    #expect(image.image.shape == [1, 3, 32, 32])
    let wanted = try image.raw.resized(height: 16, width: 16, antialiased: true)
      .permuted(0, 2, 3, 1).contiguous().floats()
    for (ours, theirs) in zip(frame.pixels, wanted) {
      #expect(abs(Float(ours) - max(0, min(255, theirs * 127.5 + 127.5))) <= 0.51)
    }
  }

  @Test func moreRaysAreCastWhereTheyAreAskedFor() async throws {
    var stage = MultiViewRender()
    (stage.show, stage.size, stage.rays) = ([.raw, .color], 32, 16)
    let sample = try await Self.tracks(people: [1], frames: 1)
    let track = sample[Sample.latents]
    let frame = try #require(await drawn(stage, sample).first)
    let image = try track.model.generator.synthesized(
      track.styles, motion: Tensor(track.motion[0], [1, 6]),
      label: Camera.tensor([track.cameras[0]]), resolution: 16)
    #expect(image.raw.shape == [1, 3, 16, 16])
    for (column, picture) in [image.raw, image.image].enumerated() {
      let wanted = try picture.resized(height: 32, width: 32, antialiased: true)
        .permuted(0, 2, 3, 1).contiguous().floats()
      for (ours, theirs) in zip(cell(frame, column, 0, side: 32), wanted) {
        #expect(abs(Float(ours) - max(0, min(255, theirs * 127.5 + 127.5))) <= 0.51)
      }
    }
  }

  @Test func thePicturesOfTwoEyesStandSideBySide() async throws {
    var stage = MultiViewRender()
    (stage.path, stage.yawDegrees, stage.show) = (.front, [0, 20], [.color, .normals])
    (stage.size, stage.columns, stage.stereo) = (16, 2, true)
    let sample = try await Self.tracks(people: [1], frames: 1)
    let both = try #require(await drawn(stage, sample).first)
    #expect(both.width == 32 && both.height == 64)
    // Rows: color, then normals, of the first viewpoint, then of the second.
    let config = sample[Sample.latents].model.config
    for (row, picture) in [MultiViewRender.Picture.color, .normals, .color, .normals].enumerated() {
      let view = try Viewpoints(stage, config).cameras(0, of: sample[Sample.latents])[row / 2]
      for (column, camera) in view.enumerated() {
        var track = sample[Sample.latents]
        track.cameras = [camera]
        var single = MultiViewRender()
        (single.show, single.size) = ([picture], 16)
        let alone = try await drawn(single, Ports(Sample.latents, track), others: false)
        let ours = cell(both, column, row, side: 16)
        // A camera that is turned by nothing is moved by a rounding.
        let worst = zip(ours, alone[0].pixels).map { abs(Int($0) - Int($1)) }.max()
        #expect(worst ?? 255 <= 1, "\(row), \(column)")
      }
    }
    #expect(cell(both, 0, 0, side: 16) != cell(both, 1, 0, side: 16))
  }

  @Test func theEyesStandAsFarApartAsAskedFor() async throws {
    let track = try await Self.tracks(people: [1])[Sample.latents]
    var stage = MultiViewRender()
    (stage.path, stage.fixedYawDegrees, stage.fixedPitchDegrees) = (.fixed, 25, 10)
    let single = try Viewpoints(stage, track.model.config).cameras(0, of: track)
    #expect(single == [[Camera(yaw: 25 * .pi / 180, pitch: 10 * .pi / 180)]])
    (stage.stereo, stage.eyeDistance) = (true, 100)
    let eyes = try Viewpoints(stage, track.model.config).cameras(0, of: track)[0]
    #expect(eyes.count == 2)
    // 2.6 world units in a meter.
    let apart = eyes[1].position - eyes[0].position
    #expect(abs((apart * apart).sum().squareRoot() - 0.26) < 1e-6)
    let middle = (eyes[1].position + eyes[0].position) / 2 - single[0][0].position
    #expect((middle * middle).sum().squareRoot() < 1e-6)
  }

  @Test func pathsMoveAndTurnsAreAddedToThem() async throws {
    let track = try await Self.tracks(people: [1])[Sample.latents]
    let config = track.model.config
    var stage = MultiViewRender()
    (stage.round, stage.reachDegrees, stage.yawDegrees) = (4, 20, [0, 15])
    func camera(_ frame: Int) throws -> [Camera] {
      try Viewpoints(stage, config).cameras(frame, of: track).flatMap { $0 }
    }
    let degree = Float.pi / 180
    stage.path = .sweep
    #expect(abs(try camera(1)[0].yaw - 20 * degree) < 1e-6)
    #expect(abs(try camera(3)[1].yaw + 5 * degree) < 1e-6)
    stage.path = .orbit
    #expect(abs(try camera(0)[0].pitch - 8 * degree) < 1e-6)
    #expect(abs(try camera(0)[1].yaw - 15 * degree) < 1e-6)
    stage.path = .front
    #expect(try camera(1)[0] == .canonical)
  }

  @Test func aFileGivesTheCameras() async throws {
    let shop = try Workshop("cameras")
    var stage = MultiViewRender()
    (stage.path, stage.cameraFile) = (
      .file,
      try CameraFileTests.file(#"[{"yawDegrees": 10}, {"yawDegrees": -20}]"#, shop)
    )
    let sample = try await Self.tracks(people: [1], frames: 4)
    let frames = try await drawn(stage, sample)
    var fixed = MultiViewRender()
    (fixed.path, fixed.fixedYawDegrees) = (.fixed, -20)
    let still = try await drawn(fixed, sample)
    #expect(frames[1].pixels == still[1].pixels && frames[3].pixels == still[3].pixels)
    #expect(frames[0].pixels != still[0].pixels)
  }

  @Test func aBrokenCameraFileFailsBeforeAnyFrameIsDrawn() async throws {
    let shop = try Workshop("cameras")
    var stage = MultiViewRender()
    (stage.path, stage.cameraFile) = (.file, try CameraFileTests.file("[7]", shop))
    let inputs = Ports(MultiViewRender.latents, try await Self.tracks(people: [1])[Sample.latents])
    await #expect(throws: CameraFileError.self) {
      _ = try await stage.run(inputs, in: RunContext())
    }
  }

  @Test func aBackdropShowsWhereTheHeadIsNot() async throws {
    var sample = Sample()
    (sample.frames, sample.backdrop) = (1, [1, 1, 1])
    let model = ModelArtifact(generator: try SmallGenerator.made())
    let ports = try await sample.run(Ports(Sample.model, model), in: RunContext())
    sample.backdrop = nil
    let bare = try await sample.run(Ports(Sample.model, model), in: RunContext())
    var stage = MultiViewRender()
    stage.show = [.color]
    let (over, alone) = (try await drawn(stage, ports)[0], try await drawn(stage, bare)[0])
    let track = bare[Sample.latents]
    let image = try model.generator.synthesized(
      track.styles, motion: Tensor(track.motion[0], [1, 6]), label: Camera.tensor([.canonical]))
    let opacity = try image.opacity.resized(height: 32, width: 32, antialiased: false).floats()
    for (index, opaque) in opacity.enumerated() where alone.pixels[3 * index] > 0 {
      let wanted = min(255, Float(alone.pixels[3 * index]) + 127.5 * (1 - opaque))
      #expect(abs(Float(over.pixels[3 * index]) - wanted) < 1.1)
    }
  }

  /// What white shows more than black is what the matte leaves of it.
  @Test func aColorStandsWhereTheMatteIsBlack() async throws {
    let sample = try await Self.tracks(people: [1], frames: 1)
    var stage = MultiViewRender()
    stage.show = [.color, .matte]
    var shown: [[UInt8]] = []
    var matte: [UInt8] = []
    for background in ["#000000", "#ffffff", "#FF0000"] {
      stage.background = background
      let frame = try #require(await drawn(stage, sample).first)
      #expect(frame.width == 64 && frame.height == 32)
      shown.append(cell(frame, 0, 0, side: 32))
      matte = cell(frame, 1, 0, side: 32)
    }
    var compared = 0
    for index in matte.indices where shown[0][index] > 0 && shown[1][index] < 255 {
      let through = Int(shown[1][index]) - Int(shown[0][index])
      #expect(abs(through - (255 - Int(matte[index]))) <= 2)
      compared += 1
      // Red is white in the first channel and black in the others.
      #expect(shown[2][index] == shown[index % 3 == 0 ? 1 : 0][index])
    }
    #expect(compared > 50)
    #expect(Set(matte).count > 5)
  }

  @Test(arguments: ["green", "#12345", "#12345g", "112233", "#+12345"])
  func whatIsNoColorIsTold(_ text: String) throws {
    var stage = MultiViewRender()
    stage.background = text
    let error = try #require(throws: ParameterError.self) { try stage.validate() }
    #expect(error.description == "'background' must be a color as #00b140, not '\(text)'")
  }
}
