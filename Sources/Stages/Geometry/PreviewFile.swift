import Foundation
import Media
import Pipeline

/// The pictures or the video that show meshes, begun with the first.
struct PreviewFile {
  private let folder: OutputFolder
  private let context: RunContext
  private let rate: Ratio
  private let timeBase: Ratio
  private let sidecar: Sidecar
  private let metadata: [String: String]
  private var views: MeshViews?
  private var writer: VideoWriter?
  private var isWhole = false

  /// - Parameters:
  ///   - told: what the file beside it says, if there is one
  ///   - mark: what it says itself, if it does
  init(
    _ path: String, _ latents: LatentTrack, sidecar told: Synthesis?, mark: Synthesis?,
    in context: RunContext
  ) throws {
    folder = try OutputFolder(of: path, in: context)
    do {
      sidecar = try Sidecar(of: folder.path, saying: told)
    } catch {
      folder.removeWhatWasMade()
      throw error
    }
    metadata = mark?.metadata ?? [:]
    self.context = context
    rate = latents.rate
    timeBase = Ratio(1, latents.times.map(\.timescale).max() ?? latents.rate.numerator)
  }

  /// Shows a mesh; all are seen from where the first fills the picture.
  mutating func write(_ mesh: TriangleMesh, time: MediaTime, index: Int) throws {
    let views = self.views ?? MeshViews(around: mesh)
    self.views = views
    var frame = try views.sheet(mesh)
    frame.time = time
    frame.index = index
    let writer =
      try self.writer
      ?? VideoWriter(
        path: folder.path, width: frame.width, height: frame.height, timeBase: timeBase,
        frameRate: rate, metadata: metadata)
    self.writer = writer
    try writer.write(frame)
  }

  /// Completes the file under its hidden name.
  func complete() throws { try writer?.complete() }

  /// Gives the whole file its name.
  mutating func appear() throws {
    let files = try writer.map { try sidecar.appear(with: $0) }
    isWhole = true
    context.wrote(URL(fileURLWithPath: folder.path), files: files)
  }

  /// Removes what was not finished.
  func close() {
    guard !isWhole else { return }
    writer?.cancel()
    folder.removeWhatWasMade()
  }
}
