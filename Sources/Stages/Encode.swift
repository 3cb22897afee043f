import Foundation
public import Media
public import Pipeline

extension VideoCodec: ParameterValue {}

/// Writes frames to a video, a picture or numbered pictures.
///
/// Frames keep their times. The file appears under its name when it is whole. Where a model had a
/// part in the frames, the file is marked: see ``Synthesis`` and ``Sidecar``. What is there already,
/// of the same frames, is not written again.
public struct Encode: WritingStage {
  public static let name = "encode"
  public static let summary = "Writes frames to a video, a picture or numbered pictures."
  public static let frames = Port<Frames>("frames")
  public static let audioSource = OptionalPort<Frames>("audio")
  public static let inputs: [any AnyPort] = [frames, audioSource]

  @Parameter("The file to write: .mp4, .mov, .mkv, .avi, .png or .jpg, also numbered as %04d.png.")
  public var path = "output.mp4"
  @Parameter("How frames are encoded; null takes h264, png or jpeg by the path.")
  public var codec: VideoCodec? = nil
  @Parameter(
    "Rate factor of h264 and h265 (18) or quantizer of jpeg (2); the lower, the better.",
    in: 0...51)
  public var quality: Int? = nil
  @Parameter("Whether audio is copied, from the input 'audio' or else from the frames' source.")
  public var audio = true
  @Parameter("Whether a file that was synthesized says so in its own comment.")
  public var mark = true
  @Parameter("Whether PATH.json tells how a file was synthesized.")
  public var sidecar = true

  public init() {}

  public init(path: String, codec: VideoCodec? = nil, quality: Int? = nil, audio: Bool = true) {
    self.path = path
    self.codec = codec
    self.quality = quality
    self.audio = audio
  }

  public var writtenFiles: [String: [String]] {
    ["path": [path] + (ImagePattern(path).map { [$0.path(0), $0.path(1)] } ?? [])]
  }

  public func validate() throws {
    do {
      try VideoWriter.check(path: path, codec: codec, quality: quality)
    } catch let error as MediaError {
      throw ParameterError("path", "cannot be written: \(error.message)")
    }
  }

  public func check(in context: RunContext) throws { try OutputFolder.check(path, in: context) }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let frames = inputs[Self.frames]
    let info = frames.info
    var iterator = frames.prefetched(2).makeAsyncIterator()
    // The first frame comes first: where there is none, no file or folder is begun.
    guard let first = try await iterator.next() else {
      throw MediaError(.write, path, "there are no frames to write")
    }
    let synthesis = Synthesis(of: Self.frames, among: inputs, in: context)
    let folder = try OutputFolder(of: path, in: context)
    let strip = FrameStrip()
    var files: [String] = []
    do {
      let sidecar = try Sidecar(of: folder.path, saying: sidecar ? synthesis : nil)
      let target = Target(
        path: folder.path, width: first.width, height: first.height, info: info,
        metadata: mark ? synthesis?.metadata ?? [:] : [:])
      let writer = try writer(target, audioOf: inputs[Self.audioSource], note: context.note)
      var heap = HeapTrimming()
      var next: Frame? = first
      while let frame = next {
        try Task.checkCancellation()
        try writer.write(frame)
        strip.take(frame, at: writer.frameCount - 1)
        heap.passed()
        context.progress(writer.frameCount, of: info.estimatedCount)
        next = try await iterator.next()
      }
      try writer.complete()
      files = try sidecar.appear(with: writer)
    } catch {
      folder.removeWhatWasMade()
      throw error
    }
    context.wrote(URL(fileURLWithPath: folder.path), files: files)
    // Without room for small pictures the file is whole all the same.
    if let pictures = try? strip.strip() { context.show(.strip(pictures)) }
    return Ports()
  }

  private struct Target {
    let path: String
    let width: Int
    let height: Int
    let info: Frames.Info
    let metadata: [String: String]
  }

  /// A writer with audio where there is some; that of the frames' own source is left out, with a
  /// note, where the file cannot hold it.
  private func writer(
    _ target: Target, audioOf other: Frames?, note: (String) -> Void
  ) throws -> VideoWriter {
    func made(_ audioPath: String?) throws -> VideoWriter {
      try VideoWriter(
        path: target.path, width: target.width, height: target.height,
        timeBase: target.info.timeBase, frameRate: target.info.rate, codec: codec,
        quality: quality, audioFrom: audioPath, metadata: target.metadata)
    }
    let holdsAudio = ![".png", ".jpg", ".jpeg"].contains { path.lowercased().hasSuffix($0) }
    guard audio, holdsAudio else { return try made(nil) }
    if let other { return try made(other.info.audioPath) }
    guard let audioPath = target.info.audioPath else { return try made(nil) }
    do {
      return try made(audioPath)
    } catch let error as MediaError {
      let writer = try made(nil)
      note("audio is left out: \(error.message)")
      return writer
    }
  }
}
