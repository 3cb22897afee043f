import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

/// Three whole updates with optimizers and average.
///
/// Without momentum the first step of Adam is the sign of the gradient, so that a gradient near 0
/// goes one way or the other by rounding: most elements must agree, the others be as near as the
/// steps are long.
@Suite(.enabled(if: TinyModel.has("trainstep"))) struct TrainStepTests {
  private let fixture: Fixture
  private let state: [String: Tensor]

  init() throws {
    fixture = try Fixture("tiny", "trainstep")
    state = try Fixture("tiny", "state").group("")
  }

  private func training(_ info: [String: Parameter]) throws -> AdversarialTraining {
    let (images, videos) = try TinyDiscriminators.make(gradients: true)
    var average: [String: Tensor] = [:]
    for (name, tensor) in state where name.hasPrefix("generator_ema.") {
      average["generator." + name.dropFirst("generator_ema.".count)] = tensor
    }
    return try AdversarialTraining(
      TinyModel.generator(gradients: true), images, videos, average: average,
      loss: TinyDiscriminators.loss(), schedule: TinyDiscriminators.schedule(),
      samples: #require(info["num_samples_start"]?.int))
  }

  /// All tensors by their names in a checkpoint.
  private func tensors(_ training: AdversarialTraining) throws -> [String: Tensor] {
    var all = training.generator.parameters
    for part in [
      training.generator.buffers, training.images.parameters, training.images.buffers,
      training.videos.parameters, training.videos.buffers,
    ] { all.merge(part) { first, _ in first } }
    for (name, tensor) in training.average.tensors {
      all["generator_ema." + name.dropFirst("generator.".count)] = tensor
    }
    return try all.mapValues { try $0.leaf(gradients: false) }
  }

  @Test func threeUpdatesAreTheOfficialOnes() throws {
    let files = try Fixture.json("tiny/index.json").members["files"]?.members
    let info = try #require(files?["trainstep"]?.members["info"]?.members)
    let deltas = try Fixture.json("tiny/norms.json").members["trainstep.delta"]?.members
    var training = try training(info)
    let real = try TinyDiscriminators.real(fixture)
    var before = try tensors(training)
    for (index, record) in (info["updates"]?.values ?? []).enumerated() {
      var ran: [String] = []
      let measures = try training.update(real: real) { phase in
        let name = "it\(index).\(phase.rawValue)"
        ran.append(name)
        return try TinyDiscriminators.draw(fixture, name, labels: fixture("\(name).gen_cam"))
      }
      let order = info["phase_order"]?.values.compactMap(\.string) ?? []
      #expect(ran == order.filter { $0.hasPrefix("it\(index).") && !$0.hasSuffix("Dreg") })
      #expect(training.updates == record.members["num_updates_after"]?.int)
      #expect(training.samples == record.members["num_samples_after"]?.int)
      for (phase, terms) in measures.losses {
        for (kind, term) in ["img": terms.image, "vid": terms.video] {
          let name = "train/voxceleb/adv_video/\(phase.rawValue)/\(kind)"
          let wanted = try #require(record.members["losses"]?.members[name]?.float)
          let value = try term.item()
          #expect(
            abs(value - wanted) <= 2e-4 * max(wanted, 1e-3), "\(index) \(name): \(value), \(wanted)"
          )
          Parity.measured("\(fixture.path)/losses", value, wanted, tolerance: 2e-4)
          report("\(index) \(name): ours \(value), reference \(wanted)")
        }
      }
      let after = try tensors(training)
      try check(after, update: index)
      let norms = try #require(deltas?["update\(index)"]?.members)
      try check(from: before, to: after, norms, update: index)
      before = after
    }
    for (optimizer, count) in [
      (training.generatorOptimizer, 148), (training.imageOptimizer, 51),
      (training.videoOptimizer, 51),
    ] {
      #expect(Set(optimizer.steps.values) == [3, 4])
      #expect(optimizer.steps.count == count)
    }
  }

  private func report(_ line: String) {
    if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil { print(line) }
  }

  /// Compares the tensors that are stored after an update.
  private func check(_ tensors: [String: Tensor], update index: Int) throws {
    let prefix = "after\(index)."
    for stored in fixture.names where stored.hasPrefix(prefix) {
      let name = String(stored.dropFirst(prefix.count))
      let difference = try Difference(#require(tensors[name], "\(name)"), fixture(stored))
      let beyond = difference.share(beyond: 1e-5)
      let steps = Float(index + 2)
      let bound = name.hasPrefix("generator_ema") ? 1e-3 * 0.002 * steps : 2 * 0.002 * steps
      report("\(stored): \(difference), \(beyond) of the elements beyond 1e-5")
      Parity.measured("\(fixture.path)/\(stored)", difference, tolerance: 1e-5)
      #expect(difference.largest <= bound, "\(stored): \(difference)")
      #expect(beyond <= 0.01 * Double(index + 1), "\(stored): \(beyond) of the elements differ")
    }
  }

  /// Compares by how much every tensor of the networks moved.
  private func check(
    from before: [String: Tensor], to after: [String: Tensor], _ norms: [String: Parameter],
    update index: Int
  ) throws {
    #expect(Set(after.keys) == Set(norms.keys.filter { $0 != "pl_mean" }))
    var worst: (Float, String) = (0, "")
    for (name, tensor) in after {
      guard let wanted = norms[name]?.float, let old = before[name] else { continue }
      let moved = try (tensor - old).squared().sum().squareRoot().item()
      let part = abs(moved - wanted) / max(wanted, 1e-6)
      if wanted > 1e-5 {
        Parity.measured("\(fixture.path)/moved.\(name)", moved, wanted, tolerance: 0.01)
      }
      if part > worst.0 { worst = (part, name) }
      #expect(
        abs(moved - wanted) <= 0.01 * wanted + 1e-7, "\(index) \(name): \(moved), \(wanted)")
    }
    report("update \(index): worst length of a change \(worst)")
  }
}
