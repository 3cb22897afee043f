import Foundation
import Media
import Pipeline
import Stages
import TestSupport
import Testing

/// The pipelines of the package, run small.
@Suite struct ShippedPipelineTests {
  /// What each of them writes, and whether it is marked.
  static let outputs: [String: [(path: String, isMarked: Bool)]] = [
    "animate.json": [("animate.mp4", true)],
    "edit.json": [("edit.mp4", true)],
    "generate.json": [("generate.mp4", true)],
    "in-place.json": [("in-place.mp4", true)],
    "mesh.json": [("mesh.glb", true), ("mesh.png", true)],
    "orbit.json": [("orbit.mp4", true)],
    "reenact.json": [("reenact.mp4", true)],
    "roundtrip.json": [("out/roundtrip.mp4", false)],
    "same-face.json": [("same-face.mp4", true)],
    "same-motion.json": [("same-motion.mp4", true)],
  ]

  static let folder = Shared.root.appendingPathComponent("pipelines")

  @Test func theListIsWhole() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let documents = names.filter { $0.hasSuffix(".json") && $0 != "schema.json" }
    // The data set's pipeline draws nothing, and has tests of its own.
    #expect(Set(documents) == Set(Self.outputs.keys).union(["dataset.json"]))
  }

  @Test(arguments: outputs.keys.sorted()) func whatModelsDrawIsMarked(_ name: String) async throws {
    let rehearsal = try Rehearsal()
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let root = Shared.root.path
    try await rehearsal.run(text.replacing("\"examples/", with: "\"\(root)/examples/"))
    for (path, isMarked) in Self.outputs[name] ?? [] {
      let place = rehearsal.shop.path(path)
      #expect(FileManager.default.fileExists(atPath: place))
      #expect(FileManager.default.fileExists(atPath: "\(place).json") == isMarked)
      if isMarked {
        let told = try rehearsal.document(path)
        #expect(told.models.map(\.path) == ["small.safetensors"])
        #expect(Set(told.inputs.map(\.path)).isSubset(of: ["actor.mp4", "portrait.jpg"]))
        #expect(told.inputs.isEmpty == !text.contains("\"decode\""))
      }
      guard !path.hasSuffix(".glb") else { continue }
      #expect(try VideoReader(path: place).comment == (isMarked ? Synthesis.comment : nil))
    }
  }

  /// The evaluation of retargeting measures what these do.
  @Test(arguments: outputs.keys.sorted()) func whoIsMovedIsTunedForIt(_ name: String) throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let stages = try #require(document["stages"] as? [[String: Any]])
    let moves = stages.contains { $0["use"] as? String == "motion-edit" }
    for stage in stages where stage["use"] as? String == "inversion" {
      let with = stage["with"] as? [String: Any]
      let isTuned = with?["tuningSteps"] as? Int != 0
      let weight = moves && isTuned ? Inversion.movedPriorWeight : nil
      #expect(with?["motionPriorWeight"] as? Double == weight)
    }
  }

  @Test(arguments: outputs.keys.sorted() + ["dataset.json"])
  func everyPipelineEndsWithEveryStage(_ name: String) throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
    let plan = try Plan(PipelineSpec(data: data), registry: .builtIn)
    for (index, step) in plan.steps.enumerated() {
      let lines = try plan.until(step.id).forecast(in: RunContext())
      #expect(lines.map(\.id) == plan.steps[...index].map(\.id))
    }
    #expect(throws: OverrideError.self) { try plan.until("no-such-stage") }
    #expect(throws: Never.self) {
      try plan.checkDemands(memory: 1_000_000, folder: FileManager.default.temporaryDirectory)
    }
  }
}
