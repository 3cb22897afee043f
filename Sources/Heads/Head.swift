/// A person ready to be posed and drawn: a shape, its movements, and its textures.
public final class Head: Sendable {
  public let recipe: HeadRecipe
  let topology: Topology
  /// Rest shape in meters.
  let positions: Block<Vector>
  /// Weights of neck, head, left eye, right eye; the body has the rest.
  let skinning: Block<Vector>
  /// Pivots of body, neck, head, left eye, right eye, in meters.
  let joints: [Vector]
  let layout: MotionLayout
  /// Displacements in meters of the vertices that `layout` lists.
  let deltas: Block<Vector>
  let atlas: Atlas
  /// Red, green, blue, 0 of every texel, 0...1.
  let texels: Block<Vector>

  init(
    recipe: HeadRecipe, topology: Topology, positions: Block<Vector>, skinning: Block<Vector>,
    joints: [Vector], layout: MotionLayout, deltas: Block<Vector>, atlas: Atlas,
    texels: Block<Vector>
  ) {
    self.recipe = recipe
    self.topology = topology
    self.positions = positions
    self.skinning = skinning
    self.joints = joints
    self.layout = layout
    self.deltas = deltas
    self.atlas = atlas
    self.texels = texels
  }

  /// A mesh of one color that neither moves nor has a face: a target of known shape.
  ///
  /// - Parameters:
  ///   - vertices: meters, in the frame of heads
  ///   - triangles: three vertices each, counter-clockwise from outside
  package convenience init(
    vertices: [SIMD3<Float>], triangles: [SIMD3<Int32>], color: SIMD3<Float>
  ) {
    let atlas = Atlas(size: 16)
    self.init(
      recipe: HeadRecipe(shares: [], scalp: "", clothes: ""),
      topology: Topology(
        triangles: Block(triangles.map { SIMD4($0, 0) }, default: .zero),
        uv: Block(count: vertices.count, repeating: .zero),
        weld: Block(vertices.indices.map { Int32($0) }, default: 0)),
      positions: Block(vertices.map { Vector($0) }, default: .zero),
      skinning: Block(count: vertices.count, repeating: .zero),
      joints: [Vector](repeating: .zero, count: 5),
      layout: MotionLayout(
        ranges: MotionChannel.allCases.map { _ in 0..<0 }, indices: Block(count: 0, repeating: 0)),
      deltas: Block(count: 0, repeating: .zero), atlas: atlas,
      texels: Block(count: atlas.count, repeating: Vector(color)))
  }

  public var vertexCount: Int { positions.count }
  public var triangleCount: Int { topology.triangles.count }

  /// The shape in meters under an expression, with the joints at rest but for the eyes.
  public func vertices(_ expression: FacialExpression, pose: JointPose = JointPose()) -> [SIMD3<
    Float
  >] {
    let posed = Block(count: vertexCount, repeating: Vector.zero)
    write(expression, pose, into: posed.pointer)
    return (0..<vertexCount).map { posed.pointer[$0].xyz }
  }

  /// Where the eyeballs turn, in meters.
  public var eyes: (left: SIMD3<Float>, right: SIMD3<Float>) { (joints[3].xyz, joints[4].xyz) }

  /// Writes the posed vertices in meters.
  func write(
    _ expression: FacialExpression, _ pose: JointPose, into target: UnsafeMutablePointer<Vector>
  ) {
    withExtendedLifetime(self) {
      target.update(from: positions.pointer, count: positions.count)
      let channels = expression.channels
      let (indices, deltas) = (layout.indices.pointer, deltas.pointer)
      for channel in MotionChannel.allCases {
        let amount = channels[channel.rawValue]
        guard amount != 0 else { continue }
        for entry in layout.ranges[channel.rawValue] {
          target[Int(indices[entry])] += deltas[entry] * amount
        }
      }
      skin(expression.gaze, pose, target)
    }
  }

  private func skin(_ gaze: Rotation, _ pose: JointPose, _ target: UnsafeMutablePointer<Vector>) {
    guard gaze != Rotation() || pose != JointPose() else { return }
    let neck = Affine.rotation(pose.neck, about: joints[1])
    let head = neck.after(.rotation(pose.head, about: joints[2]))
    let left = head.after(.rotation(gaze, about: joints[3]))
    let right = head.after(.rotation(gaze, about: joints[4]))
    let weights = skinning.pointer
    for vertex in 0..<positions.count {
      let weight = weights[vertex]
      let p = target[vertex]
      var q = p
      q += (neck(p) - p) * weight.x
      q += (head(p) - p) * weight.y
      q += (left(p) - p) * weight.z
      q += (right(p) - p) * weight.w
      target[vertex] = q
    }
  }
}
