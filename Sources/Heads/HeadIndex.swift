import Foundation

/// The file `index.json` of a folder of heads.
struct HeadIndex: Decodable {
  struct Group: Decodable {
    let name: String
    let vertexStart: Int
    let vertexCount: Int
  }

  struct Masks: Decodable {
    let collar: String
    let scalp: String
  }

  struct Identity: Decodable {
    struct Files: Decodable {
      let mesh: String
      let textures: [String: String]
    }

    let name: String
    let hasWig: Bool
    let bareScalp: Bool
    let sharedVertices: Int
    let files: Files
  }

  let sharedVertices: Int
  let sharedTriangles: Int
  let sharedGroups: [Group]
  let masks: Masks
  let identities: [Identity]

  init(url: URL) throws {
    guard let data = try? Data(contentsOf: url) else {
      throw HeadLibraryError(path: url.path, reason: "cannot be read")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(HeadIndex.self, from: data)
    } catch {
      throw HeadLibraryError(path: url.path, reason: "is not an index of heads: \(error)")
    }
  }
}

/// Which texels of the skin map belong to the collar and to the scalp.
struct HeadMasks: Sendable {
  /// 0...255 for every texel.
  let collar: [UInt8]
  /// 0...255 for every texel.
  let scalp: [UInt8]

  init(
    folder: URL, files: HeadIndex.Masks, size: Int, decodeImage: (URL) throws -> RGBImage
  ) throws {
    func read(_ name: String) throws -> [UInt8] {
      let url = folder.appendingPathComponent(name)
      guard let image = try decodeImage(url).resized(width: size, height: size) else {
        throw HeadLibraryError(path: url.path, reason: "does not fit a map of \(size) texels")
      }
      return (0..<size * size).map { image.pixels[3 * $0] }
    }
    collar = try read(files.collar)
    scalp = try read(files.scalp)
  }
}
