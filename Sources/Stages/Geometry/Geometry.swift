import Foundation
import Media
import PV3D
public import Pipeline

/// Makes meshes with colors of the density of latents.
///
/// The surface is where the renderer's density, after its activation and the model's density
/// factor, is `level`. The files appear under their names when all are whole.
public struct Geometry: WritingStage {
  public static let name = "geometry"
  public static let summary = "Writes the surface of latents as a colored mesh: PLY, OBJ or glTF."
  public static let latents = Port<LatentTrack>("latents")
  public static let inputs: [any AnyPort] = [latents]
  public static let holding = Holding.numbers

  @Parameter(
    "The file to write: .ply, .obj or .glb; several frames need a number, as mesh-%04d.ply.")
  public var path = "mesh.glb"
  @Parameter("The one frame to take, counted from 0; null takes all.", in: 0...)
  public var frame: Int? = nil
  @Parameter("Points of the lattice along the longest side of the box.", in: 8...1024)
  public var resolution = 192
  @Parameter(
    "Density at the surface: where it is 23, half of the light is stopped within 0.03 world units.",
    in: 0.01...10000, unit: "per world unit")
  public var level = 23.0
  @Parameter("Whether only the connected part with the largest area is kept.")
  public var largestOnly = true
  @Parameter(
    "Two opposite corners, x y z x y z, of the box that is meshed; empty takes what pictures show.",
    unit: "world units")
  public var box: [Double] = []
  @Parameter(
    "A picture, numbered pictures or a video of each mesh from three sides; null writes none.")
  public var preview: String? = nil
  @Parameter("Whether meshes and their preview say themselves that they were synthesized.")
  public var mark = true
  @Parameter("Whether PATH.json tells how a file was synthesized.")
  public var sidecar = true

  public init() {}

  public var writtenFiles: [String: [String]] {
    ["path": [path], "preview": preview.map { [$0] } ?? []]
  }

  public func validate() throws {
    do {
      _ = try MeshFormat(path: path)
    } catch let error as MediaError {
      throw ParameterError("path", "cannot be written: \(error.message)")
    }
    if let preview {
      do {
        try VideoWriter.check(path: preview)
      } catch let error as MediaError {
        throw ParameterError("preview", "cannot be written: \(error.message)")
      }
    }
    guard box.isEmpty || box.count == 6 else {
      throw ParameterError("box", "must have 6 numbers or none, not \(box.count)")
    }
    let sides = box.isEmpty ? [1] : (0..<3).map { Float(box[$0 + 3]) - Float(box[$0]) }
    guard sides.allSatisfy({ $0 != 0 && $0.isFinite }) else {
      throw ParameterError("box", "must have corners that differ in x, y and z")
    }
  }

  public func check(in context: RunContext) throws {
    try OutputFolder.check(path, in: context)
    if let preview { try OutputFolder.check(preview, in: context) }
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let latents = inputs[Self.latents]
    let chosen = try frames(of: latents)
    let generator = try latents.generator()
    let synthesis = Synthesis(of: Self.latents, among: inputs, in: context)
    let folder = try OutputFolder(of: path, in: context)
    do {
      let (told, marked) = (sidecar ? synthesis : nil, mark ? synthesis : nil)
      let sidecar = try Sidecar(of: folder.path, saying: told)
      var views = try preview.map {
        try PreviewFile($0, latents, sidecar: told, mark: marked, in: context)
      }
      defer { views?.close() }
      var files: [OutputFile] = []
      let pattern = ImagePattern(folder.path)
      for (number, frame) in chosen.enumerated() {
        let mesh = try mesh(of: frame, latents, generator)
        let file = try OutputFile(path: pattern?.path(number) ?? folder.path)
        try file.write(MeshFormat(path: path).encoded(mesh, marked))
        files.append(file)
        try views?.write(mesh, time: latents.times[frame], index: number)
        context.progress(number + 1, of: chosen.count)
        if chosen.count == 1 {
          let (vertices, triangles) = (mesh.positions.count, mesh.triangles.count)
          context.note("frame \(frame) has \(vertices) vertices and \(triangles) triangles")
        }
      }
      try Task.checkCancellation()
      try views?.complete()
      let written = try sidecar.appear(with: files) { for file in files { try file.commit() } }
      try views?.appear()
      context.wrote(URL(fileURLWithPath: folder.path), files: written)
    } catch {
      folder.removeWhatWasMade()
      throw error
    }
    return Ports()
  }

  /// The frames to be meshed, all of which have names of their own.
  private func frames(of latents: LatentTrack) throws -> [Int] {
    if let frame {
      guard frame < latents.count else {
        throw ParameterError(
          "frame", "must be below \(latents.count), the number of frames, not \(frame)")
      }
      return [frame]
    }
    guard latents.count > 1 else { return [0] }
    let stills = [".png", ".jpg", ".jpeg"]
    if ImagePattern(path) == nil {
      throw ParameterError(
        "path",
        "holds one mesh, and there are \(latents.count) frames; choose one with 'frame', "
          + "or put a number into the name, as mesh-%04d.ply")
    }
    if let preview, ImagePattern(preview) == nil,
      stills.contains(where: preview.lowercased().hasSuffix)
    {
      throw ParameterError(
        "preview",
        "holds one picture, and there are \(latents.count) frames; "
          + "put a number into the name, as mesh-%04d.png, or write a video")
    }
    return Array(0..<latents.count)
  }

  private func mesh(
    of frame: Int, _ latents: LatentTrack, _ generator: Generator
  ) throws -> TriangleMesh {
    let field = try DensityField(generator, latents, frame: frame)
    let grid = grid(generator.config)
    var greatest = -Float.infinity
    let cubes = MarchingCubes(grid: grid, level: DensityField.raw(level))
    var mesh = try cubes.surface { z in
      let values = try field.raw(at: grid.layer(z))
      greatest = values.reduce(greatest) { max($0, $1) }
      return values
    }
    guard !mesh.triangles.isEmpty else {
      let found = (DensityField.density(greatest) * 100).rounded() / 100
      throw ParameterError(
        "level",
        "must be below \(found), the greatest density of frame \(frame) in the box, "
          + "not \(level)")
    }
    if largestOnly { mesh = mesh.largestPart }
    mesh.colors = try field.colors(of: mesh)
    return mesh
  }

  /// The lattice in the box, or in the part of the model's cube that the frontal camera sees.
  ///
  /// No picture tells what is beside, above and behind that: a model may put anything there.
  private func grid(_ config: GeneratorConfig) -> VoxelGrid {
    let side = config.boxWarp / 2
    let distance = Camera.pivot.z + Camera.radius
    let seen = min(side, distance / (2 * Camera.focalLength))
    let behind = max(-side, min(0, distance - config.rayEnd))
    let ends = box.isEmpty ? [-seen, -seen, behind, seen, seen, side] : box.map { Float($0) }
    let first = SIMD3(ends[0], ends[1], ends[2])
    let second = SIMD3(ends[3], ends[4], ends[5])
    return VoxelGrid(
      from: pointwiseMin(first, second), to: pointwiseMax(first, second), resolution: resolution)
  }
}
