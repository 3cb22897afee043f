import Faces
import Media
import Tensors

/// What is seen of the face in one frame.
public struct FaceObservation: Sendable {
  /// Between the inner edges of the lips, over the distance between the outer corners of the eyes.
  public var mouthOpening: Double
  /// Between the lids over the width of an eye, mean of both.
  public var eyeOpening: Double
  /// Of the brows above the eyes, over the distance between the outer corners of the eyes, mean of both sides.
  public var browHeight: Double
  /// Radians, positive where the head's left side is seen.
  public var yaw: Double
  /// Radians, positive where the head is seen from above.
  public var pitch: Double
  /// 128 numbers of who it is.
  public var identity: [Double]
  /// Landmarks in pixels of the frame.
  public var points: [SIMD2<Double>]

  public init(
    mouthOpening: Double, eyeOpening: Double, browHeight: Double = 0, yaw: Double,
    pitch: Double = 0, identity: [Double], points: [SIMD2<Double>] = []
  ) {
    self.mouthOpening = mouthOpening
    self.eyeOpening = eyeOpening
    self.browHeight = browHeight
    self.yaw = yaw
    self.pitch = pitch
    self.identity = identity
    self.points = points
  }
}

/// Measures one face through a video, frame after frame.
public struct FaceObserver {
  private let finder: FaceFinder
  private let framing: HeadFraming
  private let embedding: IdentityEmbedding
  private var last: Face?

  public init() throws {
    finder = try FaceFinder()
    framing = try HeadFraming()
    embedding = try IdentityEmbedding()
  }

  /// - Returns: nil where no face is found
  public mutating func observation(of frame: RGBFrame) throws -> FaceObservation? {
    let view = RGBView(frame)
    guard let face = try finder.face(in: view, after: last) else { return nil }
    last = face
    let framed = framing.framed(face)
    let measures = FaceMeasures(face, pose: framed.pose, crop: framed.crop)
    let identity = try withoutGradients {
      try embedding(FaceChip(face).cropped(UnitImage(frame).tensor())).floats()
    }
    return FaceObservation(
      mouthOpening: measures.mouthOpening,
      eyeOpening: (measures.leftEyeOpening + measures.rightEyeOpening) / 2,
      browHeight: measures.browHeight, yaw: framed.pose.yaw, pitch: framed.pose.pitch,
      identity: identity.map { Double($0) },
      points: face.points.map { SIMD2($0.x, $0.y) })
  }
}
