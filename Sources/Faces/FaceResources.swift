import Foundation
import Tensors

/// The files that the package carries for this room.
enum FaceResources {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Resources").appendingPathComponent(name).path
  }

  static func weights(_ name: String) throws -> Safetensors {
    try Safetensors(path: path("\(name).safetensors"))
  }
}
