public import Media
public import PV3D
public import Pipeline

/// The camera of every frame of a video.
public struct CameraTrack: Artifact, Codable, Equatable {
  public static let kind = "cameras"

  /// The camera that sees one frame.
  public struct Shot: Codable, Equatable, Sendable {
    public var camera: Camera
    public var time: MediaTime

    public init(camera: Camera, time: MediaTime) {
      self.camera = camera
      self.time = time
    }
  }

  public var shots: [Shot]

  public init(_ shots: [Shot]) { self.shots = shots }

  public var cameras: [Camera] { shots.map(\.camera) }
  public var times: [MediaTime] { shots.map(\.time) }
}
