public import Faces
public import Media
public import Pipeline

/// Where a face is in every frame of a video, and how it was cropped.
public struct FaceTrack: Artifact, Codable, Equatable {
  public static let kind = "track"

  /// How the crop of a frame was found.
  public enum Origin: String, Codable, Sendable {
    /// The face was found in this frame.
    case found
    /// The face was lost; the crop is that of the nearest frame that has one.
    case held
    /// The face was lost; the crop lies between those of the frames around.
    case interpolated
  }

  /// The face of one frame.
  public struct Entry: Codable, Equatable, Sendable {
    /// The number of the frame in the video that was cropped; counts from 0.
    public var sourceIndex: Int
    public var time: MediaTime
    public var origin: Origin
    /// The crop's place in the frame: what puts a result back.
    public var crop: CropFrame
    /// `[468]` points of the mesh, in pixels of the frame; z on the same scale.
    public var landmarks: Landmarks
    /// The mesh network's confidence, 0...1.
    public var confidence: Double

    public init(
      sourceIndex: Int, time: MediaTime, origin: Origin, crop: CropFrame,
      landmarks: Landmarks, confidence: Double
    ) {
      self.sourceIndex = sourceIndex
      self.time = time
      self.origin = origin
      self.crop = crop
      self.landmarks = landmarks
      self.confidence = confidence
    }

    public var face: Face {
      get throws { Face(points: try landmarks.points, confidence: confidence) }
    }
  }

  /// One entry for every crop.
  public var entries: [Entry]
  /// Pixels of a row of the video.
  public var width: Int
  /// Rows of the video.
  public var height: Int
  /// Nominal frames a second.
  public var rate: Ratio

  public init(_ entries: [Entry], width: Int, height: Int, rate: Ratio) {
    self.entries = entries
    self.width = width
    self.height = height
    self.rate = rate
  }
}
