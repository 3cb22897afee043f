import Foundation

extension Data {
  /// Adds three numbers, little-endian.
  mutating func append(_ vector: SIMD3<Float>) {
    append(
      SIMD3<UInt32>(vector.x.bitPattern, vector.y.bitPattern, vector.z.bitPattern))
  }

  /// Adds three numbers, little-endian.
  mutating func append(_ vector: SIMD3<UInt32>) {
    Swift.withUnsafeBytes(
      of: (vector.x.littleEndian, vector.y.littleEndian, vector.z.littleEndian)
    ) { append(contentsOf: $0) }
  }

  /// Adds a number, little-endian.
  mutating func append(number: UInt32) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
