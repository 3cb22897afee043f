import Foundation
public import Media
public import Pipeline

extension VideoCodec: ParameterValue {}

/// Writes frames to a video, a picture or numbered pictures.
///
/// Frames keep their times. The file appears under its name when it is whole.
public struct Encode: Stage {
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

  public init() {}

  public init(path: String, codec: VideoCodec? = nil, quality: Int? = nil, audio: Bool = true) {
    self.path = path
    self.codec = codec
    self.quality = quality
    self.audio = audio
  }

  public func validate() throws {
    do {
      try VideoWriter.check(path: path, codec: codec, quality: quality)
    } catch {
      throw ParameterError("path", "must fit what is written: \(error)")
    }
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let frames = inputs[Self.frames]
    let iterator = frames.prefetched(2).makeAsyncIterator()
    return try await write(
      frames, iterator, audioOf: inputs[Self.audioSource], in: context)
  }

  private func write(
    _ frames: Frames, _ iterator: Prefetch<Frames>.Iterator, audioOf other: Frames?,
    in context: RunContext
  ) async throws -> Ports {
    var iterator = iterator
    // The first frame comes first: where there is none, no file or folder is begun.
    guard let first = try await iterator.next() else {
      throw MediaError(.write, path, "there are no frames to write")
    }
    let folder = try OutputFolder(of: context.location(of: path))
    do {
      let writer = try writer(
        folder.path, first, frames.info, audioOf: other, note: context.note)
      try writer.write(first)
      context.progress(1, of: frames.info.estimatedCount)
      while let frame = try await iterator.next() {
        try Task.checkCancellation()
        try writer.write(frame)
        context.progress(writer.frameCount, of: frames.info.estimatedCount)
      }
      try Task.checkCancellation()
      try writer.finish()
    } catch {
      folder.removeWhatWasMade()
      throw error
    }
    context.wrote(URL(fileURLWithPath: folder.path))
    return Ports()
  }
}
