import PV3D
import TestSupport
import Tensors
import Testing

/// What lies before a head that no stored look has.
@Suite struct FreeSpaceTests {
  /// A generator all of whose looks are a block of ±0.25 along x and y and ±0.2 along z.
  private func block() throws -> Generator {
    var config = SmallGenerator.config
    config.motionOffsets = 0
    config.bipolarOffsets = []
    let fresh = Weights(random: RandomSource(seed: 3))
    _ = try Generator(fresh, config)
    var tensors = fresh.tensors
    for (name, tensor) in tensors
    where name.hasPrefix("decoder.") || name.hasPrefix("backbone.") && name.contains("torgb") {
      tensors[name] = try tensor * 0
    }
    tensors["backbone.synthesis.plane_mean"] = try planes(from: -0.2, to: 0.2)
      .reshaped(24, 16, 16)
    // The first hidden unit is the first feature, 20 in the block and 10 where one plane alone has it.
    func only(_ value: Float, _ shape: [Int]) throws -> Tensor {
      try Tensor(
        [value] + [Float](repeating: 0, count: shape.reduce(1, *) - 1), shape)
    }
    tensors["decoder.net.0.weight"] = try only(Float(8).squareRoot(), [16, 8])
    tensors["decoder.net.2.weight"] = try only(10 * Float(16).squareRoot(), [9, 16])
    tensors["decoder.net.2.bias"] = try only(-150, [9])
    return try Generator(Weights(checkpoint: tensors), config)
  }

  /// `[1, 3, 8, 16, 16]` of a block between two depths.
  private func planes(from low: Float, to high: Float) throws -> Tensor {
    var values = [Float](repeating: 0, count: 3 * 8 * 256)
    for row in 0..<16 {
      for column in 0..<16 {
        let (x, other) = ((Float(column) + 0.5) / 16 - 0.5, (Float(row) + 0.5) / 16 - 0.5)
        guard abs(x) < 0.25 else { continue }
        if abs(other) < 0.25 { values[row * 16 + column] = 30 }
        if low < other, other < high { values[8 * 256 + row * 16 + column] = 30 }
      }
    }
    return try Tensor(values, [1, 3, 8, 16, 16])
  }

  @Test func whatIsBeforeAllLooksIsFree() throws {
    let generator = try block()
    let free = try #require(try FreeSpace(generator))
    let side = FreeSpace.side
    let front: Float = Camera.canonical.position.z > 0 ? 1 : -1
    let places = free.cells.map { cell in
      SIMD3(Float(cell % side), Float(cell / side % side), Float(cell / side / side)) / Float(side)
        + (0.5 / Float(side) - 0.5)
    }
    // Half of the width and the height, 13 of the cells along the depth; a cell more around, two less before.
    #expect((5500...8500).contains(places.count), "\(places.count)")
    #expect(places.allSatisfy { $0.z * front > 0.2 && abs($0.x) < 0.3 && abs($0.y) < 0.3 })

    var random = RandomSource(seed: 1)
    func content(_ planes: Tensor) throws -> Tensor {
      try free.content(of: planes, generator, using: &random)
    }
    #expect(try content(planes(from: -0.2, to: 0.2)).item() < 1e-3)
    let floating = try (front > 0 ? planes(from: 0.3, to: 0.45) : planes(from: -0.45, to: -0.3))
      .leaf()
    let loss = try content(floating)
    #expect(try loss.item() > 0.15)
    // Downhill there is less of it.
    let gradient = try #require(try loss.gradients([floating])[0])
    let less = try floating - gradient * (1 / gradient.magnitude().maximum(0, 1, 2, 3, 4).item())
    #expect(try content(less).item() < loss.item())
  }

  @Test func aModelWithoutLooksTellsNothing() throws {
    var config = SmallGenerator.config
    config.appearanceBank = 0
    let generator = try Generator(Weights(random: RandomSource(seed: 3)), config)
    #expect(try FreeSpace(generator) == nil)
  }
}
