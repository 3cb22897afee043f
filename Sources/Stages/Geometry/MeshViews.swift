import Foundation
import Media
import PV3D

/// A mesh from three sides: its colors above, its shape below.
struct MeshViews {
  /// Radians by which the viewer is turned to the head's left.
  private static let yaws: [Float] = [-.pi / 4, 0, .pi / 4]
  /// Pixels of the side of one view.
  private static let size = 320

  private let cameras: [Camera]

  /// Cameras that look at the middle of `mesh` from so far away that all of it is seen.
  init(around mesh: TriangleMesh) {
    let (low, high) = mesh.bounds
    let middle = (low + high) / 2
    var distance: Float = 0
    for yaw in Self.yaws {
      let right = SIMD3<Float>(cos(yaw), 0, -sin(yaw))
      let toward = SIMD3<Float>(sin(yaw), 0, cos(yaw))
      for point in mesh.positions {
        let from = point - middle
        let reach = max(abs((from * right).sum()), abs(from.y))
        distance = max(distance, (from * toward).sum() + reach * 2.05 * Camera.focalLength)
      }
    }
    cameras = Self.yaws.map { Camera(yaw: $0, pitch: 0, radius: distance, pivot: middle) }
  }

  /// The views as one picture.
  func sheet(_ mesh: TriangleMesh) throws -> Frame {
    let normals = mesh.normals
    let views = cameras.map {
      MeshRasterizer(size: Self.size).draw(mesh, normals: normals, from: $0)
    }
    var sheet = ContactSheet(columns: cameras.count)
    for view in views { try sheet.add(view.color) }
    for view in views { try sheet.add(view.shape) }
    return sheet.rendered()
  }
}
