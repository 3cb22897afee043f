import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct ModelCommandTests {
  private static let tiny = Shared.fixtures.appendingPathComponent("tiny/pv3d_tiny.ckpt").path
  static let hasTiny = Fixture.has("tiny/pv3d_tiny.ckpt")

  @Test(.enabled(if: hasTiny)) func theOfficialCheckpointIsImported() throws {
    let workshop = try Workshop("model-import")
    let out = workshop.path("tiny.safetensors")
    let result = try Program.run(
      "model", "import", Self.tiny, out, "--resolution", "16", "--samples", "24")
    #expect(result.status == 0, "\(result.errors)")
    let wanted = [
      "\(out): pvpipe model of F32", "codes:             z 48, w 64, motion 64, camera label 25",
      "mapping:           2 layers", "planes:            3 x 32 x 64 x 64, (x, y), (x, z), (z, x)",
      "channels:          32, 32, 32, 32, 16", "motion layers:     at 4, 8, 16, 32",
      "decoder:           64 hidden units",
      "rays:              16 x 16, 24 + 24 samples from 2.25 to 3.3, cube of 1.0",
      "image:             128 pixels, from 32 by 32, 16 channels",
    ]
    for line in wanted { #expect(result.lines.contains(line), "\(line): \(result.output)") }
    #expect(try Program.run("model", "info", out).output == result.output)
    let file = try Safetensors(path: out)
    let state = try Fixture("tiny", "ckpt_model_state").group("generator_ema.")
    #expect(Set(file.entries.keys) == Set(state.keys))
    for (name, tensor) in state { #expect(try file.floats(name) == tensor.floats(), "\(name)") }
    let card = try Program.run("model", "card", out)
    #expect(card.lines == ["\(out): has no card"])
  }

  @Test(.enabled(if: hasTiny)) func theTrainedGeneratorAndAllTensorsCanBeTaken() throws {
    let workshop = try Workshop("model-import")
    let (trained, all) = (workshop.path("g.safetensors"), workshop.path("all.safetensors"))
    let reference = try Fixture("tiny", "ckpt_model_state")
    #expect(try Program.run("model", "import", Self.tiny, trained, "--generator").status == 0)
    let name = "backbone.synthesis.b4.const"
    #expect(
      try Safetensors(path: trained).floats(name)
        == reference("generator.\(name)").floats())
    #expect(try Program.run("model", "import", Self.tiny, all, "--all", "--half").status == 0)
    let file = try Safetensors(path: all)
    #expect(Set(file.entries.keys) == Set(reference.names))
    #expect(file.entries.values.allSatisfy { $0.type == "F16" })
    let info = try Program.run("model", "info", all)
    for network in ["generator:", "generator_ema:", "img_discriminator:", "vid_discriminator:"] {
      #expect(info.lines.contains { $0.hasPrefix(network) }, "\(info.output)")
    }
  }

  @Test(.enabled(if: hasTiny)) func aCheckpointIsDescribed() throws {
    let result = try Program.run("model", "info", Self.tiny)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.first == "\(Self.tiny): torch checkpoint")
    #expect(result.lines.contains { $0.hasPrefix("generator_ema:") && $0.contains(" tensors, ") })
    #expect(result.lines.contains("planes:            3 x 32 x 64 x 64, (x, y), (x, z), (z, x)"))
    #expect(result.lines.contains("rays:              not told by a checkpoint"))
  }

  @Test func wrongFilesAreToldInOneSentence() throws {
    let workshop = try Workshop("model-import")
    let (path, out) = (workshop.path("a.ckpt"), workshop.path("out.safetensors"))
    try Data("no checkpoint".utf8).write(to: URL(fileURLWithPath: path))
    let foreign = try Program.run("model", "import", path, out)
    #expect(foreign.status == 1)
    #expect(
      foreign.errorLines == ["Error: \(path): is not a torch checkpoint: it is no zip archive"])
    let data = try TorchFile.checkpoint(["generator_ema.backbone.mapping.w_avg": Tensor([1])])
    try data.write(to: URL(fileURLWithPath: path))
    let partial = try Program.run("model", "import", path, out)
    #expect(partial.status == 1)
    #expect(
      partial.errorLines == [
        "Error: \(path): the checkpoint has no tensor 'backbone.mapping.embed.weight'"
      ])
    #expect(try workshop.names == ["a.ckpt"])
    let itself = try Program.run("model", "import", path, workshop.path("./a.ckpt"))
    #expect(itself.status == 64)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == data)
    let both = try Program.run("model", "import", path, out, "--ema", "--all")
    #expect(both.status == 64)
  }

  /// A small file that claims much is refused without taking memory for it.
  @Test func hostileFilesTakeLittleMemory() throws {
    let workshop = try Workshop("model-import")
    let path = workshop.path("a.ckpt")
    var pickle = PickleWriter()
    pickle.add("}")
    for index in 0..<20_000 {
      pickle.text("generator_ema.t\(index)")
      pickle.tensor(key: "0", stored: 1_000_000, shape: [1000, 1000], strides: [1000, 1])
      pickle.add("s")
    }
    pickle.add(".")
    let data = TorchFile.file(pickle, storages: ["0": Data(count: 4_000_000)])
    try data.write(to: URL(fileURLWithPath: path))
    let program = try Program(["model", "import", path, workshop.path("out.safetensors")])
    let peak = program.peakMemory()
    let result = program.result()
    #expect(result.status == 1)
    #expect(result.errors.contains("more than twice what it stores"), "\(result.errors)")
    // The program and its libraries alone take about 200 MiB.
    #expect(peak < 600 << 10, "\(peak) KiB")
  }
}
