import Pipeline
import Stages

/// Swaps left and right in every frame.
struct Mirror: Stage {
  static let name = "mirror"
  static let summary = "Swaps left and right in every frame."
  static let frames = Port<Frames>("frames")
  static let mirrored = Port<Frames>("mirrored")
  static let inputs: [any AnyPort] = [frames]
  static let outputs: [any AnyPort] = [mirrored]

  @Parameter("The first frame that is mirrored.", in: 0..., unit: "frames") var start = 0

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    Ports(
      Self.mirrored,
      inputs[Self.frames].eachFrame { [start] frame in
        guard frame.index >= start else { return frame }
        var mirrored = frame
        for row in 0..<frame.height {
          for column in 0..<frame.width {
            let from = 3 * (row * frame.width + column)
            let to = 3 * (row * frame.width + frame.width - 1 - column)
            for color in 0..<3 { mirrored.pixels[to + color] = frame.pixels[from + color] }
          }
        }
        return mirrored
      })
  }
}

/// What the program calls when it loads the library.
@_cdecl("pvpipe_plugin")
public func plugin() -> UnsafeMutableRawPointer { Plugin.handOver([Mirror.self]) }
