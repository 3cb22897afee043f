import Foundation
import Media
import Stages
import Testing

@Suite struct MeshFormatTests {
  /// A tetrahedron whose first corner is half red.
  static let mesh = TriangleMesh(
    positions: [SIMD3(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 2, 0), SIMD3(0, 0, 3)],
    triangles: [SIMD3(0, 2, 1), SIMD3(0, 1, 3), SIMD3(0, 3, 2), SIMD3(1, 2, 3)],
    colors: [SIMD3(0.5, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1), SIMD3(1, 1, 1)])

  static func number(_ data: Data, _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(data[place + $1]) << (8 * $1) }
  }

  static func float(_ data: Data, _ place: Int) -> Float {
    Float(bitPattern: number(data, place))
  }

  @Test func theTetrahedronHasItsAreaAndVolume() {
    #expect(abs(Self.mesh.volume - 1) < 1e-6)
    #expect(abs(Self.mesh.area - 9) < 1e-6)
    #expect(Self.mesh.normals[3].z > 0.5 && Self.mesh.normals[0].max() < 0)
  }

  @Test func plyHoldsWhatItsHeaderTells() throws {
    let data = Self.mesh.ply()
    let end = try #require(data.range(of: Data("end_header\n".utf8))).upperBound
    let header = String(decoding: data[..<end], as: UTF8.self).split(separator: "\n")
    #expect(header[1] == "format binary_little_endian 1.0")
    #expect(header.contains("element vertex 4") && header.contains("element face 4"))
    #expect(header.filter { $0.hasPrefix("property float") }.count == 6)
    #expect(data.count == end + 4 * 27 + 4 * 13)
    #expect(Self.float(data, end + 27 * 3 + 8) == 3)
    #expect(Array(data[end + 24..<end + 27]) == [128, 0, 0])
    let faces = end + 4 * 27
    #expect(data[faces + 13] == 3)
    #expect((0..<3).map { Self.number(data, faces + 14 + 4 * $0) } == [0, 1, 3])
  }

  @Test func objCountsFromOneAndColorsItsVertices() {
    let lines = String(decoding: Self.mesh.obj(), as: UTF8.self).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("v ") }.count == 4)
    #expect(lines.filter { $0.hasPrefix("vn ") }.count == 4)
    #expect(lines.filter { $0.hasPrefix("f ") }.count == 4)
    #expect(lines.contains("v 0.0 0.0 3.0 1.0 1.0 1.0"))
    #expect(lines.contains("v 0.0 0.0 0.0 0.5 0.0 0.0"))
    #expect(lines.last == "f 2//2 3//3 4//4")
  }

  @Test func glbHasWholeChunksAndViewsThatFillThem() throws {
    let data = try Self.mesh.glb()
    #expect(String(decoding: data[..<4], as: UTF8.self) == "glTF")
    #expect(Self.number(data, 4) == 2 && Self.number(data, 8) == data.count)
    let length = Int(Self.number(data, 12))
    #expect(length % 4 == 0 && String(decoding: data[16..<20], as: UTF8.self) == "JSON")
    let start = 20 + length
    #expect(Int(Self.number(data, start)) == data.count - start - 8)
    #expect(Array(data[start + 4..<start + 8]) == [0x42, 0x49, 0x4E, 0])
    let binary = Data(data[(start + 8)...])
    let document = try JSONDecoder().decode(Document.self, from: data[20..<start])
    let primitive = try #require(document.meshes.first?.primitives.first)
    func accessor(_ name: String) throws -> Document.Accessor {
      document.accessors[try #require(primitive.attributes[name])]
    }
    func place(_ accessor: Document.Accessor) -> Int {
      document.bufferViews[accessor.bufferView].byteOffset
    }
    #expect(document.buffers.map(\.byteLength) == [binary.count])
    #expect(document.bufferViews.map(\.byteLength).reduce(0, +) == binary.count)
    #expect(document.bufferViews.allSatisfy { $0.byteOffset % 4 == 0 })
    let position = try accessor("POSITION")
    #expect(position.count == 4 && position.min == [0, 0, 0] && position.max == [1, 2, 3])
    #expect(Self.float(binary, place(position) + 4 * 7) == 2)
    let normal = try accessor("NORMAL")
    #expect(abs(Self.float(binary, place(normal)) + 0.857) < 0.001)
    let color = try accessor("COLOR_0")
    #expect(color.componentType == 5123 && color.normalized == true)
    // Half of what pictures count is 0.2140 of the light.
    let red = Float(Self.number(binary, place(color)) & 0xFFFF) / 65535
    #expect(abs(red - 0.2140) < 0.0001)
    #expect(Self.number(binary, place(color) + 4) >> 16 == 65535)
    let indices = document.accessors[primitive.indices]
    #expect(indices.count == 12 && indices.componentType == 5125)
    #expect((0..<3).map { Self.number(binary, place(indices) + 4 * $0) } == [0, 2, 1])
  }

  struct Document: Decodable {
    struct Mesh: Decodable { let primitives: [Primitive] }
    struct Primitive: Decodable {
      let attributes: [String: Int]
      let indices: Int
    }
    struct Accessor: Decodable {
      let bufferView, componentType, count: Int
      let normalized: Bool?
      let min, max: [Float]?
    }
    struct View: Decodable { let byteOffset, byteLength: Int }
    struct Buffer: Decodable { let byteLength: Int }
    let meshes: [Mesh]
    let accessors: [Accessor]
    let bufferViews: [View]
    let buffers: [Buffer]
  }

  @Test(arguments: [
    ("head.gltf", "ends in '.gltf'; a mesh ends in .ply, .obj or .glb; did you mean '.glb'?"),
    ("head.stl", "ends in '.stl'; a mesh ends in .ply, .obj or .glb"),
    ("head", "has no ending; a mesh ends in .ply, .obj or .glb"),
  ])
  func anotherEndingIsRefused(_ path: String, _ message: String) throws {
    let error = #expect(throws: MediaError.self) { try MeshFormat(path: path) }
    #expect(error?.message == message)
    var stage = Geometry()
    stage.path = path
    let wrong = #expect(throws: (any Error).self) { try stage.validate() }
    #expect(wrong.map { "\($0)" } == "'path' cannot be written: \(message)")
  }
}
