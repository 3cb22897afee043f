import PV3D
import Tensors
import Testing

/// What no frame shows of surfaces whose depths are known.
@Suite struct UnseenSurfaceTests {
  private let side = 16
  private let front = Camera.canonical
  private let turned = Camera(yaw: 0.5, pitch: 0)

  /// `[1, 1, side, side]`: how far a camera's rays go to the plane where a coordinate has a value.
  private func plane(_ axis: Int, at value: Float, from camera: Camera) throws -> Tensor {
    let rays = try Rays(labels: Camera.tensor([camera]), resolution: side)
    let directions = try rays.directions.floats()
    let depths = (0..<side * side).map {
      (value - camera.position[axis]) / directions[3 * $0 + axis]
    }
    return try Tensor(depths, [1, 1, side, side])
  }

  private func solid(_ opacity: Float = 1) throws -> Tensor {
    try Tensor(full: opacity, [1, 1, side, side])
  }

  /// What the turned camera sees of the plane of the pivot that the frontal one does not.
  /// - Parameter gap: world units by which the frontal camera sees something before it, row by row
  private func part(weight: Float = 1, gap: (Int) -> Float = { _ in 0 }) throws -> [Float] {
    let depths = try plane(2, at: 0.2, from: front).floats()
    let seen = depths.indices.map { depths[$0] - gap($0) }
    var unseen = UnseenSurface(side: side)
    try unseen.add(
      front, depth: Tensor(seen, [1, 1, side, side]), opacity: solid(), weight: weight)
    return try unseen.part(
      depth: plane(2, at: 0.2, from: turned), opacity: solid(), camera: turned
    ).floats()
  }

  /// Places of the turned view left and right of its middle, which both cameras look at.
  private var places: (left: Int, right: Int) { (8 * side + 5, 8 * side + 10) }

  @Test func whatTheFrontalCameraFacesIsSeen() throws {
    let part = try part()
    #expect(part[places.left] < 1e-5 && part[places.right] < 1e-5)
    // Seen by half is unseen by half.
    #expect(abs(try self.part(weight: 0.5)[places.left] - 0.5) < 1e-5)
  }

  @Test func whatLiesBehindSomethingIsNot() throws {
    let left = try part { $0 % side < side / 2 ? 0.3 : 0 }
    #expect(left[places.left] == 1 && left[places.right] < 1e-5)
    // Half between what is taken for the same surface and what is not.
    #expect(abs(try part { _ in 0.045 }[places.left] - 0.5) < 0.1)
  }

  @Test func whatTurnsAwayIsNot() throws {
    var unseen = UnseenSurface(side: side)
    try unseen.add(front, depth: plane(2, at: 0.2, from: front), opacity: solid())
    let depth = try plane(0, at: 0, from: turned)
    let part = try unseen.part(depth: depth, opacity: solid(), camera: turned).floats()
    #expect(part[8 * side + 8] == 1)
    let empty = try unseen.part(depth: depth, opacity: solid(0), camera: turned).floats()
    #expect(empty.allSatisfy { $0 == 0 })
  }

  @Test func whatTheFrontalCameraSeesThroughIsNot() throws {
    var unseen = UnseenSurface(side: side)
    try unseen.add(front, depth: plane(2, at: 0.1, from: front), opacity: solid(0.2))
    #expect(
      try unseen.part(
        depth: plane(2, at: 0.2, from: turned), opacity: solid(), camera: turned
      ).floats()[places.left] < 1e-5, "what stops a fifth of a ray is no surface")
  }

  @Test func detailCountsAndAnotherColorDoesNot() throws {
    func view(_ color: (Int) -> Float) throws -> RawImage {
      let values = (0..<3 * side * side).map(color)
      return try RawImage(
        features: Tensor(full: 0, [1, 4, side, side]),
        color: Tensor(values, [1, 3, side, side]), depth: solid(), opacity: solid())
    }
    let unseen = UnseenSurface(side: side)
    let truth = try view { Float($0 % 7) / 7 }
    let other = try view { Float($0 % 7) / 7 + 0.3 }
    let noisy = try view { Float($0 % 7) / 7 + (($0 + $0 / side) % 2 == 0 ? 0.3 : -0.3) }
    #expect(try unseen.distance(other, truth, in: solid()).item() < 0.005)
    #expect(abs(try unseen.distance(noisy, truth, in: solid()).item() - 0.3) < 0.01)
    #expect(try unseen.distance(noisy, truth, in: solid(0)).item() == 0)
  }
}
