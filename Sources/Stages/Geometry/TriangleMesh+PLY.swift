public import Foundation

extension TriangleMesh {
  /// A polygon file, binary and little-endian: positions, normals, and colors of 8 bits coded as in
  /// pictures.
  /// - Source: Turk 1994, The PLY Polygon File Format
  public func ply(_ synthesis: Synthesis? = nil) -> Data {
    let mark = synthesis == nil ? "" : "\ncomment \(Synthesis.comment)"
    var header = """
      ply
      format binary_little_endian 1.0
      comment PV3D world units: the head's left is +x, up is +y, +z comes out of the face\(mark)
      element vertex \(positions.count)

      """
    let names = ["x", "y", "z", "nx", "ny", "nz"].map { "property float \($0)" }
    let parts = ["red", "green", "blue"].map { "property uchar \($0)" }
    let lists = ["element face \(triangles.count)", "property list uchar uint vertex_indices"]
    for line in names + (colors.isEmpty ? [] : parts) + lists + ["end_header"] {
      header += line + "\n"
    }
    var bytes = Data(header.utf8)
    bytes.reserveCapacity(bytes.count + 27 * positions.count + 13 * triangles.count)
    for (index, normal) in normals.enumerated() {
      bytes.append(positions[index])
      bytes.append(normal)
      if !colors.isEmpty {
        for channel in 0..<3 { bytes.append(UInt8(colors[index][channel] * 255 + 0.5)) }
      }
    }
    for triangle in triangles {
      bytes.append(3)
      bytes.append(triangle)
    }
    return bytes
  }
}
