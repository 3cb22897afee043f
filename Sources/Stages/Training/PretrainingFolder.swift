import Faces
import Foundation
import Media
import PV3D
import Tensors

/// The folder in which a warm start keeps what it needs to go on.
public struct PretrainingFolder {
  let path: String

  public init(_ path: String) { self.path = path }

  private var state: String { "\(path)/state.safetensors" }

  /// Everything needed to go on, and the averaged model; each file appears whole.
  public func save(_ training: SupervisedTraining) throws {
    let config = training.generator.config
    var tensors: [String: Tensor] = [:]
    func add(_ prefix: String, _ part: [String: Tensor]) {
      for (name, tensor) in part { tensors["\(prefix).\(name)"] = tensor }
    }
    add("weights", training.generator.parameters)
    add("weights", training.generator.buffers)
    add("average", training.average.tensors)
    add("first", training.adam.first)
    add("second", training.adam.second)
    add("portraits", training.portraitCodes.leaves)
    let steps = try JSONEncoder().encode(training.adam.steps)
    try Safetensors.write(
      tensors, to: state,
      metadata: [
        "step": "\(training.step)", "steps": String(decoding: steps, as: UTF8.self),
      ])
    try ModelFile.write(
      training.shipped(), config: config, to: "\(path)/model.safetensors")
  }

  /// Whether the checkpoint, or else a model to start from, stores styles of real portraits.
  public func storesStyles(startingFrom model: String?) throws -> Bool {
    let begun = FileManager.default.fileExists(atPath: state)
    guard let path = begun ? state : model else { return false }
    return try Safetensors(path: path).entries.keys.contains { $0.hasSuffix("mapping.style_bank") }
  }

  /// Goes on from the folder's checkpoint; without one it starts from given tensors.
  /// - Parameters:
  ///   - start: tensors of a generator, asked for where there is no checkpoint; those it lacks are drawn
  ///   - device: where it is trained; a folder may go on where it was not begun
  public func resume(
    config: GeneratorConfig, options: SupervisedOptions, seed: UInt64, device: Device = .cpu,
    start: () throws -> [String: Tensor] = { [:] }
  ) throws -> SupervisedTraining {
    let distance = try PerceptualDistance(device: device)
    let perceptual: (Tensor, Tensor) throws -> Tensor = { try distance($0, $1).mean() }
    guard FileManager.default.fileExists(atPath: state) else {
      let weights = Weights(
        checkpoint: try start(), missing: RandomSource(seed: seed), gradients: true, device: device)
      return try SupervisedTraining(
        weights, config, options, seed: seed, perceptual: perceptual)
    }
    let file = try Safetensors(path: state)
    let weights = Weights(
      checkpoint: try file.tensors(removing: "weights."), gradients: true, device: device)
    var training = try SupervisedTraining(
      weights, config, options, seed: seed, perceptual: perceptual)
    let steps = try JSONDecoder().decode(
      [String: Int].self, from: Data((file.metadata["steps"] ?? "{}").utf8))
    try training.resume(
      step: Int(file.metadata["step"] ?? "") ?? 0, average: file.tensors(removing: "average."),
      first: file.tensors(removing: "first."), second: file.tensors(removing: "second."),
      steps: steps, portraits: file.tensors(removing: "portraits."))
    return training
  }
}

/// One JSON object a step, appended to a file and summed up on the terminal.
public final class PretrainingLog {
  private let file: FileHandle
  private let start = Date()
  private var first: Int?

  /// Opens the log behind the line of a step; later lines are of steps that are made again.
  public init(path: String, after step: Int) throws {
    struct Start: Decodable { let step: Int }
    let url = URL(fileURLWithPath: path)
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    let kept = text.split(separator: "\n").filter { line in
      let start = try? JSONDecoder().decode(Start.self, from: Data(line.utf8))
      return start.map { $0.step <= step } ?? false
    }
    try OutputFile.write(Data(kept.map { "\($0)\n" }.joined().utf8), to: path)
    file = try FileHandle(forWritingTo: url)
    try file.seekToEnd()
  }

  public func write(step: Int, _ losses: SupervisedLosses) throws {
    let seconds = -start.timeIntervalSinceNow
    let origin = first ?? step - 1
    first = origin
    func number(_ value: Float) -> String {
      value.isFinite ? String(format: "%.5f", value) : "null"
    }
    let values = [
      ("color", losses.color), ("opacity", losses.opacity), ("perceptual", losses.perceptual),
      ("density", losses.density), ("portraits", losses.portraits),
    ].map { "\"\($0)\":\(number($1))" }.joined(separator: ",")
    let start = String(format: #"{"step":%d,"seconds":%.1f,"#, step, seconds)
    let line = #"\#(start)"phase":"\#(losses.phase)",\#(values)}"#
    try file.write(contentsOf: Data((line + "\n").utf8))
    if step % 20 == 0 {
      let pace = seconds / Double(step - origin)
      print(
        String(
          format:
            "step %d  %@  color %.4f  opacity %.4f  perceptual %.4f  density %.4f  %.3f s a step",
          step, losses.phase as NSString, losses.color, losses.opacity, losses.perceptual,
          losses.density, pace))
    }
  }
}
