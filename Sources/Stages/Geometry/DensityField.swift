import Foundation
import PV3D
import Tensors

/// The density and the colors of one frame of latents, at any points.
struct DensityField {
  private let generator: Generator
  private let planes: Tensor
  private let style: Tensor
  /// Points that are evaluated at a time, so that memory does not grow with the lattice.
  private static let chunk = 1 << 16

  init(_ generator: Generator, _ latents: LatentTrack, frame: Int) throws {
    let styles = try latents.styles.to(generator.device)
    let own = styles.shape[0] == 1 ? styles : try styles.sliced(0, frame..<frame + 1)
    let motion = latents.motion[frame]
    self.generator = generator
    planes = try withoutGradients {
      try generator.synthesis(own, motion: Tensor(motion, [1, motion.count]).to(own.device))
    }
    style = try own.selected(1, 0)
  }

  /// The raw value from which the renderer makes `density`: the inverse of `softplus(raw - 1)`.
  /// - Parameter density: what of the light one world unit stops, as a rate: 1 / world units
  /// - Source: PV3D-SPEC section 10, `March`
  static func raw(_ density: Double) -> Float { Float(1 + density + log(-expm1(-density))) }

  /// The density, 1 / world units, that the renderer makes of a raw value.
  static func density(_ raw: Float) -> Double {
    let x = Double(raw) - 1
    return max(x, 0) + log1p(exp(-abs(x)))
  }

  /// Raw densities at points.
  /// - Parameter coordinates: `[points, 3]` in world units
  func raw(at coordinates: [Float]) throws -> [Float] {
    try chunked(coordinates.count / 3) { part in
      let own = Array(coordinates[3 * part.lowerBound..<3 * part.upperBound])
      let points = try Tensor(own, [1, part.count, 3]).to(planes.device)
      return try generator.renderer.density(planes, points: points).floats()
    }
  }

  /// The colors that a viewer right above the surface sees, in 0...1, coded as in pictures.
  ///
  /// Rays come in along the normals and are composited as by the renderer; what they leave open is
  /// not counted.
  func colors(of mesh: TriangleMesh) throws -> [SIMD3<Float>] {
    let normals = mesh.normals
    let (start, step, samples) = (Float(0.02), Float(0.004), 16)
    let values = try chunked(mesh.positions.count) { part in
      let toward = part.flatMap { [-normals[$0].x, -normals[$0].y, -normals[$0].z] }
      let origins = part.flatMap { index in
        let point = mesh.positions[index] + normals[index] * start
        return [point.x, point.y, point.z]
      }
      let shape = [1, part.count, 3]
      let rays = Rays(
        origins: try Tensor(origins, shape).to(planes.device),
        directions: try Tensor(toward, shape).to(planes.device))
      let depths = try Tensor((0..<samples).map { Float($0) * step }, [1, 1, samples])
        .expanded([1, part.count, samples]).contiguous().to(planes.device)
      let seen = try generator.renderer.marched(planes, rays, depths: depths)
      // Sums of weights times colors, as marching gives them from -1 to 1.
      var sums = try seen.features * 0.5 + 0.5
      if generator.config.whiteBack { sums = try sums + seen.opacity - 1 }
      let features = try sums / seen.opacity.clamped(1e-4, 1) * 2 - 1
      let count = generator.config.planeFeatures
      let image = try features.permuted(0, 2, 1).reshaped(1, count, part.count, 1)
      let color = try generator.toRaw(image.contiguous(), style) * 0.5 + 0.5
      // A model may hold numbers that are none; they are drawn black.
      return try color.clamped(0, 1).permuted(0, 2, 3, 1).contiguous().floats()
        .map { $0.isNaN ? 0 : $0 }
    }
    return mesh.positions.indices.map {
      SIMD3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2])
    }
  }

  private func chunked(_ count: Int, _ body: (Range<Int>) throws -> [Float]) throws -> [Float] {
    try withoutGradients {
      try stride(from: 0, to: count, by: Self.chunk).flatMap { start in
        try Task.checkCancellation()
        return try body(start..<min(count, start + Self.chunk))
      }
    }
  }
}
