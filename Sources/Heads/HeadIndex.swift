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
      let isThere = FileManager.default.fileExists(atPath: url.path)
      throw HeadLibraryError(
        path: url.path,
        reason: isThere ? "cannot be read" : "does not exist, as it does in a folder of heads")
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
