import Foundation
import PV3D
import Pipeline
import Stages
import TestSupport

/// Runs pipelines in a workshop, small and quickly: a generator of a few thousand numbers, two
/// frames, no steps.
struct Rehearsal {
  let shop: Workshop

  init() throws {
    shop = try Workshop("rehearsal")
    let generator = try SmallGenerator.made()
    let tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    try ModelFile.write(
      tensors, config: generator.config,
      card: "# A small model\n\n## Limits\n\nIt knows nothing.\n",
      to: shop.path("small.safetensors"))
  }

  /// The sidecar of an output.
  struct Document: Decodable {
    struct File: Decodable {
      let path: String
      let name: String?
      let sha256: String?
      let reason: String?
      let synthesized: Bool?
    }
    struct Pipeline: Decodable {
      let path: String
      let sha256: String
      let settings: [String]
    }
    struct Step: Decodable {
      let id: String
      let use: String
    }
    let synthesized: Bool
    let tool: String
    let version: String
    let digitalSourceType: String
    let created: String
    let seed: Int
    let inputs: [File]
    let models: [File]
    let outputs: [File]
    let pipeline: Pipeline?
    let stages: [Step]
  }

  func document(_ output: String) throws -> Document {
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path("\(output).json")))
    return try JSONDecoder().decode(Document.self, from: data)
  }

  /// Draws two frames of one person; the last entry is `encode`, called `output`.
  static let drawn = #"""
    {"stages": [
      {"id": "model", "use": "model"},
      {"id": "sample", "use": "sample", "from": {"model": "model.model"}},
      {"id": "render", "use": "multi-view-render", "from": {"latents": "sample.latents"}},
      {"id": "output", "use": "encode", "from": {"frames": "render.frames"}}
    ]}
    """#

  /// Runs a document with settings that count more than those that make it small.
  @discardableResult
  func run(
    _ text: String = drawn, _ settings: [String] = [], document: RunDocument? = nil,
    notes: Notes = Notes()
  ) async throws -> [String: Ports] {
    let spec = try PipelineSpec(text: text)
    let small = spec.stages.flatMap { entry in
      (Self.small[entry.use ?? ""] ?? []).map { "\(entry.id ?? "").\($0)" }
    }
    let model = spec.stages.filter { $0.use == "model" }
      .map { "\($0.id ?? "").path=\(shop.path("small.safetensors"))" }
    let whole = try spec.overriding(small + model + settings, in: .builtIn)
    let context = RunContext(folder: shop.folder, document: document) { notes.take($0) }
    return try await Plan(whole, registry: .builtIn).run(in: context)
  }

  private static let small = [
    "decode": ["count=2"],
    "inversion": [
      "styleSteps=0", "extendedSteps=0", "tuningSteps=0", "keyframes=1", "identityWeight=0",
    ],
    "motion-edit": ["count=2"],
    "sample": ["frames=2", "appearanceSeeds=[1]", "motionSeeds=[1]"],
    "multi-view-render": ["size=32", "round=2"],
    "geometry": ["resolution=24", "level=0.2"],
  ]
}
