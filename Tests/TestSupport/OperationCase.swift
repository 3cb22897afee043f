import Foundation
import Tensors
import Testing

/// One recorded call of one official operation.
public struct OperationCase: Sendable, CustomTestStringConvertible {
  public let operation: String
  public let id: String
  public let parameters: [String: Parameter]
  /// Names of the recorded results, gradients among them.
  public let outputs: [String]
  private let file: Safetensors

  /// All recorded calls of `operation`; none, and a printed reason, where there is no record.
  public static func all(_ operation: String) -> [OperationCase] {
    guard Fixture.has("ops/ops.json"), let json = try? Fixture.json("ops/ops.json"),
      let file = try? Fixture("ops", "ops").file
    else { return [] }
    let cases = (json.members["cases"]?.values ?? []).compactMap { entry -> OperationCase? in
      let fields = entry.members
      guard fields["op"]?.string == operation, let id = fields["id"]?.string else { return nil }
      return OperationCase(
        operation: operation, id: id, parameters: fields["params"]?.members ?? [:],
        outputs: (fields["outputs"]?.values ?? []).compactMap(\.string), file: file)
    }
    if cases.isEmpty { print("skipped: no case of \(operation) is recorded") }
    return cases
  }

  public var testDescription: String { "\(operation)/\(id)" }

  public func has(_ name: String) -> Bool { file.entries["\(operation)/\(id)/\(name)"] != nil }

  public func callAsFunction(_ name: String) throws -> Tensor {
    Parity.read("ops/ops/\(operation)/\(id)/\(name)")
    return try file.tensor("\(operation)/\(id)/\(name)")
  }

  public func optional(_ name: String) throws -> Tensor? { has(name) ? try self(name) : nil }

  /// The input `name` as a leaf that gradients can be asked for.
  public func leaf(_ name: String) throws -> Tensor { try self(name).leaf() }

  /// The layer's own tensors, named `p.…`, as trainable weights.
  public func weights() throws -> Weights {
    let place = "\(operation)/\(id)/"
    for name in file.entries.keys where name.hasPrefix("\(place)p.") {
      Parity.read("ops/ops/\(name)")
    }
    return Weights(checkpoint: try file.tensors(removing: place), gradients: true)
  }

  public func check(
    _ ours: Tensor, _ name: String, within tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectClose(
      ours, self(name), within: tolerance, "\(testDescription)/\(name)",
      fixture: "ops/\(testDescription)/\(name)", sourceLocation: sourceLocation)
  }

  /// Expects every recorded gradient of `sum(result · cotangent)`.
  public func checkGradients(
    of result: Tensor, cotangent: String = "cot", _ inputs: [String: Tensor],
    within tolerance: Float = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = outputs.filter { $0.hasPrefix("grad_") }.map { String($0.dropFirst(5)) }
    guard !names.isEmpty else { return }
    let known = try names.map { name in
      try #require(inputs[name], "\(testDescription) has a gradient of \(name)")
    }
    let gradients = try result.gradients(known, seed: self(cotangent))
    for (name, gradient) in zip(names, gradients) {
      let gradient = try #require(gradient, "\(testDescription): no gradient of \(name)")
      try check(gradient, "grad_\(name)", within: tolerance, sourceLocation: sourceLocation)
    }
  }
}
