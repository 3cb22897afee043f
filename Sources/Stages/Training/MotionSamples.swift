import Faces
import Foundation
import Heads
import Media
import Tensors

/// Faces of known expressions, as the landmark networks see them.
public struct MotionSamples: Sendable {
  /// One picture of a person.
  public struct Sample: Sendable {
    public let landmarks: FaceLandmarks
    /// The values of the motion units.
    public let units: [Float]
    /// Counts the people from 0.
    public let person: Int

    public init(landmarks: FaceLandmarks, units: [Float], person: Int) {
      self.landmarks = landmarks
      self.units = units
      self.person = person
    }
  }

  public private(set) var samples: [Sample] = []

  public init(_ samples: [Sample] = []) { self.samples = samples }

  /// Adds samples of other people.
  public mutating func append(_ others: MotionSamples) {
    let count = (samples.map(\.person).max() ?? -1) + 1
    samples += others.samples.map {
      Sample(landmarks: $0.landmarks, units: $0.units, person: $0.person + count)
    }
  }

  /// Where expressions come from.
  public enum Expressions: String, CaseIterable, Sendable {
    /// From `HeadSampler`: every unit by itself, up to the extremes.
    case posed
    /// From moments of an `ActingClip`: people who talk.
    case acted
  }

  /// Renders random people with known expressions and finds their landmarks.
  ///
  /// Yaw is uniform within 35 degrees, pitch within 15, roll within 10; the camera's distance varies from
  /// that of a selfie to that of a telephoto lens. Each face is found as in a video: in the square that a
  /// mesh found a moment ago asks for.
  /// - Parameters:
  ///   - people: how many looks to draw
  ///   - pictures: of each
  ///   - heldOut: identities that are not drawn
  public static func rendered(
    _ library: HeadLibrary, _ expressions: Expressions, people: Int, pictures: Int,
    heldOut: [String], seed: UInt64
  ) throws -> MotionSamples {
    var sampler = try HeadSampler(library: library, seed: seed, heldOut: heldOut)
    var random = SplitMix64(seed: ~seed)
    let rasterizers = [Rasterizer(supersampling: 1), Rasterizer(supersampling: 2)]
    let mesh = try FaceMesh()
    let tracker = try EyeTracker()
    let degree = Double.pi / 180
    var samples: [Sample] = []
    for person in 0..<people {
      let look = sampler.look()
      let head = try library.blend(look.recipe)
      let clip = ActingClip(seed: seed &* 100_003 &+ UInt64(person), seconds: 12, rate: 25)
      for _ in 0..<pictures {
        let fine = Bool.random(using: &random)
        let size = fine ? 384 : 256
        let posed = sampler.expression()
        let moment = expressions == .acted ? clip.frames.randomElement(using: &random) : nil
        let expression = moment?.expression ?? posed
        var camera = sampler.camera()
        camera.yaw = .random(in: -35 * degree...35 * degree, using: &random)
        camera.pitch = .random(in: -15 * degree...15 * degree, using: &random)
        camera.roll = .random(in: -10 * degree...10 * degree, using: &random)
        camera.radius = .random(in: 1.8...4.5, using: &random)
        camera.focal *= camera.radius / 2.7
        let portrait = rasterizers[fine ? 0 : 1].render(
          look.scene(head, expression: expression, camera: camera), size: size)
        let image = RGBView(width: size, height: size, pixels: portrait.image.pixels)
        let eyes = camera.projected(PortraitCamera.eyes - SIMD3(0, 0.08, 0))
        let start = CropFrame(
          center: SIMD2<Double>(eyes) * Double(size), side: 0.85 * Double(size),
          roll: -camera.roll)
        let first = try mesh.face(in: image, at: start)
        let face = try mesh.face(in: image, at: first.meshFrame)
        guard face.confidence >= FaceFinder.threshold else { continue }
        samples.append(
          Sample(
            landmarks: try tracker.landmarks(of: face, in: image), units: expression.values,
            person: person))
      }
    }
    return MotionSamples(samples)
  }

  /// The landmarks of the first frames of a video.
  public static func tracked(_ path: String, frames: Int) throws -> [FaceLandmarks] {
    let reader = try VideoReader(path: path)
    let finder = try FaceFinder()
    let tracker = try EyeTracker()
    var track: [FaceLandmarks] = []
    var last: Face?
    while track.count < frames, let frame = try reader.next() {
      let image = RGBView(width: frame.width, height: frame.height, pixels: frame.pixels)
      guard let face = try finder.face(in: image, after: last) else { continue }
      track.append(try tracker.landmarks(of: face, in: image))
      last = face
    }
    return track
  }
}
