import Faces
import Foundation
import Tensors

/// Samples as they are kept in a safetensors file, so that a fit can be repeated without rendering.
extension MotionSamples {
  /// Numbers of one sample: 468 points, 16 points and the iris of both eyes, the confidence.
  private static let width = 468 * 3 + 2 * 17 * 2 + 1

  public func write(to path: String) throws {
    var values: [Float] = []
    values.reserveCapacity(samples.count * Self.width)
    for sample in samples {
      for point in sample.landmarks.face.points {
        values += [Float(point.x), Float(point.y), Float(point.z)]
      }
      for eye in [sample.landmarks.left, sample.landmarks.right] {
        for point in eye.contour + [eye.iris] { values += [Float(point.x), Float(point.y)] }
      }
      values.append(Float(sample.landmarks.face.confidence))
    }
    let count = samples.count
    try Safetensors.write(
      [
        "landmarks": Tensor(values, [count, Self.width]),
        "units": Tensor(samples.flatMap(\.units), [count, samples.first?.units.count ?? 0]),
        "person": Tensor(samples.map { Float($0.person) }, [count]),
      ], to: path)
  }

  /// Reads what `write` wrote.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    let (values, units) = (try file.floats("landmarks"), try file.floats("units"))
    let people = try file.floats("person")
    let width = try file.entry("units").shape[1]
    guard values.count == people.count * Self.width else {
      throw SafetensorsError(path: path, reason: "'landmarks' must have \(Self.width) columns")
    }
    self.init(
      people.indices.map { index in
        var place = index * Self.width
        func next() -> Double {
          defer { place += 1 }
          return Double(values[place])
        }
        let points = (0..<468).map { _ in SIMD3(next(), next(), next()) }
        func eye() -> Eye {
          let contour = (0..<16).map { _ in SIMD2(next(), next()) }
          return Eye(contour: contour, iris: SIMD2(next(), next()))
        }
        let (left, right) = (eye(), eye())
        return Sample(
          landmarks: FaceLandmarks(
            face: Face(points: points, confidence: next()), left: left, right: right),
          units: Array(units[index * width..<(index + 1) * width]), person: Int(people[index]))
      })
  }
}
