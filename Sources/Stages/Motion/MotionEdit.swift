import Faces
import Foundation
import Heads
import Media
import PV3D
public import Pipeline
import Tensors

/// Gives latents another motion and keeps who is seen.
///
/// `retarget` takes the motion and the cameras of another video; the other modes change the video's own motion.
public struct MotionEdit: Stage {
  public static let name = "motion-edit"
  public static let summary =
    "Changes the motion of latents: from another video, at random, or less and more of it."
  public static let latents = Port<LatentTrack>("latents")
  public static let source = OptionalPort<LatentTrack>("source")
  public static let edited = Port<LatentTrack>("latents")
  public static let inputs: [any AnyPort] = [latents, source]
  public static let outputs: [any AnyPort] = [edited]
  /// 2: a mouth that tuning closed is opened more; 3: cameras are turned until the head is read as the source's;
  /// 4: not where readings differ by less than their noise; 5: by how far each drop of the jaw opens it;
  /// 6: motions are held where models were trained; random ones are expressions; 7: drawn faces have no grain;
  /// 8: drawn faces that hold still are read in one square; 9: mouths open as far as heads' mouths do;
  /// 10: also wide ones; 11: by how far it opens in the motions themselves;
  /// lips that are parted in calm moments are not at rest.
  public static let version = 11
  public static let influences: Set<Influence> = [.seed]
  public static let holding = Holding.numbers

  /// What is done to the motion.
  public enum Mode: String, CaseIterable, ParameterValue {
    case retarget, random, amplify, smooth, freeze
  }

  /// How the motion of another video is taken.
  public enum Transfer: String, CaseIterable, ParameterValue { case relative, absolute }

  @Parameter(
    "Retarget takes the motion of 'source'; random draws codes; amplify, smooth and freeze change it."
  )
  public var mode = Mode.retarget
  @Parameter(
    "Relative adds the source's motion from its rest to the target's rest; absolute copies it.")
  public var transfer = Transfer.relative
  @Parameter(
    "Whether relative retargeting opens the mouth as far as the motion says, where drawn ones open less or more."
  )
  public var adapts = true
  @Parameter("Whether the head turns as the source's does; otherwise the own cameras are kept.")
  public var turns = true
  @Parameter(
    "Whether relative retargeting turns the cameras until landmarks tell the source's direction.")
  public var aligns = true
  @Parameter(
    "Whether codes far beyond the motions that models were trained on are drawn towards these.")
  public var limits = true
  @Parameter(
    "How much of the motion from rest is kept, by retarget, amplify and random.", in: 0...10)
  public var strength = 1.0
  @Parameter("Standard deviation of smoothing over time.", in: 0...100, unit: "frames")
  public var smoothing = 0.0
  @Parameter("Frames that random makes of a still.", in: 1...100000)
  public var count = 75
  @Parameter("Seconds from one random motion code to the next.", in: 0.05...100, unit: "seconds")
  public var period = 1.2
  @Parameter("Seed of random codes; null takes the run's.", in: 0...)
  public var seed: Int? = nil

  public init() {}

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    var frames = inputs[mode == .retarget ? Self.source.name : Self.latents.name]?.frames
    if mode == .random, frames == 1 { frames = count }
    return [Self.edited.name: Extent(frames: frames)]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let target = inputs[Self.latents]
    var result: LatentTrack
    switch mode {
    case .retarget:
      guard let source = inputs[Self.source] else {
        throw ParameterError("mode", "retarget needs the input 'source', which is not given")
      }
      result = try retargeted(target, source, context)
    case .random: result = try randomized(target, context)
    case .amplify: result = amplified(target)
    case .smooth: result = target
    case .freeze: result = frozen(target)
    }
    // What the codes of other models move is not known.
    if limits, mode != .freeze, mode != .smooth, !target.model.config.isOfficial {
      result.motion = MotionRange.kept(result.motion, rest: target.rest)
    }
    if smoothing > 0 { result.motion = Self.smoothed(result.motion, smoothing) }
    return Ports(Self.edited, result)
  }

  private func retargeted(
    _ target: LatentTrack, _ source: LatentTrack, _ context: RunContext
  ) throws -> LatentTrack {
    let rest = source.rest
    let own = target.rest
    guard rest.count == own.count else {
      throw StageInputError(
        "the motion codes of 'source' have \(rest.count) numbers, those of 'latents' \(own.count)")
    }
    let factor = Float(strength)
    var result = target
    switch transfer {
    case .absolute: result.motion = source.motion.map { $0.map { $0 * factor } }
    case .relative:
      let changes = source.motion.map { zip($0, rest).map { ($0 - $1) * factor } }
      let response = try response(of: target, own, to: changes, context)
      result.motion = changes.map { zip(own, response?.amplified($0) ?? $0).map { $0 + $1 } }
    }
    result.cameras =
      turns
      ? try aligned(source.cameras, to: target, own, context)
      : source.cameras.indices.map { target.cameras[min($0, target.cameras.count - 1)] }
    // The target's frames are not the source's: its background stays where its first frame has it.
    result.background = target.background?.held
    result.times = source.times
    result.rate = source.rate
    result.audioPath = source.audioPath
    return result
  }

  /// Cameras from which the target is seen as turned as they say.
  private func aligned(
    _ cameras: [Camera], to target: LatentTrack, _ rest: [Float], _ context: RunContext
  ) throws -> [Camera] {
    guard aligns, transfer == .relative, !cameras.isEmpty else { return cameras }
    let correction = try FacingCorrection(of: target, rest: rest, seenFrom: cameras)
    let degrees = [correction.yaw, correction.pitch].map { $0 * 180 / .pi }
    if degrees.contains(where: { abs($0) > 3 }) {
      context.note(
        String(
          format: "the head looks past its cameras: they are turned by %.1f and %.1f degrees",
          degrees[0], degrees[1]))
    }
    return cameras.map(correction.turned)
  }

  /// What tuning took of the target's motion; nothing where it was not tuned.
  private func response(
    of target: LatentTrack, _ rest: [Float], to changes: [[Float]], _ context: RunContext
  ) throws -> MotionResponse? {
    // What the codes of other models move is not known.
    guard adapts, target.tunedWeights != nil, !target.model.config.isOfficial,
      rest.count >= MotionUnit.allCases.count
    else { return nil }
    let response = try MotionResponse(of: target, rest: rest, to: changes)
    if let least = response.gains.min(), let most = response.gains.max(),
      most > 1.05 || least < 0.95
    {
      context.note(
        String(
          format:
            "the mouth opens by other amounts than the motion says: it is moved %.1f to %.1f times",
          least, most))
    }
    return response
  }

  /// Codes as ``Sample`` draws them, which time reaches and leaves again: `u = z · t`, t from 0 to 1 and back.
  private func randomized(_ target: LatentTrack, _ context: RunContext) throws -> LatentTrack {
    var result = target
    let still = target.count == 1
    let frames = still ? count : target.count
    let rate = still ? Ratio(25, 1) : target.rate
    let drawn = SampledCodes(generator: target.model.generator)
    var random = RandomSource(seed: seed.map { UInt64($0) } ?? context.stageSeed)
    let rest = target.rest
    let length = max(2, Int((period * rate.value).rounded()))
    var codes: [[Float]] = []
    for frame in 0..<frames {
      if frame % length == 0 { codes.append(try drawn.motion(Int(random.next() >> 1))) }
      let phase = Float(frame % length) / Float(length)
      let time = (1 - cos(2 * .pi * phase)) / 2 * Float(strength)
      let code = codes[codes.count - 1]
      let moved = rest.indices.map { rest[$0] + code[$0] * time }
      if frame < result.motion.count {
        result.motion[frame] = moved
      } else {
        result.motion.append(moved)
      }
    }
    guard still else { return result }
    let camera = target.cameras[0]
    result.cameras = (0..<frames).map { frame in
      let angle = 2 * Float.pi * Float(frame) / Float(frames)
      return turns ? camera.orbited(yaw: 0.2 * sin(angle), pitch: 0.05 * sin(2 * angle)) : camera
    }
    result.times = (0..<frames).map { MediaTime(Int64($0), 25) }
    result.rate = rate
    return result
  }

  private func amplified(_ target: LatentTrack) -> LatentTrack {
    let rest = target.rest
    var result = target
    result.motion = target.motion.map { code in
      code.indices.map { rest[$0] + (code[$0] - rest[$0]) * Float(strength) }
    }
    return result
  }

  private func frozen(_ target: LatentTrack) -> LatentTrack {
    var result = target
    result.motion = Array(repeating: target.rest, count: target.count)
    return result
  }

  static func smoothed(_ motion: [[Float]], _ deviation: Double) -> [[Float]] {
    guard let width = motion.first?.count else { return motion }
    let columns = (0..<width).map { entry in
      GaussianSmoothing(deviation: deviation).smoothed(motion.map { Double($0[entry]) })
    }
    return motion.indices.map { frame in columns.map { Float($0[frame]) } }
  }
}
