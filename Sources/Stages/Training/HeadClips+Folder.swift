import Foundation
import Heads
import Media
import PV3D
import Tensors

extension HeadClips {
  /// Writes clips in the layout that `ClipFolder` reads, each of someone new, with exact cameras.
  /// - Parameters:
  ///   - frames: of each clip
  ///   - quality: constant rate factor of the encoder
  ///   - synthesis: what every clip says, also in a file beside it
  public func write(
    _ count: Int, frames: Int, quality: Int? = nil, saying synthesis: Synthesis? = nil,
    to folder: String
  ) throws {
    for name in ["recrop_faces", "smoothed_camera2world"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    let names = (0..<count).map { String(format: "head-%04d", $0) }
    _ = try concurrently(count) { index in
      try write(names[index], index: index, frames: frames, quality, synthesis, to: folder)
    }
    let list = names.map { "\($0).mp4\n" }.joined()
    try Data(list.utf8).write(
      to: URL(fileURLWithPath: "\(folder)/voxceleb.list"), options: .atomic)
  }

  private func write(
    _ name: String, index: Int, frames: Int, _ quality: Int?, _ synthesis: Synthesis?,
    to folder: String
  ) throws {
    var random = random.derived("clip \(index)")
    var sampler = try sampler(&random)
    let moments = Self.performance(
      &random, seconds: Double(frames) / Self.rate, base: sampler.camera())
    let look = look(&sampler)
    let head = try views.library.blend(look.recipe)
    let rate = Ratio(Int32(Self.rate), 1)
    let path = "\(folder)/recrop_faces/\(name).mp4"
    let sidecar = try Sidecar(of: path, saying: synthesis)
    let writer = try VideoWriter(
      path: path, width: side, height: side, timeBase: rate.inverse, frameRate: rate,
      quality: quality, metadata: synthesis?.metadata ?? [:])
    let rasterizer = Rasterizer(supersampling: 2)
    var entries: [String] = []
    for (frame, moment) in moments.prefix(frames).enumerated() {
      let scene = look.scene(head, expression: moment.expression, camera: moment.camera)
      let portrait = rasterizer.render(scene, size: side)
      try writer.write(
        RGBFrame(
          width: side, height: side, pixels: portrait.image.pixels,
          time: MediaTime(ticks: Int64(frame), of: rate.inverse), index: frame))
      let numbers = portrait.label.map { "\($0)" }.joined(separator: ", ")
      entries.append(#"["\#(String(format: "%06d", frame))", [\#(numbers)]]"#)
    }
    try writer.complete()
    try sidecar.appear(with: writer)
    try Data("[\n\(entries.joined(separator: ",\n"))\n]\n".utf8).write(
      to: URL(fileURLWithPath: "\(folder)/smoothed_camera2world/\(name).json"), options: .atomic)
  }
}
