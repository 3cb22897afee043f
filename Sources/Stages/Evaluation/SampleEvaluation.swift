import Faces
import Foundation
import Heads
import Media
import PV3D
import Tensors

extension ModelEvaluation {
  /// Pairs of the four pictures (moment 0, front), (1, side), (0, side), (1, front).
  /// - Source: PV3D-SPEC sections 17 and 18
  private static let surfaces = [(0, 2), (3, 1), (0, 1), (3, 2)]
  private static let faces = [(0, 2), (3, 1), (0, 1), (3, 2), (0, 3), (2, 1)]
  /// How many pairs at the beginning of both lists are of one moment.
  private static let still = 2

  /// People of seeds: their consistency from two sides, and how real their videos are.
  func samples() async throws -> EvaluationResult {
    var result = try withoutGradients { try consistency() }
    let videos = try await videos()
    result.tables += videos.tables
    result.skipped += videos.skipped
    return result
  }

  private func consistency() throws -> EvaluationResult {
    var table = EvaluationTable(
      "Samples: consistency",
      note: """
        Seeds from 0 at two random moments of 16, from the front and from \(Int(Self.sideYaw)) \
        degrees, as PV3D's evaluation pairs them, by the stage 'sample' as it stands. 'id': mean \
        Euclidean distance of dlib's identity vectors over six pairs (the paper takes another \
        network's cosine). 'Chamfer': 4000 times the mean of four pairs, in squared world units, which \
        is the paper's sum over 1000 people. 'Warping': mean error, 0 to 255 at 256 pixels, of the \
        side view put into the frontal one, and 'surfaces' of what stopped at least half of its ray: \
        the rest, the gray behind a head, comes to lie over it. 'Left' is the part of the difference of both \
        views as they are that is left of it there: flat and blurred pictures have small errors whatever their \
        geometry. 'Moment' counts only pairs of one moment. The controls are \
        true renderings with their true depths: what the measures give where geometry is perfect.
        """, heading: "person",
      columns: [
        .init("id", .lower), .init("id, moment", .lower), .init("Chamfer", .lower),
        .init("Chamfer, moment", .lower),
        .init("warping", .lower), .init("warping, moment", .lower),
        .init("warping, surfaces", .lower), .init("left", .lower),
      ])
    var sheet = ContactSheet(columns: 8, side: EvaluationSettings.thumbnail)
    let views = try views()
    for index in 0..<settings.people {
      progress("samples: person \(index + 1) of \(settings.people)")
      var random = SplitMix64(seed: settings.seed &+ UInt64(index) << 16)
      let times = (0..<2).map { _ in Float(random.next() % 16) / 15 }
      let person = try SampledPerson(generator, seed: index)
      let drawn = try Self.views(times, generator.config) { try self.view(person, $0, $1) }
      table.add("\(index)", try Self.measured(drawn))
      if index < 4 { try Self.add(drawn, to: &sheet, "seed \(index)") }
    }
    var sampler = try HeadSampler(
      library: views.library, seed: settings.seed ^ 0x7E57, heldOut: HeadViews.heldOut)
    for index in 0..<settings.people {
      var look = sampler.look()
      look.backdrop = HeadViews.backdrop
      let truth = try truth(look)
      let expressions = [sampler.expression(), sampler.expression()]
      let drawn = try Self.views([0, 1], generator.config) { time, camera in
        let (expression, from) = (expressions[Int(time)], PortraitCamera(label: camera.label))
        let depth = truth.depth(expression, from)
        return try SurfaceView(
          truth.image(expression, from),
          depth: Tensor(
            depth.map { min($0, generator.config.rayEnd) }, [1, truth.rays, truth.rays]),
          camera: camera, hits: depth.map(\.isFinite))
      }
      table.add("true head \(index)", try Self.measured(drawn), isControl: true)
    }
    return EvaluationResult(tables: [table], sheets: [("samples", sheet)])
  }

  private static let sideYaw: Float = 30

  private static func views(
    _ times: [Float], _ config: GeneratorConfig, _ view: (Float, Camera) throws -> SurfaceView
  ) throws -> [SurfaceView] {
    let front = config.camera(yaw: 0, pitch: 0)
    let side = config.camera(yaw: sideYaw * .pi / 180, pitch: 0)
    return try [(0, front), (1, side), (0, side), (1, front)].map { try view(times[$0], $1) }
  }

  private func view(_ person: SampledPerson, _ time: Float, _ camera: Camera) throws -> SurfaceView
  {
    let motion = person.motion(at: time)
    var options = RenderingOptions()
    options.returnsPoints = true
    let drawn = try generator.synthesized(
      person.ws, motion: Tensor(motion, [1, motion.count]).to(generator.device),
      label: Camera.tensor([camera], on: generator.device), options: options)
    let rays = drawn.depth.shape[2]
    return try SurfaceView(
      UnitImage(drawn.image), depth: drawn.depth.to(.cpu).reshaped(1, rays, rays), camera: camera,
      hits: drawn.opacity.floats().map { $0 > 0.5 },
      points: drawn.points?.to(.cpu).reshaped(-1, 3))
  }

  /// Identity, Chamfer and warping of four pictures, the latter two of all pairs and of single moments.
  private static func measured(_ views: [SurfaceView]) throws -> [Double?] {
    let chamfer = try surfaces.map { a, b in
      try ChamferDistance.between(
        views[a].points, views[b].points, choosing: views[a].hits, views[b].hits)
    }
    func warping(hits: Bool) throws -> [WarpingError] {
      try surfaces.map { front, side in
        try WarpingError(
          front: views[front].image, side: views[side].image, depth: views[side].depth,
          camera: views[side].camera, frontCamera: views[front].camera,
          hits: hits ? views[side].hits : nil)
      }
    }
    let warped = try warping(hits: false).map(\.mean)
    let stopped = try warping(hits: true)
    let left = stopped.map { error -> Float? in
      guard let mean = error.mean, let unwarped = error.unwarped, unwarped > 0 else { return nil }
      return mean / unwarped
    }
    func mean(_ values: some Sequence<Float?>) -> Double? {
      let known = values.compactMap { $0.map { Double($0) } }
      return known.isEmpty ? nil : SeriesMetrics.mean(known)
    }
    let scaled = chamfer.map { $0.map { $0 * 4000 } }
    let identity = try identity(views)
    return [
      mean(identity), mean(identity.prefix(still)), mean(scaled), mean(scaled.prefix(still)),
      mean(warped), mean(warped.prefix(still)), mean(stopped.map(\.mean)), mean(left),
    ]
  }

  /// Distances of the pairs of faces, nil where one is not found.
  private static func identity(_ views: [SurfaceView]) throws -> [Float?] {
    // No face is followed from one view into the other.
    let seen = try views.map { view -> [Double]? in
      var observer = try FaceObserver()
      return try observer.observation(of: frame(view))?.identity
    }
    return faces.map { a, b in
      seen[a].flatMap { a in seen[b].map { Float(ClipMetrics.distance(a, $0)) } }
    }
  }

  private static func frame(_ view: SurfaceView) throws -> Frame {
    let side = view.image.shape[0]
    return Frame(
      width: side, height: side,
      pixels: try view.image.floats().map { UInt8(max(0, min(255, $0.rounded()))) })
  }

  private static func add(
    _ views: [SurfaceView], to sheet: inout ContactSheet, _ label: String
  ) throws {
    for (view, name) in zip(views, ["front", "side, later", "side", "front, later"]) {
      try sheet.add(frame(view), caption: "\(label) \(name)")
      try sheet.add(DepthRelief(view.depth.floats()).image, caption: "depth")
    }
  }
}
