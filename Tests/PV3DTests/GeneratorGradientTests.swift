import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

/// The gradients of a recorded loss.
///
/// A leaky rectifier's slope jumps at 0, and among a million activations a few are as near to 0 as
/// the rounding of a float: two correct programs differ there by one jump, which moves whole
/// gradients by some thousandths. The styles are therefore nudged by that rounding, and the
/// gradients must be the official ones at one of the nudges, all of them at the same one.
@Suite(.enabled(if: TinyModel.has("generator_grad") && TinyModel.has("backbone")))
struct GeneratorGradientTests {
  /// The loss that was recorded, its inputs, and the weights under it.
  struct Run {
    let fixture: Fixture
    let name: String
    let loss: Tensor
    let made: GeneratedImage
    let inputs: [String: Tensor]
    let generator: Generator

    /// - Parameters:
    ///   - nudge: 0 for the recorded styles, else the seed of a change by a part in 10⁷
    ///   - device: where it is computed
    init(
      _ name: String, _ path: RenderPath, nudge: UInt64 = 0, on device: Device = .cpu
    ) throws {
      self.name = name
      fixture = try Fixture("tiny", "generator_grad")
      let backbone = try Fixture("tiny", "backbone")
      generator = try TinyModel.generator(gradients: true, on: device)
      var ws = try backbone("ws")
      if nudge > 0 {
        ws = try ws * (RandomSource(seed: nudge).normals(ws.shape) * 1e-7 + 1)
      }
      ws = try ws.to(device).leaf()
      func leaf(_ name: String) throws -> Tensor { try backbone(name).to(device).leaf() }
      let (motion, time, label) = (try leaf("z_motion"), try leaf("t"), try leaf("c_render"))
      let (options, side) = try path.options(fixture, name, batch: ws.shape[0])
      let still = try fixture.group("\(name).noise.").isEmpty
      made = try generator.synthesized(
        ws, motion: motion * time.reshaped(-1, 1), label: label, resolution: side,
        noise: still ? .constant : TinyModel.noise(fixture, name, on: device), options: options)
      func weighted(_ x: Tensor, _ cotangent: Tensor) throws -> Tensor {
        try (x * cotangent.to(device)).sum()
      }
      loss =
        try weighted(made.image, fixture("cot_image"))
        + weighted(made.raw, fixture("cot_image_raw")) + weighted(made.depth, fixture("cot_depth"))
      inputs = ["ws": ws, "z_motion": motion, "t": time, "c_render": label]
        .merging(generator.parameters) { first, _ in first }
    }

    /// What is not as recorded, in a line each; nothing is noted of a nudge at which something is not.
    func mismatches() throws -> [String] {
      let names = inputs.keys.sorted()
      let known = names.compactMap { inputs[$0] }
      let norms =
        try Fixture.json("tiny/norms.json").members["generator_grad"]?.members[name]?.members
      var lines: [String] = []
      var notes: [() -> Void] = []
      for (input, gradient) in zip(names, try loss.gradients(known)) {
        let stored = "\(name).grad.\(input)"
        if fixture.has(stored) {
          let gradient = try #require(gradient, "no gradient of \(input)")
          let difference = try Difference(gradient, fixture(stored))
          let bound = fixture.tolerance(stored, least: 5e-3)
          notes.append {
            Parity.measured("\(fixture.path)/\(stored)", difference, tolerance: bound)
          }
          if difference.largest > bound * difference.scale {
            lines.append("\(input): \(difference), tolerance \(bound)")
          }
          if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil {
            print("\(stored): \(difference), tolerance \(bound)")
          }
        }
        guard let norms, input.hasPrefix("generator.") else { continue }
        let short = String(input.dropFirst("generator.".count))
        let norm = try #require(norms[short], "no norm of \(short) is recorded").float ?? 0
        let ours = try gradient?.squared().sum().squareRoot().item() ?? 0
        notes.append {
          Parity.measured("\(fixture.path)/\(name).norm.\(input)", ours, norm, tolerance: 5e-3)
        }
        if abs(ours - norm) > 5e-3 * norm {
          lines.append("\(input): length \(ours), reference \(norm)")
        }
      }
      if lines.isEmpty { for note in notes { note() } }
      return lines
    }
  }

  /// The names before `.loss`, each one run.
  static let cases =
    (try? Fixture("tiny", "generator_grad").names.compactMap {
      $0.hasSuffix(".loss") ? String($0.dropLast(5)) : nil
    }) ?? []

  @Test(arguments: cases, RenderPath.allCases)
  func lossAndImagesAreTheOfficialOnes(_ name: String, _ path: RenderPath) throws {
    let run = try Run(name, path)
    let fixture = run.fixture
    try fixture.check(run.made.image, "\(name).image", exceptFor: 0.001)
    try fixture.check(run.made.raw, "\(name).image_raw", exceptFor: 0.001)
    try fixture.check(run.made.depth, "\(name).image_depth", exceptFor: 0.001)
    try fixture.check(run.loss, "\(name).loss", least: 1e-4)
  }

  @Test(arguments: cases) func everyRecordedGradientBelongsToAnInput(_ name: String) throws {
    let run = try Run(name, .composed)
    let names = run.fixture.names.filter { $0.hasPrefix("\(name).grad.") }
    #expect(!names.isEmpty)
    for stored in names {
      #expect(run.inputs[String(stored.dropFirst(name.count + 6))] != nil, "\(stored)")
    }
  }

  @Test(.enabled(if: Fixture.has("tiny/norms.json")), arguments: cases, RenderPath.allCases)
  func gradientsAreTheOfficialOnes(_ name: String, _ path: RenderPath) throws {
    var fewest: [String]?
    for nudge: UInt64 in 0..<10 {
      let lines = try Run(name, path, nudge: nudge).mismatches()
      if lines.isEmpty { return }
      if lines.count < fewest?.count ?? .max { fewest = lines }
    }
    Issue.record("at the best of all nudges: \((fewest ?? []).joined(separator: "; "))")
  }
}
