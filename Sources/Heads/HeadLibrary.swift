import Foundation

/// The identities of a folder of heads, ready to be blended into new people.
///
/// All share one mesh but for wigs, so that shapes, movements and pictures mix linearly.
public final class HeadLibrary: Sendable {
  /// The names of the identities, in the order of the folder's index.
  public let names: [String]
  let identities: [HeadIdentity]
  let masks: HeadMasks
  let atlas: Atlas
  let layout: MotionLayout
  /// The displacements of every identity in the order of `layout`.
  let deltas: [Block<Vector>]
  /// The mesh without any wig.
  let bare: Topology
  let sharedVertices: Int
  let faceVertices: Range<Int>

  /// Reads the identities of a folder.
  ///
  /// - Parameters:
  ///   - textureSize: width of the skin map in texels, a divisor of 1024 that is at least 64
  ///   - names: which identities; all where nil
  ///   - decodeImage: reads a JPEG or PNG file
  public init(
    folder: URL, textureSize: Int, names: [String]? = nil,
    decodeImage: (URL) throws -> RGBImage
  ) throws {
    let indexPath = folder.appendingPathComponent("index.json")
    guard [64, 128, 256, 512, 1024].contains(textureSize) else {
      throw HeadLibraryError(
        path: folder.path,
        reason: "'textureSize' must be 64, 128, 256, 512 or 1024, not \(textureSize)")
    }
    let index = try HeadIndex(url: indexPath)
    var records = index.identities
    if let names {
      for name in names where !records.contains(where: { $0.name == name }) {
        throw HeadLibraryError(path: indexPath.path, reason: "knows no identity '\(name)'")
      }
      records = records.filter { names.contains($0.name) }
    }
    let atlas = Atlas(size: textureSize)
    let masks = try HeadMasks(
      folder: folder, files: index.masks, size: textureSize, decodeImage: decodeImage)
    let identities = try records.map {
      try HeadIdentity(
        $0, folder: folder, atlas: atlas, masks: masks, decodeImage: decodeImage)
    }
    guard let first = identities.first,
      let face = index.sharedGroups.first(where: { $0.name == "face" })
    else { throw HeadLibraryError(path: indexPath.path, reason: "lists no identity or no face") }
    let layout = MotionLayout(identities, vertices: index.sharedVertices)
    let corners = first.topology.triangles.pointer
    bare = Topology(
      triangles: Block((0..<index.sharedTriangles).map { corners[$0] }, default: .zero),
      uv: first.topology.uv, weld: first.topology.weld)
    self.names = identities.map(\.name)
    self.identities = identities
    self.masks = masks
    self.atlas = atlas
    self.layout = layout
    deltas = identities.map { layout.deltas(of: $0) }
    sharedVertices = index.sharedVertices
    faceVertices = face.vertexStart..<face.vertexStart + face.vertexCount
  }

  /// The identities that wear a wig; only they can give one.
  public var wigOwners: [String] { identities.filter(\.hasWig).map(\.name) }

  /// The identities whose scalp carries no painted hair.
  public var bareScalps: [String] { identities.filter(\.bareScalp).map(\.name) }

  /// The identities whose painted hair hangs over the forehead, where no scalp mask reaches: mixed
  /// with others, or under another's scalp, the fringe would shine through.
  public var fringed: [String] { identities.filter(\.hasFringe).map(\.name) }

  /// One identity as it is, wig included.
  public func recipe(_ name: String) throws -> HeadRecipe {
    let identity = try identities[place(of: name)]
    return HeadRecipe(
      shares: [.init(name, 1)], scalp: name, clothes: name, wig: identity.hasWig ? name : nil)
  }

  func place(of name: String) throws -> Int {
    guard let place = names.firstIndex(of: name) else {
      throw HeadLibraryError(path: "recipe", reason: "knows no identity '\(name)'")
    }
    return place
  }
}
