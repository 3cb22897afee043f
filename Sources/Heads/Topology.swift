/// Which triangles join which vertices, and how they are painted.
final class Topology: Sendable {
  /// Three corners; the fourth is the material.
  let triangles: Block<SIMD4<Int32>>
  let uv: Block<SIMD2<Float>>
  /// The vertex that stands for all at the same place.
  let weld: Block<Int32>

  init(triangles: Block<SIMD4<Int32>>, uv: Block<SIMD2<Float>>, weld: Block<Int32>) {
    self.triangles = triangles
    self.uv = uv
    self.weld = weld
  }
}
