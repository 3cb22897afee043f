import Foundation
import Media
import PV3D
import Tensors

/// What a file of weights holds: its networks with the numbers of their tensors, the generator's
/// sizes, and what its card says of its data and limits.
public struct ModelSummary: CustomStringConvertible {
  public let description: String

  /// Describes the model file or the official checkpoint at `path`; no tensor is read.
  public init(path: String) throws {
    let shapes: [String: [Int]]
    let config: GeneratorConfig
    let form: String
    let tellsRays: Bool
    var card: String?
    if TorchCheckpoint.recognizes(path) {
      let file = try OfficialCheckpoint(path: path)
      shapes = try file.shapes()
      let averaged = shapes.keys.contains { $0.hasPrefix("generator_ema.") }
      config = try file.config(averaged ? .average : .trained)
      (form, tellsRays) = ("torch checkpoint", false)
    } else {
      let file = try Safetensors(path: path)
      shapes = file.entries.mapValues(\.shape)
      config = try ModelFile.config(of: file)
      card = file.metadata["card"]
      let types = Set(file.entries.values.map(\.type)).sorted().joined(separator: ", ")
      (form, tellsRays) = ("pvpipe model of \(types)", true)
    }
    let lines =
      ["\(path): \(form)"] + Self.networks(shapes) + Self.sizes(config)
      + [
        Self.line("rays", tellsRays ? Self.rays(config) : "not told by a checkpoint"),
        Self.line("SHA-256", try SHA256.digits(ofFiles: [path])),
      ] + Self.told(by: card.map { ModelCard($0) })
    description = lines.joined(separator: "\n")
  }

  /// What the model was trained on, for whom it works worse, and what it must not be used for.
  private static func told(by card: ModelCard?) -> [String] {
    guard let card else {
      return [line("card", "none: nothing is told of what it was trained on, and of its limits")]
    }
    return ["Data", "Limits"].flatMap { name in
      ["", "\(name):", card.section(name) ?? "The card has no section '\(name)'."]
    }
  }

  /// The networks that official checkpoints hold, and what they are called in the summary.
  private static let prefixes = [
    "generator_ema.", "generator.", "img_discriminator.", "vid_discriminator.",
  ]

  private static func networks(_ shapes: [String: [Int]]) -> [String] {
    var counts: [String: (tensors: Int, values: Int)] = [:]
    let whole = shapes.keys.contains { name in prefixes.contains { name.hasPrefix($0) } }
    for (name, shape) in shapes {
      let prefix = prefixes.first { name.hasPrefix($0) }
      let network = prefix.map { String($0.dropLast()) } ?? (whole ? "others" : "generator")
      let before = counts[network] ?? (0, 0)
      counts[network] = (before.tensors + 1, before.values + shape.reduce(1, *))
    }
    return counts.keys.sorted().map { network in
      let count = counts[network] ?? (0, 0)
      return line(network, "\(count.tensors) tensors, \(count.values) values")
    }
  }

  private static func sizes(_ config: GeneratorConfig) -> [String] {
    let channels = config.blockResolutions.map { "\(config.channels(at: $0))" }
    let layers = config.blockResolutions.filter { $0 <= config.motionResolution }
    let side = config.planeResolution
    let wide = config.superResolutionChannels.map(String.init).joined(separator: ", ")
    return [
      line(
        "codes",
        "z \(config.zDimension), w \(config.wDimension), motion \(config.motionDimension), "
          + "camera label \(config.labelDimension)"),
      line("mapping", "\(config.mappingLayers) layers"),
      line(
        "planes",
        "3 x \(config.planeFeatures) x \(side) x \(side), (x, y), (x, z), "
          + (config.orthogonalPlanes ? "(z, y)" : "(z, x)")),
      line("channels", channels.joined(separator: ", ")),
      line("motion layers", "at \(layers.map(String.init).joined(separator: ", "))"),
      line("decoder", "\(config.decoderHidden) hidden units"),
      line(
        "image",
        "\(config.imageResolution) pixels, from \(config.superResolutionInput) by \(wide) channels"),
    ] + additions(config)
  }

  /// What compact models have and official ones have not.
  private static func additions(_ config: GeneratorConfig) -> [String] {
    func square(_ side: Int) -> String { "\(side) x \(side)" }
    var lines: [String] = []
    if config.motionOffsets > 0 {
      let flow = config.motionFlowResolution
      let flows = config.orthogonalPlanes ? "flows" : "a flow"
      let after = flow > 0 ? ", after \(flows) of \(square(flow))" : ""
      lines.append(
        line(
          "motion offsets",
          "\(config.motionOffsets) of \(square(config.motionOffsetResolution))" + after))
    }
    if config.appearanceOffsets > 0 {
      let side = square(config.appearanceOffsetResolution)
      lines.append(line("looks", "mixed of \(config.appearanceOffsets) offsets of \(side)"))
    }
    return lines
  }

  private static func rays(_ config: GeneratorConfig) -> String {
    let (side, samples) = (config.renderingResolution, config.depthSamples)
    return "\(side) x \(side), \(samples) + \(samples) samples from \(config.rayStart) to "
      + "\(config.rayEnd), cube of \(config.boxWarp)"
  }

  private static func line(_ name: String, _ text: String) -> String {
    "\(name):".padding(toLength: 19, withPad: " ", startingAt: 0) + text
  }
}
