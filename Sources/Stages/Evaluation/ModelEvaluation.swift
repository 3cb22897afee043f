import Foundation
import Heads
import PV3D
import Tensors

/// How well a generator does: on synthetic heads whose truth is known, on real clips, and on its own.
///
/// Looks, expressions and cameras of synthetic heads are drawn as in training, from other seeds.
public final class ModelEvaluation {
  /// Where things are read.
  public struct Folders: Sendable, Codable {
    /// The synthetic heads.
    public var heads: String
    /// Real clips: videos in `video`, pictures in `still`.
    public var clips: String?
    /// The action network, in `weights`.
    public var assets: String?

    public init(heads: String, clips: String? = nil, assets: String? = nil) {
      (self.heads, self.clips, self.assets) = (heads, clips, assets)
    }
  }

  /// A blend of the training identities.
  struct KnownHead {
    let truth: HeadTruth
    let probe: HeadProbe
    let expression: FacialExpression
    let cameras: [PortraitCamera]
  }

  let model: ModelArtifact
  let folders: Folders
  let settings: EvaluationSettings
  /// Takes a line about what is being done.
  public var progress: @Sendable (String) -> Void = { _ in }
  private var knownViews: HeadViews?
  private var knownHeads: [KnownHead]?
  private var knownControl: Generator?
  /// Clips that were inverted, by name: two parts need them.
  var inverted: [String: InvertedClip] = [:]

  public init(_ model: ModelArtifact, _ folders: Folders, _ settings: EvaluationSettings) {
    self.model = model
    self.folders = folders
    self.settings = settings
  }

  var generator: Generator { model.generator }

  /// What a part is made of: results of one origin may stand beside each other.
  public func origin(_ part: EvaluationPart.Name) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let numbers = (try? encoder.encode(settings.concerning(part))).map {
      String(decoding: $0, as: UTF8.self)
    }
    var words = [model.sha256, numbers ?? "", "heads \(folders.heads)"]
    if [.clips, .retarget, .samples].contains(part) {
      words.append("clips \(folders.clips ?? "none"), face-crop \(FaceCrop.version)")
    }
    if [.heldOut, .clips, .retarget].contains(part) {
      words.append("inversion \(Inversion.version), motion-edit \(MotionEdit.version)")
    }
    if part == .samples {
      words.append("sample \(Sample.version), assets \(folders.assets ?? "none")")
    }
    return words.joined(separator: ", ")
  }

  /// Measures one part.
  public func measured(_ part: EvaluationPart.Name) async throws -> EvaluationResult {
    switch part {
    case .known: try withoutGradients { try known() }
    case .expressions: try withoutGradients { try expressions() }
    case .views: try withoutGradients { try turned() }
    case .heldOut: try withoutGradients { try heldOut() }
    case .clips: try await clips()
    case .retarget: try await retargeted()
    case .samples: try await samples()
    }
  }

  static func camera(yaw degrees: Double) -> PortraitCamera {
    PortraitCamera(yaw: degrees * .pi / 180)
  }

  func views() throws -> HeadViews {
    if let knownViews { return knownViews }
    let views = try HeadViews(folder: folders.heads, seed: settings.seed)
    knownViews = views
    return views
  }

  func truth(_ look: Look) throws -> HeadTruth {
    try HeadTruth(
      look, views(), side: generator.config.imageResolution,
      rays: settings.raw ?? generator.config.renderingResolution)
  }

  func heads() throws -> [KnownHead] {
    if let knownHeads { return knownHeads }
    // Training counts its seeds from a small number: far from every mixed one.
    var seeds = SplitMix64(seed: settings.seed ^ 0x5EED_0F_7E57)
    let views = try views()
    var sampler = try HeadSampler(
      library: views.library, seed: seeds.next(), heldOut: HeadViews.heldOut)
    let heads = try (0..<settings.count).map { _ in
      var look = sampler.look()
      look.backdrop = HeadViews.backdrop
      return KnownHead(
        truth: try truth(look), probe: try HeadProbe(generator, look, views, raw: settings.raw),
        expression: sampler.expression(), cameras: [sampler.camera(), sampler.camera()])
    }
    knownHeads = heads
    return heads
  }

  /// A generator of random weights that starts its inversions from the looks that the model's start from.
  func control() throws -> Generator {
    if let knownControl { return knownControl }
    var config = generator.config
    config.styleBank = 0
    let made = try banked(Generator(Weights(random: RandomSource(seed: settings.seed)), config))
    knownControl = made
    return made
  }

  /// A generator with a bank of looks from which inversions start.
  func banked(_ generator: Generator) throws -> Generator {
    var config = generator.config
    config.appearanceBank = config.appearanceBank == 0 ? 96 : config.appearanceBank
    var tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    tensors["backbone.mapping.appearance_bank"] = try views().bank(config.appearanceBank)
    return try Generator(Weights(checkpoint: tensors), config)
  }
}
