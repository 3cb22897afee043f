import Foundation
import Media
import PV3D
import Pipeline
import Stages
import Tensors
import TestSupport
import Testing

@Suite struct GeometryTests {
  static let talk: [[Float]] = (0..<3).map { [Float($0), 0, 1, 0, 0, 0] }

  static func stage(_ path: String) -> Geometry {
    var stage = Geometry()
    stage.path = path
    stage.resolution = 24
    // The densities of this untrained generator reach 0.27.
    stage.level = 0.2
    return stage
  }

  static func run(_ stage: Geometry, _ motion: [[Float]], in shop: Workshop) async throws {
    let latents = try MotionEditTests.latents(motion)
    _ = try await stage.run(
      Ports(Geometry.latents, latents), in: RunContext(folder: shop.folder))
  }

  /// The sentence that ends a run.
  static func failure(
    _ stage: Geometry, _ motion: [[Float]], in shop: Workshop
  ) async throws -> String {
    do {
      try await run(stage, motion, in: shop)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: ["mesh.ply", "mesh.obj", "mesh.glb"])
  func aFrameBecomesAMeshAndNothingElse(_ path: String) async throws {
    let shop = try Workshop("geometry")
    try await Self.run(Self.stage(path), [Self.talk[0]], in: shop)
    #expect(try shop.names == [path])
    let size = try Data(contentsOf: URL(fileURLWithPath: shop.path(path))).count
    #expect(size > 2000)
  }

  @Test func everyFrameIsNumberedAndShown() async throws {
    let shop = try Workshop("geometry")
    var stage = Self.stage("meshes/%03d.ply")
    stage.preview = "views-%d.png"
    try await Self.run(stage, Self.talk, in: shop)
    #expect(try shop.names == ["meshes", "views-0.png", "views-1.png", "views-2.png"])
    let folder = shop.path("meshes")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["000.ply", "001.ply", "002.ply"])
    let meshes = try (0..<2).map {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/00\($0).ply"))
    }
    #expect(meshes[0] != meshes[1])
    let picture = try ImageFile.read(shop.path("views-0.png"))
    #expect(picture.width > 900 && picture.height > 600)
  }

  @Test func oneFrameOfSeveralIsTheSameMesh() async throws {
    let shop = try Workshop("geometry")
    try await Self.run(Self.stage("all-%d.ply"), Self.talk, in: shop)
    var stage = Self.stage("one.ply")
    stage.frame = 2
    try await Self.run(stage, Self.talk, in: shop)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: shop.path("one.ply")))
        == Data(contentsOf: URL(fileURLWithPath: shop.path("all-2.ply"))))
  }

  @Test func whatCannotBeMeshedIsToldAndLeavesNothing() async throws {
    let shop = try Workshop("geometry")
    var stage = Self.stage("made/mesh.ply")
    #expect(
      try await Self.failure(stage, Self.talk, in: shop)
        == "'path' holds one mesh, and there are 3 frames; choose one with 'frame', "
        + "or put a number into the name, as mesh-%04d.ply")
    stage.frame = 3
    #expect(
      try await Self.failure(stage, Self.talk, in: shop)
        == "'frame' must be below 3, the number of frames, not 3")
    stage.frame = 1
    stage.level = 9999
    stage.preview = "made/too/views.png"
    let message = try await Self.failure(stage, Self.talk, in: shop)
    #expect(
      message.wholeMatch(
        of: /'level' must be below [0-9.]+, the greatest density of frame 1 in the box, not 9999.0/)
        != nil, "\(message)")
    #expect(try shop.names == [])
  }

  @Test func aMeshThatCannotBeWrittenIsOneSentence() async throws {
    let shop = try Workshop("geometry")
    let message = try await Self.failure(Self.stage("/proc/mesh.ply"), [Self.talk[0]], in: shop)
    #expect(message.hasPrefix("/proc/mesh.ply: ") && !message.contains("Domain"), "\(message)")
  }

  /// The numbers of the vertices of a mesh: x, y, z, red, green, blue.
  static func vertices(_ path: String) throws -> [[Float]] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("v ") }
      .map { $0.split(separator: " ").dropFirst().compactMap { Float($0) } }
  }

  @Test func verticesHaveTheDensityAndTheColorThatTheRendererHasThere() async throws {
    let shop = try Workshop("geometry")
    try await Self.run(Self.stage("mesh.obj"), [Self.talk[1]], in: shop)
    let all = try Self.vertices(shop.path("mesh.obj"))
    // What pictures show at the origin, 2.9 units away, with rays that end after 3.3.
    #expect(all.allSatisfy { max(abs($0[0]), abs($0[1])) < 0.34 && -0.4...0.5 ~= $0[2] })
    // What the box cuts is denser.
    let points = all.filter { $0[..<3].allSatisfy { abs($0) < 0.29 } }
    try #require(points.count > 100)
    let latents = try MotionEditTests.latents([Self.talk[1]])
    let generator = try latents.generator()
    let found = try generator.query(
      Tensor(points.flatMap { $0[..<3] }, [1, points.count, 3]), latents.styles,
      motion: Tensor(Self.talk[1], [1, 6]))
    let densities = try (found.density - 1).softplus().floats()
    // Planes of 16 pixels bend between the lattice's points, 1/23 apart; 2 % of the level.
    #expect(densities.reduce(0) { max($0, abs($1 - 0.2)) } < 0.004)
    let features = try (found.colors * 2 - 1).permuted(0, 2, 1)
      .reshaped(1, generator.config.planeFeatures, points.count, 1)
    let raw = try generator.toRaw(features.contiguous(), latents.styles.selected(1, 0))
    let colors = try (raw * 0.5 + 0.5).clamped(0, 1).permuted(0, 2, 3, 1).contiguous().floats()
    let differences = points.indices.flatMap { index in
      (0..<3).map { abs(points[index][3 + $0] - colors[3 * index + $0]) }
    }
    // Rays see the color over 0.06 units along the normal, the query at one point.
    #expect(differences.reduce(0, +) / Float(differences.count) < 0.02)
    #expect((colors.max() ?? 0) - (colors.min() ?? 0) > 0.1)
  }

  @Test func theBoxBoundsTheMesh() async throws {
    let shop = try Workshop("geometry")
    var stage = Self.stage("mesh.obj")
    stage.box = [0.1, 0.2, -0.3, -0.2, -0.1, 0]
    try await Self.run(stage, [Self.talk[0]], in: shop)
    let points = try Self.vertices(shop.path("mesh.obj"))
    #expect(points.count > 100)
    #expect(points.allSatisfy { $0.count == 6 && $0[3...].allSatisfy { 0...1 ~= $0 } })
    for (axis, range) in [-0.2...0.1, -0.1...0.2, Float(-0.3)...0].enumerated() {
      #expect(points.allSatisfy { range.contains($0[axis]) })
    }
    stage.box = [0, 1, 2]
    #expect(throws: ParameterError("box", "must have 6 numbers or none, not 3")) {
      try stage.validate()
    }
  }

  @Test func theNearerSphereHidesTheFarther() throws {
    func sphere(_ center: SIMD3<Float>, _ color: SIMD3<Float>) -> TriangleMesh {
      let grid = VoxelGrid(
        from: SIMD3(repeating: -0.5), to: SIMD3(repeating: 0.5), resolution: 41)
      var mesh = MarchingCubes(grid: grid, level: 0).surface { z in
        (0..<41 * 41).map { 0.1 - MarchingCubesTests.length(grid[$0 % 41, $0 / 41, z] - center) }
      }
      mesh.colors = mesh.positions.map { _ in color }
      return mesh
    }
    let (near, far) = (
      sphere(SIMD3(0, 0, 0.3), [1, 0, 0]), sphere(SIMD3(0.05, 0.2, 0), [0, 0, 1])
    )
    let count = UInt32(near.positions.count)
    let both = TriangleMesh(
      positions: near.positions + far.positions,
      triangles: far.triangles.map { $0 &+ SIMD3(repeating: count) } + near.triangles,
      colors: near.colors + far.colors)
    let side = 64
    let view = MeshRasterizer(size: side).draw(both, normals: both.normals, from: .canonical)
    func color(_ x: Int, _ y: Int) -> [Float] {
      (0..<3).map { view.color.values[$0 * side * side + y * side + x] }
    }
    #expect(color(32, 32) == [1, 0, 0])
    // Up and to the head's left, which is the viewer's right.
    #expect(color(38, 12) == [0, 0, 1])
    // A disk of the radius at which lines of sight touch the sphere 2.6 units away.
    let tangent = 0.1 / (2.6 * 2.6 - 0.01).squareRoot() * Double(Camera.focalLength) * Double(side)
    let red = (0..<side * side).reduce(0) { $0 + Double(view.color.values[$1]) }
    let dark = Double(view.coverage.reduce(0) { $0 + 1 - $1 }) * 0.12
    #expect(abs((red - dark) / (.pi * tangent * tangent) - 1) < 0.02)
    // The light comes from above: the upper edge is brighter than the lower one.
    let shades = view.shape.values
    #expect(shades[27 * side + 32] > shades[37 * side + 32] + 0.1)
  }
}
