import Media
import PV3D

/// A mesh from three sides: its colors above, its shape below.
struct MeshViews {
  /// Radians by which the viewer is turned to the head's left.
  static let yaws: [Float] = [-.pi / 4, 0, .pi / 4]
  /// Pixels of the side of one view.
  static let size = 320

  /// The sheet as one picture, with even sides as videos want them.
  static func sheet(_ mesh: TriangleMesh) throws -> Frame {
    let normals = mesh.normals
    let views = yaws.map { yaw in
      MeshRasterizer(size: size).draw(
        mesh, normals: normals, from: Camera.canonical.orbited(yaw: yaw))
    }
    var sheet = ContactSheet(columns: yaws.count)
    for view in views { try sheet.add(view.color) }
    for view in views { try sheet.add(view.shape) }
    return sheet.rendered()
  }
}
