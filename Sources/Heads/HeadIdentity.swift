import Foundation
import Tensors

/// One of the people of a library, as its files describe it.
final class HeadIdentity: Sendable {
  let name: String
  let hasWig: Bool
  /// Whether the scalp carries no painted hair.
  let bareScalp: Bool
  /// Meters; the shared vertices first, then those of the wig.
  let positions: Block<Vector>
  /// Weights of neck, head, left eye, right eye.
  let skinning: Block<Vector>
  /// Meters; body, neck, head, left eye, right eye.
  let joints: [Vector]
  let topology: Topology
  /// 0...1 for every shared vertex.
  let scalp: [Float]
  /// The blendshapes that motion channels use: vertices and displacements in meters.
  let shapes: [String: SparseShape]
  /// Red, green, blue, 0 of every texel, 0...255.
  let texels: Block<UInt8>
  /// The mean color of the bare skin, 0...255.
  let skinMean: SIMD3<Float>
  /// Whether painted hair hangs over the forehead, below what the scalp mask covers.
  let hasFringe: Bool

  struct SparseShape: Sendable {
    let vertices: [Int]
    /// Three numbers for every vertex.
    let deltas: [Float]
  }

  init(
    _ record: HeadIndex.Identity, folder: URL, atlas: Atlas, masks: HeadMasks,
    decodeImage: (URL) throws -> RGBImage
  ) throws {
    name = record.name
    hasWig = record.hasWig
    bareScalp = record.bareScalp
    let path = folder.appendingPathComponent(record.files.mesh).path
    let file = try Safetensors(path: path)
    let shared = record.sharedVertices
    let flat = try file.floats("vertices")
    let count = flat.count / 3
    positions = Block(
      (0..<count).map { Vector(flat[3 * $0], flat[3 * $0 + 1], flat[3 * $0 + 2], 0) },
      default: .zero)
    let weights = try file.floats("skin_weights")
    let pivots = try file.floats("joint_pos")
    let region = try file.integers("region")
    guard weights.count == count * 5, pivots.count == 15, region.count == shared * 2,
      count >= shared
    else { throw HeadLibraryError(path: path, reason: "has tensors of unlike lengths") }
    skinning = Block(
      (0..<count).map {
        Vector(weights[5 * $0 + 1], weights[5 * $0 + 2], weights[5 * $0 + 3], weights[5 * $0 + 4])
      }, default: .zero)
    joints = (0..<5).map { Vector(pivots[3 * $0], pivots[3 * $0 + 1], pivots[3 * $0 + 2], 0) }
    scalp = (0..<shared).map { Float(region[2 * $0 + 1]) / 255 }
    topology = try Self.topology(file, count: count)
    shapes = try Self.shapes(file, shared: shared)
    texels = Block(count: atlas.count * 4, repeating: 0)
    let pictures = [
      ("skin", atlas.skin), ("eye", atlas.eye), ("teeth_upper", atlas.mouth),
      ("clothes", atlas.clothes), ("hair", atlas.hair),
    ]
    for (material, picture) in pictures {
      guard let name = record.files.textures[material] else { continue }
      let url = folder.appendingPathComponent(name)
      let image = try decodeImage(url)
      guard let fitted = image.resized(width: picture.width, height: picture.height) else {
        throw HeadLibraryError(
          path: url.path,
          reason: "is \(image.width)x\(image.height), not a multiple of "
            + "\(picture.width)x\(picture.height)")
      }
      var target = texels.pointer + picture.offset * 4
      fitted.pixels.withUnsafeBufferPointer { source in
        for pixel in 0..<picture.width * picture.height {
          for channel in 0..<3 { target[channel] = source[3 * pixel + channel] }
          target += 4
        }
      }
    }
    skinMean = Self.mean(texels, atlas.skin, masks)
    hasFringe = Self.forehead(texels, atlas.skin) < 0.6 * skinMean.sum()
  }

  private static func topology(_ file: Safetensors, count: Int) throws -> Topology {
    let corners = try file.integers("triangles")
    let uv = try file.floats("uv")
    let weld = try file.integers("weld")
    let material = try file.integers("material")
    let inside = 0..<count
    guard uv.count == 2 * count, weld.count == count, material.count == count,
      corners.allSatisfy(inside.contains), weld.allSatisfy(inside.contains),
      material.allSatisfy((0..<6).contains)
    else {
      throw HeadLibraryError(path: file.path, reason: "has an index that names no vertex")
    }
    let triangles = (0..<corners.count / 3).map { place -> SIMD4<Int32> in
      let (a, b, c) = (corners[3 * place], corners[3 * place + 1], corners[3 * place + 2])
      return SIMD4(Int32(a), Int32(b), Int32(c), Int32(material[a]))
    }
    return Topology(
      triangles: Block(triangles, default: .zero),
      uv: Block((0..<count).map { SIMD2(uv[2 * $0], uv[2 * $0 + 1]) }, default: .zero),
      weld: Block(weld.map { Int32($0) }, default: 0))
  }

  private static func shapes(_ file: Safetensors, shared: Int) throws -> [String: SparseShape] {
    let offsets = try file.integers("bs_offset")
    let vertices = try file.integers("bs_index")
    let deltas = try file.floats("bs_delta")
    let names = try JSONDecoder().decode(
      [String].self, from: Data((file.metadata["blendshapes"] ?? "[]").utf8))
    guard offsets.count == names.count + 1, offsets.last == vertices.count,
      deltas.count == vertices.count * 3, offsets == offsets.sorted(), offsets.first == 0,
      vertices.allSatisfy((0..<shared).contains)
    else {
      throw HeadLibraryError(path: file.path, reason: "has blendshapes that do not fit its names")
    }
    var shapes: [String: SparseShape] = [:]
    for name in Set(MotionChannel.allCases.flatMap { $0.shapes.map(\.name) }) {
      guard let place = names.firstIndex(of: name) else {
        throw HeadLibraryError(path: file.path, reason: "has no blendshape '\(name)'")
      }
      let range = offsets[place]..<offsets[place + 1]
      shapes[name] = SparseShape(
        vertices: Array(vertices[range]),
        deltas: Array(deltas[3 * range.lowerBound..<3 * range.upperBound]))
    }
    return shapes
  }

  private static func mean(
    _ texels: Block<UInt8>, _ skin: Atlas.Picture, _ masks: HeadMasks
  ) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    var count: Float = 0
    for texel in 0..<skin.width * skin.height
    where masks.scalp[texel] == 0 && masks.collar[texel] == 0 {
      let color = texels.pointer + 4 * (skin.offset + texel)
      sum += SIMD3(Float(color[0]), Float(color[1]), Float(color[2]))
      count += 1
    }
    return sum / max(count, 1)
  }

  /// The sum of the mean red, green and blue between brows and hairline of the shared skin map.
  private static func forehead(_ texels: Block<UInt8>, _ skin: Atlas.Picture) -> Float {
    var (sum, count) = (Float.zero, Float.zero)
    for row in skin.height * 22 / 100..<skin.height * 28 / 100 {
      for column in skin.width * 35 / 100..<skin.width * 65 / 100 {
        let color = texels.pointer + 4 * (skin.offset + row * skin.width + column)
        sum += Float(color[0]) + Float(color[1]) + Float(color[2])
        count += 1
      }
    }
    return sum / max(count, 1)
  }
}
