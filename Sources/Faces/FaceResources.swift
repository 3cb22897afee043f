import Tensors

/// The files that the package carries for this room.
enum FaceResources {
  static func path(_ name: String) -> String { ResourceFolder.path(name, of: "Faces") }

  static func weights(_ name: String) throws -> Safetensors {
    try Safetensors(path: path("\(name).safetensors"))
  }
}
