import Faces
import Foundation
import Media
import PV3D
import Tensors

/// On disk latents are one safetensors file. Model and audio are not in it: they are files of their
/// own, which whoever reads it has at hand.
extension LatentTrack {
  private struct Timing: Codable {
    let times: [MediaTime]
    let rate: Ratio
    /// Where frames lie in the background, as exactly as they were found.
    let windows: [CropFrame]
  }

  func write(to path: String) throws {
    var tensors = try Self.tensors(motion: motion, cameras: cameras)
    tensors["styles"] = styles
    if let background { tensors["background"] = background.plate }
    for (name, tensor) in tunedWeights ?? [:] { tensors["tuned/\(name)"] = tensor }
    let timing = try JSONEncoder().encode(
      Timing(times: times, rate: rate, windows: background?.windows ?? []))
    try Safetensors.write(
      tensors, to: path, metadata: ["timing": String(decoding: timing, as: UTF8.self)])
  }

  init(path: String, model: ModelArtifact, audioPath: String?) throws {
    let file = try Safetensors(path: path)
    guard let text = file.metadata["timing"],
      let timing = try? JSONDecoder().decode(Timing.self, from: Data(text.utf8))
    else { throw SafetensorsError(path: path, reason: "holds no latents") }
    let (motion, cameras) = try Self.courses(in: file)
    guard motion.count == cameras.count, motion.count == timing.times.count else {
      throw SafetensorsError(path: path, reason: "has motions, cameras and times of other counts")
    }
    let device = model.generator.device
    let tuned = try file.tensors(removing: "tuned/").mapValues { try $0.to(device) }
    self.init(
      styles: try file.tensor("styles").to(device), motion: motion, cameras: cameras,
      times: timing.times, rate: timing.rate,
      background: try Self.backdrop(in: file, timing.windows),
      tunedWeights: tuned.isEmpty ? nil : tuned, model: model, audioPath: audioPath)
  }

  private static func backdrop(in file: Safetensors, _ windows: [CropFrame]) throws -> Backdrop? {
    guard file.entries["background"] != nil else { return nil }
    guard !windows.isEmpty else {
      throw SafetensorsError(path: file.path, reason: "has a background and no windows")
    }
    return Backdrop(try file.tensor("background"), windows: windows)
  }

  /// Motion codes and cameras, frame by frame, as tensors.
  static func tensors(motion: [[Float]], cameras: [Camera]) throws -> [String: Tensor] {
    [
      "motion": try Tensor(motion.flatMap(\.self), [motion.count, motion.first?.count ?? 0]),
      "cameras": try Tensor(cameras.flatMap(\.label), [cameras.count, 25]),
    ]
  }

  /// What `tensors` made tensors of.
  static func courses(in file: Safetensors) throws -> (motion: [[Float]], cameras: [Camera]) {
    func rows(_ name: String) throws -> [[Float]] {
      let shape = try file.entry(name).shape
      let values = try file.floats(name)
      guard shape.count == 2, name != "cameras" || shape[1] == 25 else {
        throw SafetensorsError(path: file.path, reason: "'\(name)' has shape \(shape)")
      }
      return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    }
    return (try rows("motion"), try rows("cameras").map { Camera(label: $0) })
  }
}
