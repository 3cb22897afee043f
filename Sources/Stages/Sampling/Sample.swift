import Foundation
import Media
import PV3D
public import Pipeline
import Tensors

/// Draws people and motions that nobody filmed.
///
/// `w = average + truncation (mapping(z, camera) - average)` for each appearance seed, and `u = z_motion · t`
/// for each motion seed. What a seed gives depends neither on the other seeds nor on the number of frames.
/// - Source: Xu et al. 2023 (PV3D), section 3; PV3D-SPEC sections 4, 7 and 17
public struct Sample: Stage {
  public static let name = "sample"
  /// 2: looks are stored; 3: motions are expressions, where models were trained on these.
  public static let version = 3
  public static let summary = "Draws people and motions by seed, as one or several clips."
  public static let model = Port<ModelArtifact>("model")
  public static let latents = Port<LatentTrack>("latents")
  public static let others = Port<LatentGroup>("others")
  public static let inputs: [any AnyPort] = [model]
  public static let outputs: [any AnyPort] = [latents, others]
  public static let influences: Set<Influence> = []
  public static let holding = Holding.numbers

  /// Which appearance meets which motion.
  public enum Combination: String, CaseIterable, ParameterValue { case paired, crossed }

  /// Where appearance codes come from.
  public enum Appearances: String, CaseIterable, ParameterValue { case normal, looks }

  /// Where motion codes come from.
  public enum Motions: String, CaseIterable, ParameterValue { case normal, expressions }

  /// How time runs.
  public enum Course: String, CaseIterable, ParameterValue {
    /// From 0 to 1, where it stays.
    case once
    /// From 0 to 1, again and again.
    case sawtooth
    /// From 0 to 1 and smoothly back, again and again.
    case swing
  }

  @Parameter("Seeds of appearance codes: one seed is one person.", in: 0...)
  public var appearanceSeeds = [1]
  @Parameter("Seeds of motion codes: one seed is one motion.", in: 0...)
  public var motionSeeds = [1]
  @Parameter(
    "Paired: first person, first motion, and so on, one seed serving all; crossed: rows of persons, columns of motions."
  )
  public var combination = Combination.paired
  @Parameter(
    "Codes from N(0, 1) or mixes of two looks stored in the model; null takes looks if there are any."
  )
  public var appearances: Appearances? = nil
  @Parameter(
    "Codes from N(0, 1), as in the paper, or expressions; null takes these where the model stores looks."
  )
  public var motions: Motions? = nil
  @Parameter(
    "How far styles go from the average person: 0 stays there, 1, as in the paper, goes all the way.",
    in: 0...2)
  public var truncation = 1.0
  @Parameter("Styles that truncation changes, coarse ones first; null for all.", in: 0...)
  public var truncationCutoff: Int? = nil
  @Parameter(
    "The camera that the mapping sees, and that the clips keep: to the head's left.", in: -90...90,
    unit: "degrees")
  public var conditionYawDegrees = 0.0
  @Parameter("The camera that the mapping sees: upward.", in: -80...80, unit: "degrees")
  public var conditionPitchDegrees = 0.0
  @Parameter("Frames of each clip.", in: 1...100000, unit: "frames")
  public var frames = 16
  @Parameter("Frames a second.", in: 1...1000)
  public var rate = 25
  @Parameter("How time runs: once from 0 to 1, in a sawtooth, or to 1 and back as a swing.")
  public var time = Course.once
  @Parameter(
    "Frames in which time runs once; null takes all of the clip.", in: 2...100000, unit: "frames")
  public var period: Int? = nil
  @Parameter("What motion codes are multiplied with.", in: 0...10)
  public var strength = 1.0
  @Parameter(
    "Red, green and blue behind the head, 0 to 1; null keeps what the model draws there.", in: 0...1
  )
  public var backdrop: [Double]? = nil

  public init() {}

  public func validate() throws {
    let (people, motions) = (appearanceSeeds.count, motionSeeds.count)
    if people == 0 { throw ParameterError("appearanceSeeds", "must name at least one seed") }
    if motions == 0 { throw ParameterError("motionSeeds", "must name at least one seed") }
    if combination == .paired, people > 1, motions > 1, people != motions {
      throw ParameterError(
        "motionSeeds",
        "must name one seed or \(people), as many as 'appearanceSeeds', not \(motions)")
    }
    if let backdrop, backdrop.count != 3 {
      throw ParameterError(
        "backdrop", "must be 3 numbers, red, green and blue, not \(backdrop.count)")
    }
  }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    [Self.latents.name: Extent(frames: frames), Self.others.name: Extent(frames: frames)]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let model = inputs[Self.model]
    let hasLooks = model.generator.mapping.bank != nil
    if appearances == .looks, !hasLooks {
      throw ParameterError("appearances", "cannot be looks, for the model stores none")
    }
    if motions == .expressions, model.config.isOfficial {
      throw ParameterError(
        "motions", "cannot be expressions, for what the model's codes move is not known")
    }
    let codes = SampledCodes(
      generator: model.generator, mixesLooks: appearances.map { $0 == .looks },
      drawsExpressions: motions.map { $0 == .expressions })
    let people = try appearanceSeeds.map { try styles(codes.appearance($0), model.generator) }
    let courses = try motionSeeds.map { try course(of: codes.motion($0)) }
    let backdrop = try plate(side: model.config.imageResolution).map { Backdrop($0) }
    let camera = condition(model.config)
    let tracks = pairs.map { person, motion in
      LatentTrack(
        styles: people[person], motion: courses[motion],
        cameras: Array(repeating: camera, count: frames),
        times: (0..<frames).map { MediaTime(Int64($0), Int32(rate)) }, rate: Ratio(Int32(rate), 1),
        background: backdrop, model: model)
    }
    return Ports(Self.latents, tracks[0]).with(Self.others, LatentGroup(Array(tracks.dropFirst())))
  }

  /// Places in the lists of seeds of each clip's person and motion.
  private var pairs: [(Int, Int)] {
    let (people, motions) = (appearanceSeeds.count, motionSeeds.count)
    switch combination {
    case .crossed: return (0..<people * motions).map { ($0 / motions, $0 % motions) }
    case .paired: return (0..<max(people, motions)).map { ($0 % people, $0 % motions) }
    }
  }

  private func condition(_ config: GeneratorConfig) -> Camera {
    config.camera(
      yaw: Float(conditionYawDegrees) * .pi / 180, pitch: Float(conditionPitchDegrees) * .pi / 180)
  }

  private func styles(_ code: Tensor, _ generator: Generator) throws -> Tensor {
    try withoutGradients {
      try generator.mapping(
        code, label: Camera.tensor([condition(generator.config)], on: generator.device),
        truncation: Float(truncation), cutoff: truncationCutoff)
    }
  }

  /// The motion of every frame, `u = z_motion · t`.
  private func course(of code: [Float]) -> [[Float]] {
    (0..<frames).map { frame in
      let amount = moment(frame) * Float(strength)
      return code.map { $0 * amount }
    }
  }

  /// The time of a frame, 0...1.
  private func moment(_ frame: Int) -> Float {
    let round = period ?? frames
    let last = Float(max(round - 1, 1))
    return switch time {
    case .once: min(Float(frame) / last, 1)
    case .sawtooth: Float(frame % round) / last
    case .swing: (1 - cos(2 * .pi * Float(frame % round) / Float(round))) / 2
    }
  }

  /// The backdrop as a picture, `[3, side, side]`.
  private func plate(side: Int) throws -> Tensor? {
    try backdrop.map { color in
      try Tensor(color.map { Float($0) * 2 - 1 }).reshaped(3, 1, 1).expanded([3, side, side])
        .contiguous()
    }
  }
}
