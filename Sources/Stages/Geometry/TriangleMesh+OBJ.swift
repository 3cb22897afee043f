public import Foundation

extension TriangleMesh {
  /// A Wavefront object: `v x y z r g b`, `vn x y z`, and `f` of vertex and normal, counted from 1.
  ///
  /// Colors behind coordinates are the extension that MeshLab and Blender read; they are coded as
  /// in pictures.
  public func obj(_ synthesis: Synthesis? = nil) -> Data {
    var text = "# PV3D world units: the head's left is +x, up is +y, +z comes out of the face\n"
    if synthesis != nil { text += "# \(Synthesis.comment)\n" }
    for (index, point) in positions.enumerated() {
      text += "v \(point.x) \(point.y) \(point.z)"
      if !colors.isEmpty {
        for channel in 0..<3 {
          text += " \((colors[index][channel] * 10000).rounded() / 10000)"
        }
      }
      text += "\n"
    }
    for normal in normals {
      let short = (normal * 10000).rounded(.toNearestOrAwayFromZero) / 10000
      text += "vn \(short.x) \(short.y) \(short.z)\n"
    }
    for triangle in triangles {
      let (a, b, c) = (triangle.x + 1, triangle.y + 1, triangle.z + 1)
      text += "f \(a)//\(a) \(b)//\(b) \(c)//\(c)\n"
    }
    return Data(text.utf8)
  }
}
