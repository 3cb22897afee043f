import Foundation
import PV3D
import Stages
import Tensors

/// The cases by their names, such as `frame 64`.
final class GeneratorCases {
  /// A 512-pixel person as `multi-view-render` draws one.
  private struct Full {
    let generator: Generator
    let clip: PreparedClip
    let planes: Tensor
  }

  private let folder: URL
  private let inputs: [String: Tensor]
  private var full: Full?
  private var compact: [Bool: Generator] = [:]

  init(_ folder: URL) throws {
    self.folder = folder
    inputs = try Safetensors(path: folder.appendingPathComponent("inputs.safetensors").path)
      .tensors()
  }

  /// Loads what the case needs, and gives what is timed.
  func prepared(_ name: String) throws -> () throws -> [Tensor] {
    let parts = name.split(separator: " ")
    let side = parts.count > 1 ? Int(parts[1]) ?? 64 : 64
    switch parts.first {
    case "frame":
      let full = try loadedFull()
      let (motion, label) = (try input("motion"), try input("label"))
      let options = try options("u\(side)")
      return {
        let planes = try full.clip.planes(motion: motion)
        let drawn = try full.clip.rendered(
          planes, label: label, resolution: side, options: options)
        return [drawn.image, drawn.raw]
      }
    case "view", "view-of-planes":
      let full = try loadedFull()
      let label = try input("otherLabel")
      let options = try options("u\(side)")
      return {
        let drawn = try full.clip.rendered(
          full.planes, label: label, resolution: side, options: options)
        return [drawn.image, drawn.raw]
      }
    case "renderer", "renderer-gradients":
      return try renderer(side, gradients: parts.first == "renderer-gradients")
    case "codes-step": return try step(tuned: false)
    case "tuning-step": return try step(tuned: true)
    default: throw TensorError(operation: "benchmark", reason: "there is no case '\(name)'")
    }
  }

  private func input(_ name: String) throws -> Tensor {
    guard let tensor = inputs[name] else {
      throw TensorError(operation: "benchmark", reason: "the inputs lack '\(name)'")
    }
    return tensor
  }

  private func options(_ u: String) throws -> RenderingOptions {
    var options = RenderingOptions()
    options.u = try input(u)
    return options
  }

  private func loadedFull() throws -> Full {
    if let full { return full }
    let generator = try ModelFile.read(folder.appendingPathComponent("full.safetensors").path)
      .generator
    let clip = try PreparedGenerator(generator).clip(input("ws"))
    let planes = try clip.planes(motion: input("motion"))
    let made = Full(generator: generator, clip: clip, planes: planes)
    full = made
    return made
  }

  private func renderer(_ side: Int, gradients: Bool) throws -> () throws -> [Tensor] {
    let full = try loadedFull()
    let rays = try Rays(labels: input("label"), resolution: side)
    let options = try options("u\(side)")
    guard gradients else {
      let renderer = full.generator.renderer
      return {
        try withoutGradients { [try renderer(full.planes, rays, options: options).features] }
      }
    }
    let names = full.generator.parameters.keys.filter { $0.hasPrefix("decoder.") }.sorted()
    let weights = Weights(checkpoint: full.generator.parameters, gradients: true)
    let renderer = try VolumeRenderer(weights.scope("decoder"), full.generator.config)
    let planes = try full.planes.leaf()
    let cotangent = try input("cotangent")
    return {
      let seen = try renderer(planes, rays, options: options).features
      let leaves = [planes] + names.compactMap { weights.parameters[$0] }
      return try (seen * cotangent).sum().gradients(leaves).compactMap { $0 }
    }
  }

  /// One step of an inversion with two frames: the distances of images and raw images, and the gradients of the
  /// codes and cameras, or of all tensors below the mapping.
  private func step(tuned: Bool) throws -> () throws -> [Tensor] {
    let path = folder.appendingPathComponent("compact.safetensors").path
    let generator = try compact[tuned] ?? ModelFile.read(path, gradients: tuned).generator
    compact[tuned] = generator
    let ws = try input("compact.ws").leaf(gradients: !tuned)
    let motion = try input("compact.motion").leaf(gradients: !tuned)
    let label = try input("compact.label").leaf(gradients: !tuned)
    let (image, raw) = (try input("compact.image"), try input("compact.raw"))
    let options = try options("compact.u")
    let names = generator.parameters.keys.sorted().filter {
      !$0.contains("mapping.") && !$0.contains("noise_")
    }
    let wanted =
      tuned ? names.compactMap { generator.parameters[$0] } : [ws, motion, label]
    return {
      let drawn = try generator.synthesized(
        ws.expanded([2, -1, -1]), motion: motion, label: label, resolution: 64, options: options)
      let loss =
        try (drawn.image - image).magnitude().mean() + (drawn.raw - raw).magnitude().mean() * 0.5
      return try loss.gradients(wanted).compactMap { $0 }
    }
  }
}
