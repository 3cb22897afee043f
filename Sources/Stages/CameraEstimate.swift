import Faces
import Media
import PV3D
public import Pipeline

/// Estimates the camera that sees the face of every crop, as PV3D labels cameras.
///
/// 33 points of the mesh that move little are fitted to a canonical face under PV3D's focal length
/// of 4.2647 widths.
public struct CameraEstimate: Stage {
  public static let name = "camera-estimate"
  public static let summary = "Estimates the camera of every crop from the face's landmarks."
  public static let track = Port<FaceTrack>("track")
  public static let cameras = Port<CameraTrack>("cameras")
  public static let inputs: [any AnyPort] = [track]
  public static let outputs: [any AnyPort] = [cameras]
  /// 2: heads that hold still are held stiller.
  public static let version = 2
  public static let influences: Set<Influence> = []
  public static let holding = Holding.numbers

  @Parameter(
    "Standard deviation of the smoothing over time; 0 is none.", in: 0...100, unit: "frames")
  public var smoothing = 1.0
  @Parameter(
    "How far a head that holds still seems to turn: so little is averaged over more frames; 0 for none.",
    in: 0...90, unit: "degrees")
  public var tremor = 0.3

  public init() {}

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let track = inputs[Self.track]
    let framing = try HeadFraming()
    var poses: [HeadPose] = []
    for entry in track.entries {
      try Task.checkCancellation()
      poses.append(framing.posed(try entry.face, in: entry.crop).pose)
      context.progress(poses.count, of: track.entries.count)
    }
    var smooth = GaussianSmoothing(deviation: smoothing).smoothed(poses)
    if tremor > 0 {
      smooth = BilateralSmoothing(deviation: 2.5, range: tremor * .pi / 180).smoothed(smooth)
    }
    let shots = zip(track.entries, smooth).map {
      CameraTrack.Shot(camera: Camera(label: $1.label), time: $0.time)
    }
    return Ports(Self.cameras, CameraTrack(shots))
  }
}
