public import Foundation
import Media
import Pipeline

/// The kinds of file that hold a mesh, by their endings.
///
/// Coordinates are world units: the head's left is +x, up is +y, +z comes out of the face, which is
/// right-handed.
public enum MeshFormat: String, CaseIterable, Sendable {
  case ply, obj, glb

  /// The format that the ending of `path` names.
  /// - Throws: `MediaError` where it names none
  public init(path: String) throws {
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard let format = Self(rawValue: ending) else {
      let found = ending.isEmpty ? "has no ending" : "ends in '.\(ending)'"
      let near = NearestName.of(ending, among: Self.allCases.map(\.rawValue))
      throw MediaError(
        .write, path,
        "\(found); a mesh ends in .ply, .obj or .glb"
          + (near.map { "; did you mean '.\($0)'?" } ?? ""))
    }
    self = format
  }

  /// The bytes of a file that holds `mesh` and says how it was made.
  public func encoded(_ mesh: TriangleMesh, _ synthesis: Synthesis? = nil) throws -> Data {
    switch self {
    case .ply: mesh.ply(synthesis)
    case .obj: mesh.obj(synthesis)
    case .glb: try mesh.glb(synthesis)
    }
  }
}
