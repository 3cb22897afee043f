public import Foundation
import PV3D
import Pipeline
import Stages
import Tensors

/// A reader of what strangers wrote, which takes any bytes without a crash and without much memory.
///
/// The driver in `Tests/FuzzDriver` feeds them by libFuzzer, `FuzzTests` by what is kept in
/// `Tests/FuzzTests/Inputs`.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A pipeline's document, up to its plan and its graph.
  case document
  /// Lines as `--set` takes them.
  case settings
  /// A safetensors file, and all its tensors.
  case safetensors
  /// A model file, its configuration and its card.
  case model
  /// What torch saved, and all its tensors.
  case checkpoint
  /// A video or a picture, decoded by FFmpeg to RGB.
  case video
  /// A file of cameras.
  case cameras

  /// Reads `data` to its end.
  ///
  /// - Throws: ``Violation`` where the reader keeps to something else than its promise
  public func read(_ data: Data) throws {
    switch self {
    case .document: try Self.document(data)
    case .settings: try Self.settings(data)
    case .safetensors: try Self.safetensors(data)
    case .model: try Self.model(data)
    case .checkpoint: try Self.checkpoint(data)
    case .video: try Self.video(data)
    case .cameras: try Self.cameras(data)
    }
  }

  /// What a reader has done that it must not.
  public struct Violation: Error, CustomStringConvertible {
    public let description: String
  }

  /// Runs `body`, which may fail with an error of one kind alone, in one sentence.
  static func refusing<Failure: Error>(
    as kind: Failure.Type, _ body: () throws -> Void
  ) throws {
    do {
      try body()
    } catch let violation as Violation {
      throw violation
    } catch is Failure {
      return
    } catch {
      throw Violation(description: "fails with \(type(of: error)): \(error)")
    }
  }

  /// Runs `body`, whose failure is one line.
  static func refusing(inOneLine body: () throws -> Void) throws {
    do {
      try body()
    } catch let violation as Violation {
      throw violation
    } catch {
      let sentence = "\(error)"
      guard !sentence.isEmpty, !sentence.contains(where: \.isNewline) else {
        throw Violation(description: "fails in more than a line: \(sentence.debugDescription)")
      }
    }
  }
}

extension FuzzTarget {
  private static func document(_ data: Data) throws {
    if let text = String(validating: data, as: UTF8.self), let json = try? JSONText(text).value {
      let again = try? JSONText(json.description).value
      guard again == json else {
        throw Violation(description: "is not read again as it was written: \(json)")
      }
    }
    try refusing(as: PipelineError.self) {
      let spec = try PipelineSpec(data: data)
      _ = try? spec.applying(preset: "fast")
      let graph = PlanGraph(try Plan(spec, registry: .builtIn))
      guard !graph.mermaid.isEmpty, graph.svg.contains("</svg>") else {
        throw Violation(description: "has no graph")
      }
    }
  }

  private static func settings(_ data: Data) throws {
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    let spec = PipelineSpec(stages: [
      .init(id: "video", use: "decode", with: ["path": "in.mp4"]),
      .init(id: "out", use: "encode", from: ["frames": "video.frames"]),
      .init(id: "head", use: "inversion"), .init(id: "program", use: "external"),
    ])
    try refusing(as: OverrideError.self) {
      _ = try? Plan(spec.overriding(lines, in: .builtIn), registry: .builtIn)
    }
    for line in lines { _ = FrameRange(line) }
  }

  private static func safetensors(_ data: Data) throws {
    try refusing(as: SafetensorsError.self) {
      let file = try Safetensors(data: data, path: "x")
      var bytes = 0
      for name in file.entries.keys {
        bytes += try file.floats(name).count
        _ = try? file.integers(name)
      }
      guard bytes <= data.count else {
        throw Violation(description: "\(bytes) elements come of \(data.count) bytes")
      }
    }
    try refusing(inOneLine: { _ = try Safetensors(data: data, path: "x").tensors() })
  }

  private static func model(_ data: Data) throws {
    try MemoryFile(data) { path in
      try refusing(inOneLine: { _ = try ModelFile.read(path) })
      _ = try? ModelSummary(path: path).description
    }
  }

  private static func checkpoint(_ data: Data) throws {
    try refusing(as: CheckpointError.self) {
      let file = try TorchCheckpoint(data: data, path: "x")
      let tensors = try file.tensors()
      let elements = tensors.values.reduce(0) { $0 + $1.count }
      guard elements <= 2 * data.count else {
        throw Violation(description: "\(elements) elements come of \(data.count) bytes")
      }
      for name in file.names { _ = try file.tensor(name) }
      _ = try? GeneratorConfig(shapes: tensors.mapValues(\.shape))
    }
  }

  private static func cameras(_ data: Data) throws {
    try MemoryFile(data) { path in
      try refusing(inOneLine: { _ = try CameraFile(path: path, config: GeneratorConfig())[3] })
    }
  }
}
