import PV3D
import Tensors

/// The turn of all cameras after which a head is seen as turned as they say.
///
/// A head that was fitted to pictures from one side keeps lines of that side: drawn from the front, a painting seen from 18
/// degrees is still read as turned by 5. The head is drawn at rest, its landmarks are read as those of videos are, and the
/// camera is turned by what is missing, twice, about each axis on which more is missing than readings differ by.
package struct FacingCorrection {
  /// Radians to the head's left.
  package private(set) var yaw: Float = 0
  /// Radians upward.
  package private(set) var pitch: Float = 0

  /// Radians of one turn at most: what is read as more is not a face that looks aside.
  private static let most: Float = 0.2
  /// Radians of a first reading that are taken for its noise, about 3 degrees.
  private static let leeway: Float = 0.05
  private static let rounds = 2

  /// - Parameters:
  ///   - camera: where the head is to be seen from
  ///   - reading: radians that landmarks tell of the head as a camera sees it; nil where no face is found
  package init(
    _ camera: Camera, reading: (Camera) throws -> (yaw: Double, pitch: Double)?
  ) rethrows {
    var (turns, nods) = (true, true)
    for round in 0..<Self.rounds {
      guard let read = try reading(turned(camera)) else {
        (yaw, pitch) = (0, 0)
        return
      }
      let missing = (yaw: camera.yaw - Float(read.yaw), pitch: camera.pitch - Float(read.pitch))
      if round == 0 {
        (turns, nods) = (abs(missing.yaw) > Self.leeway, abs(missing.pitch) > Self.leeway)
      }
      if turns { yaw = Self.limited(yaw + missing.yaw) }
      if nods { pitch = Self.limited(pitch + missing.pitch) }
      if !turns && !nods { return }
    }
  }

  /// The correction for the person of the first frame, where a video is seen from most.
  init(of latents: LatentTrack, rest: [Float], seenFrom cameras: [Camera]) throws {
    var observer = try FaceObserver()
    let middle = cameras.sorted { $0.yaw < $1.yaw }[cameras.count / 2]
    try self.init(middle) { camera in
      let drawn = try latents.posed([rest], seenFrom: camera).drawn([0])
      return try observer.observation(of: drawn[0]).map { ($0.yaw, $0.pitch) }
    }
  }

  private static func limited(_ angle: Float) -> Float { min(max(angle, -most), most) }

  /// The camera, turned around the head.
  package func turned(_ camera: Camera) -> Camera {
    yaw == 0 && pitch == 0 ? camera : camera.orbited(yaw: yaw, pitch: pitch)
  }
}

extension LatentTrack {
  /// The person of the first frame in other motions, from one camera.
  func posed(_ motion: [[Float]], seenFrom camera: Camera) throws -> LatentTrack {
    var result = self
    result.motion = motion
    if styles.shape[0] > 1 { result.styles = try styles.sliced(0, 0..<1) }
    result.cameras = Array(repeating: camera, count: motion.count)
    result.times = Array(repeating: times[0], count: motion.count)
    result.background = background?.held
    return result
  }
}
