import Foundation
import PV3D
import Pipeline

/// Cameras read from a JSON file, one for each frame of a video.
///
/// A list whose entry i is the camera of frame i; frames beyond it keep its last camera. An entry is a list of
/// PV3D's 25 numbers, camera-to-world and intrinsics, or an object of angles around the head, each 0
/// where it is not given: `{"yawDegrees": 20, "pitchDegrees": -5, "rollDegrees": 0}`.
package struct CameraFile: Sendable {
  /// At least one.
  package let cameras: [Camera]

  /// - Parameter config: of the model whose cameras the angles place
  package init(path: String, config: GeneratorConfig) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CameraFileError(path: path, reason: "cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CameraFileError(path: path, reason: "is not UTF-8 text")
    }
    let document: JSONText
    do {
      document = try JSONText(text)
    } catch {
      throw CameraFileError(path: path, reason: "is not JSON: \(error)")
    }
    do {
      if let place = document.repeatedKeys.first { throw Entry.Slip(place, "stands here twice") }
      guard case .array(let entries) = document.value, !entries.isEmpty else {
        throw Entry.Slip(
          .root, "must be a list of at least one camera, not \(Entry.found(document.value))")
      }
      cameras = try entries.enumerated().map {
        try Entry(json: $1, place: .root / $0).camera(config)
      }
    } catch let slip as Entry.Slip {
      let place = slip.place.tokens.isEmpty ? "" : "\(slip.place) "
      throw CameraFileError(path: path, reason: place + slip.reason)
    }
  }

  /// The camera of a frame; the last one beyond the end.
  package subscript(frame: Int) -> Camera { cameras[min(frame, cameras.count - 1)] }
}

/// Why a camera file cannot be used.
package struct CameraFileError: Error, CustomStringConvertible {
  package let path: String
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}

/// One camera of a file.
private struct Entry {
  let json: JSON
  let place: JSONPointer

  /// What is wrong, and where.
  struct Slip: Error {
    let place: JSONPointer
    let reason: String

    init(_ place: JSONPointer, _ reason: String) {
      self.place = place
      self.reason = reason
    }
  }

  static let keys = ["yawDegrees", "pitchDegrees", "rollDegrees"]

  static func found(_ json: JSON) -> String {
    switch json {
    case .array(let values) where values.isEmpty: "an empty list"
    default: json.found
    }
  }

  func camera(_ config: GeneratorConfig) throws -> Camera {
    switch json {
    case .object(let fields): return try angles(fields, config)
    case .array(let values): return try label(values)
    default:
      throw Slip(place, "must be 25 numbers or an object of angles, not \(json.found)")
    }
  }

  private func angles(_ fields: [String: JSON], _ config: GeneratorConfig) throws -> Camera {
    if let key = fields.keys.filter({ !Self.keys.contains($0) }).min() {
      let nearest = NearestName.of(key, among: Self.keys)
      throw Slip(
        place / key,
        nearest.map { "is no angle; did you mean '\($0)'?" }
          ?? "is no angle; there are \(Self.keys.joined(separator: ", "))")
    }
    let radians = try Self.keys.map { key in
      try fields[key].map { try number($0, at: place / key) * .pi / 180 } ?? 0
    }
    return config.camera(yaw: radians[0], pitch: radians[1], roll: radians[2])
  }

  private func label(_ values: [JSON]) throws -> Camera {
    guard values.count == 25 else {
      throw Slip(place, "must be 25 numbers, not \(values.count)")
    }
    let label = try values.enumerated().map { try number($1, at: place / $0) }
    func column(_ index: Int) -> SIMD3<Float> {
      SIMD3(label[index], label[4 + index], label[8 + index])
    }
    let (x, y, z) = (column(0), column(1), column(2))
    let products =
      [(x * x).sum(), (y * y).sum(), (z * z).sum()].map { $0 - 1 }
      + [(x * y).sum(), (y * z).sum(), (z * x).sum()]
    let cross = SIMD3(
      x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x)
    guard products.allSatisfy({ abs($0) < 1e-3 }), (cross * z).sum() > 0 else {
      throw Slip(
        place, "must hold a rotation in the first three columns of its camera-to-world matrix")
    }
    for (index, wanted) in [(12, 0), (13, 0), (14, 0), (15, 1), (22, 0), (23, 0), (24, 1)]
    where label[index] != Float(wanted) {
      throw Slip(place / index, "must be \(wanted), not \(values[index])")
    }
    for index in [16, 20] where label[index] <= 0 {
      throw Slip(place / index, "must be a focal length above 0, not \(values[index])")
    }
    return Camera(label: label)
  }

  private func number(_ json: JSON, at place: JSONPointer) throws -> Float {
    let value: Double? =
      switch json {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    guard let value, Float(value).isFinite else {
      throw Slip(place, "must be a number, not \(json.found)")
    }
    return Float(value)
  }
}
