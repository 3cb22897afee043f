import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct MotionFlowTests {
  private static let name = "backbone.synthesis.motion_flow"

  private static var config: GeneratorConfig { config(orthogonal: false) }

  private static func config(orthogonal: Bool) -> GeneratorConfig {
    var config = SmallGenerator.config
    config.motionFlowResolution = 16
    config.orthogonalPlanes = orthogonal
    return config
  }

  /// A flow of entry 0, which acts upward only, by two cells of a plane along its width, and of entry 3, which acts in
  /// both directions, by one along its height.
  private func generator(
    _ name: String = name, orthogonal: Bool = false
  ) throws -> Generator {
    let config = Self.config(orthogonal: orthogonal)
    let fresh = Weights(random: RandomSource(seed: 3))
    _ = try Generator(fresh, config)
    var tensors = fresh.tensors
    func part(_ value: Float) throws -> Tensor { try Tensor(full: value, [1, 1, 16, 16]) }
    let none = try Tensor(full: 0, [1, 2, 16, 16])
    tensors[name] = try .concatenated(
      [
        .concatenated([part(0.25), part(0)], 1), none, none,
        .concatenated([part(0), part(0.125)], 1),
      ], 0)
    return try Generator(Weights(checkpoint: tensors), config)
  }

  /// `[3, 8, 16, 16]` of a motion whose layers in the backbone are without effect.
  private func planes(_ motion: [Float], _ generator: Generator) throws -> [Float] {
    var tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    for name in tensors.keys where name.contains("motion_time_fuser.conv.weight") {
      tensors[name] = try tensors[name].map { try $0 * 0 }
    }
    let quiet = try Generator(Weights(checkpoint: tensors), generator.config)
    var random = RandomSource(seed: 4)
    let ws = try random.normal([1, Self.config.styleCount, 16])
    return try quiet.synthesis(ws, motion: Tensor(motion, [1, 6])).contiguous().floats()
  }

  /// The value of the plane's feature, in cells.
  private func cell(_ planes: [Float], _ plane: Int, _ column: Int, _ row: Int) -> Float {
    planes[((plane * 8 + 5) * 16 + row) * 16 + column]
  }

  /// The frontal plane, and of orthogonal planes that of z and y.
  @Test(arguments: [(name, false, 0), (name, true, 0), (name + "_lateral", true, 2)])
  func aPlaneIsSampledWhereItsFlowSays(
    _ name: String, _ orthogonal: Bool, _ plane: Int
  ) throws {
    let generator = try generator(name, orthogonal: orthogonal)
    let rest = try planes([0, 0, 0, 0, 0, 0], generator)
    for (motion, columns, rows) in [
      ([1, 0, 0, 0, 0, 0], 2, 0), ([-1, 0, 0, 0, 0, 0], 0, 0), ([0, 0, 0, 2, 0, 0], 0, 2),
      ([0.5, 0, 0, -1, 0, 0] as [Float], 1, -1),
    ] {
      let moved = try planes(motion, generator)
      var largest: Float = 0
      for row in 3..<13 {
        for column in 3..<13 {
          let away =
            cell(moved, plane, column, row) - cell(rest, plane, column + columns, row + rows)
          largest = max(largest, abs(away))
          for other in 0..<3 where other != plane {
            #expect(abs(cell(moved, other, column, row) - cell(rest, other, column, row)) < 1e-5)
          }
        }
      }
      #expect(largest < 1e-5, "\(motion)")
    }
  }

  @Test(arguments: [false, true]) func preparedClipsFlowAlike(_ orthogonal: Bool) throws {
    let generator = try generator(
      orthogonal ? Self.name + "_lateral" : Self.name, orthogonal: orthogonal)
    var random = RandomSource(seed: 9)
    let ws = try random.normal([1, Self.config.styleCount, 16])
    let motion = try random.normal([1, 6])
    let plain = try generator.synthesis(ws, motion: motion).contiguous().floats()
    let prepared = try PreparedGenerator(generator).clip(ws).planes(motion: motion)
    for (found, wanted) in zip(try prepared.contiguous().floats(), plain) {
      #expect(abs(found - wanted) < 1e-4)
    }
  }

  @Test func tuningLeavesTheFlows() throws {
    let generator = try generator(orthogonal: true)
    let side = Self.config.imageResolution
    let target = try InversionTarget(
      image: Tensor(full: 0.25, [3, side, side]), mask: Tensor(full: 1, [1, side, side]),
      camera: .canonical, motion: [Float](repeating: 0.5, count: 6))
    var options = InversionOptions()
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (1, 1, 2)
    var inverter = try Inverter(
      generator, [target], options: options, seed: 1,
      distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
    let tuned = try inverter.run().tuned
    #expect(tuned["backbone.synthesis.motion_offsets"] != nil)
    #expect(tuned.keys.allSatisfy { !$0.contains("motion_flow") })
  }
}
