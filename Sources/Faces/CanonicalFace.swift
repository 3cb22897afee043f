import Foundation

/// The average face whose points the mesh network places, at rest in PV3D's world.
///
/// The model is measured in centimeters, x to the face's left, y up, z out of the face; a similarity takes
/// it to where PV3D's data holds heads: turned by `pitch` about x, scaled, shifted. The similarity was fitted
/// to synthetic heads whose cameras are known.
/// - Source: MediaPipe's canonical_face_model and geometry_pipeline_metadata_landmarks
public struct CanonicalFace: Sendable {
  /// How the model is placed in the world.
  public struct Placement: Sendable, Equatable {
    /// Radians; positive turns the face up.
    public var pitch: Double
    /// World units in one centimeter.
    public var scale: Double
    /// World units.
    public var offset: SIMD3<Double>

    public init(pitch: Double, scale: Double, offset: SIMD3<Double>) {
      self.pitch = pitch
      self.scale = scale
      self.offset = offset
    }

    /// The one whose poses of synthetic heads have no mean error; `HeadCalibrationTests` fits it anew.
    public static let fitted = Placement(
      pitch: -7.14 * .pi / 180, scale: 0.0251, offset: SIMD3(0, 0.0253, 0.1128))
  }

  /// A point that the pose is fitted with.
  public struct Support: Sendable {
    public let landmark: Int
    public let weight: Double
    /// World units.
    public let point: SIMD3<Double>
  }

  /// All 468 points, in world units.
  public let points: [SIMD3<Double>]
  /// The 33 points that stay in place while a face moves.
  public let support: [Support]

  private struct File: Decodable {
    struct Entry: Decodable {
      let landmark: Int
      let weight: Double
    }
    let vertices: [[Double]]
    let basis: [Entry]
  }

  public init(_ placement: Placement = .fitted) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: FaceResources.path("canonical_face.json")))
    let file = try JSONDecoder().decode(File.self, from: data)
    let turn = Rotation(exponential: SIMD3(-placement.pitch, 0, 0))
    let points = file.vertices.map {
      placement.scale * (turn * SIMD3($0[0], $0[1], $0[2])) + placement.offset
    }
    self.points = points
    support = file.basis.map {
      Support(landmark: $0.landmark, weight: $0.weight, point: points[$0.landmark])
    }
  }
}
