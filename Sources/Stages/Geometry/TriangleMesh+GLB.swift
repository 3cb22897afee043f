public import Foundation
import Heads
import Pipeline

extension TriangleMesh {
  /// A glTF 2.0 binary: one primitive with positions, normals, linear colors of 16 bits, and 32-bit
  /// indices.
  ///
  /// The axes of PV3D are those of glTF: right-handed, up is +y, the front looks along +z.
  /// Positions are world units; the node scales them to meters, as the synthetic heads are scaled.
  /// - Source: Khronos glTF 2.0, sections 3.4, 3.7.2 and 4.4
  public func glb(_ synthesis: Synthesis? = nil) throws -> Data {
    var bytes = Data()
    var document = GLTF(scale: 1 / PortraitCamera.scale)
    document.asset.extras = synthesis?.statement
    let (low, high) = bounds

    for point in positions { bytes.append(point) }
    document.add(
      "POSITION", count: positions.count, .float, "VEC3", low: low, high: high, end: bytes.count)
    for normal in normals { bytes.append(normal) }
    document.add("NORMAL", count: positions.count, .float, "VEC3", end: bytes.count)
    if !colors.isEmpty {
      for color in colors {
        let linear = (0..<3).map { Self.linear(color[$0]) } + [1]
        for value in linear {
          withUnsafeBytes(of: UInt16(value * 65535 + 0.5).littleEndian) {
            bytes.append(contentsOf: $0)
          }
        }
      }
      document.add("COLOR_0", count: colors.count, .unsignedShort, "VEC4", end: bytes.count)
    }
    for triangle in triangles { bytes.append(triangle) }
    document.addIndices(count: 3 * triangles.count, end: bytes.count)

    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = try encoder.encode(document)
    // Chunks end on multiples of four bytes: JSON is filled with spaces; the numbers need nothing.
    while json.count % 4 != 0 { json.append(0x20) }

    var file = Data("glTF".utf8)
    file.append(number: 2)
    file.append(number: UInt32(12 + 8 + json.count + 8 + bytes.count))
    file.append(number: UInt32(json.count))
    file.append(contentsOf: "JSON".utf8)
    file.append(json)
    file.append(number: UInt32(bytes.count))
    file.append(contentsOf: [0x42, 0x49, 0x4E, 0x00])
    file.append(bytes)
    return file
  }

  /// A value coded as in pictures as an amount of light.
  /// - Source: IEC 61966-2-1
  static func linear(_ coded: Float) -> Float {
    coded <= 0.04045 ? coded / 12.92 : pow((coded + 0.055) / 1.055, 2.4)
  }
}
