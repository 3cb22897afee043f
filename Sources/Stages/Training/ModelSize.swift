import PV3D
import Pipeline
import Tensors

/// The sizes of generators by name, as a training's document names them.
public enum ModelSize: String, Sendable, CaseIterable {
  /// 32-pixel images of a few thousand numbers, to see a training run within a minute.
  case tiny
  /// The network of the default model, 256-pixel images.
  case compact
  /// The network of the paper, 512-pixel images.
  case official

  public var config: GeneratorConfig {
    var config = GeneratorConfig()
    switch self {
    case .official: break
    case .compact:
      config = CompactModel.config(codeLength: 128)
      config.styleDeviation = 1
    case .tiny:
      (config.zDimension, config.wDimension, config.motionDimension) = (16, 32, 8)
      (config.planeResolution, config.planeFeatures, config.motionResolution) = (16, 8, 8)
      (config.channelBase, config.channelMax, config.decoderHidden) = (512, 32, 16)
      (config.superResolutionInput, config.superResolutionChannels) = (8, [16, 8])
      (config.depthSamples, config.renderingResolution) = (8, 8)
    }
    return config
  }

  /// The sizes that a document's `model` says: a name, or an object with `size` and single sizes.
  ///
  /// Where nothing is said, those of the model file `from`, or else the compact ones.
  static func model(_ json: JSON?, from: String) throws(PipelineError) -> GeneratorConfig {
    let place = JSONPointer.root / "model"
    var fields: [String: JSON] = [:]
    var size: ModelSize?
    switch json {
    case .string?: size = try named(json, at: place)
    case .object(let given)?:
      fields = given
      if let name = fields.removeValue(forKey: "size") {
        size = try named(name, at: place / "size")
      }
    case let json?:
      throw PipelineError([Issue("must be a name or an object, not \(json.found)", at: place)])
    case nil: break
    }
    var config = (size ?? .compact).config
    if size == nil, !from.isEmpty {
      do { config = try ModelFile.config(of: Safetensors(path: from)) } catch {
        throw PipelineError([Issue("\(error)", at: JSONPointer.root / "from")])
      }
    }
    return try JSON.object(fields).overlaid(on: config, called: "'model'", at: place)
  }

  private static func named(
    _ json: JSON?, at place: JSONPointer
  ) throws(PipelineError) -> ModelSize {
    let names = allCases.map(\.rawValue)
    guard case .string(let name)? = json else {
      throw PipelineError([
        Issue(
          "must be one of \(names.joined(separator: ", ")), not \(json?.found ?? "nothing")",
          at: place)
      ])
    }
    guard let size = ModelSize(rawValue: name) else {
      let hint =
        NearestName.of(name, among: names).map { "; did you mean '\($0)'?" }
        ?? "; there are: \(names.joined(separator: ", "))"
      throw PipelineError([Issue("there is no model '\(name)'\(hint)", at: place)])
    }
    return size
  }
}

extension AdversarialSchedule {
  /// The paper's schedule, its blur in proportion to the image, at the resolution of a model's rays.
  static func fitting(_ model: GeneratorConfig, batch: Int) -> AdversarialSchedule {
    var schedule = AdversarialSchedule()
    (schedule.batch, schedule.batchPerDevice) = (batch, batch)
    schedule.blurSigma *= Double(model.imageResolution) / 512
    schedule.firstResolution = model.renderingResolution
    schedule.lastResolution = model.renderingResolution
    return schedule
  }
}

extension DiscriminatorConfig {
  /// Discriminators as wide as a generator.
  static func fitting(_ model: GeneratorConfig) -> DiscriminatorConfig {
    var config = DiscriminatorConfig()
    config.imageResolution = model.imageResolution
    (config.channelBase, config.channelMax) = (model.channelBase, model.channelMax)
    return config
  }
}
