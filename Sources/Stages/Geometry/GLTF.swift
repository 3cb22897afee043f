import Pipeline

/// The JSON of a glTF file that holds one mesh in one buffer.
/// - Source: Khronos glTF 2.0, section 5
struct GLTF: Encodable {
  enum Component: Int, Encodable {
    case unsignedShort = 5123
    case unsignedInt = 5125
    case float = 5126
  }

  struct Asset: Encodable {
    var version = "2.0"
    var generator = "\(Release.tool) \(Release.version)"
    /// How the mesh was made.
    var extras: JSON?
  }

  struct Scene: Encodable { var nodes = [0] }

  struct Node: Encodable {
    var mesh = 0
    var name = "head"
    let scale: [Float]
  }

  struct Mesh: Encodable { var primitives = [Primitive()] }

  struct Primitive: Encodable {
    var attributes: [String: Int] = [:]
    var indices = 0
    var material = 0
  }

  /// Neither metal nor gloss, so that vertex colors are seen as they are under even light.
  struct Material: Encodable {
    struct Surface: Encodable {
      var metallicFactor = 0
      var roughnessFactor = 1
    }
    var pbrMetallicRoughness = Surface()
  }

  struct Buffer: Encodable { var byteLength = 0 }

  struct View: Encodable {
    var buffer = 0
    let byteOffset: Int
    let byteLength: Int
    /// 34962 for vertices, 34963 for indices.
    let target: Int
  }

  struct Accessor: Encodable {
    let bufferView: Int
    let componentType: Component
    let count: Int
    let type: String
    var normalized: Bool?
    var min: [Float]?
    var max: [Float]?
  }

  var asset = Asset()
  var scene = 0
  var scenes = [Scene()]
  var nodes: [Node]
  var meshes = [Mesh()]
  var materials = [Material()]
  var buffers = [Buffer()]
  var bufferViews: [View] = []
  var accessors: [Accessor] = []

  init(scale: Float) { nodes = [Node(scale: [scale, scale, scale])] }

  /// Tells of an attribute of vertices whose bytes end at `end` and begin where the ones before
  /// end.
  mutating func add(
    _ name: String, count: Int, _ component: Component, _ type: String,
    low: SIMD3<Float>? = nil, high: SIMD3<Float>? = nil, end: Int
  ) {
    meshes[0].primitives[0].attributes[name] = accessors.count
    func list(_ vector: SIMD3<Float>?) -> [Float]? { vector.map { [$0.x, $0.y, $0.z] } }
    accessors.append(
      Accessor(
        bufferView: bufferViews.count, componentType: component, count: count, type: type,
        normalized: component == .unsignedShort ? true : nil, min: list(low), max: list(high)))
    addView(34962, end: end)
  }

  /// Tells of the corners of triangles.
  mutating func addIndices(count: Int, end: Int) {
    meshes[0].primitives[0].indices = accessors.count
    accessors.append(
      Accessor(
        bufferView: bufferViews.count, componentType: .unsignedInt, count: count, type: "SCALAR"))
    addView(34963, end: end)
  }

  private mutating func addView(_ target: Int, end: Int) {
    let start = buffers[0].byteLength
    bufferViews.append(View(byteOffset: start, byteLength: end - start, target: target))
    buffers[0].byteLength = end
  }
}
