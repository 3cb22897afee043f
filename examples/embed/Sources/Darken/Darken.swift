public import Pipeline
import Stages

/// Darkens every frame.
public struct Darken: Stage {
  public static let name = "darken"
  public static let summary = "Darkens every frame."
  static let frames = Port<Frames>("frames")
  static let darker = Port<Frames>("darker")
  public static let inputs: [any AnyPort] = [frames]
  public static let outputs: [any AnyPort] = [darker]

  @Parameter("What every value is multiplied with.", in: 0...1) var factor = 0.5

  public init() {}

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    Ports(
      Self.darker,
      inputs[Self.frames].eachFrame { frame in
        var frame = frame
        frame.pixels = frame.pixels.map { UInt8(Double($0) * factor) }
        return frame
      })
  }
}
