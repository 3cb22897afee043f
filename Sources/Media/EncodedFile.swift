internal import FFmpegShim
import Foundation

/// One file under the writer's hands.
final class EncodedFile {
  /// What is written, apart from the frames.
  struct Target {
    var container: Container
    var codec: VideoCodec
    var width: Int
    var height: Int
    var timeBase: Ratio
    var frameRate: Ratio
    var quality: Int
    var audioPath: String?
    var metadata: [String: String]
  }

  let file: OutputFile
  private let timeBase: Ratio
  private var handle: OpaquePointer?

  init(path: String, target: Target) throws {
    file = try OutputFile(path: path)
    timeBase = target.timeBase
    var error = pvff_error()
    let code = Self.withTarget(target) { target in
      pvff_writer_open(&handle, file.temporaryPath, target, &error)
    }
    guard code >= 0 else { throw MediaError(.write, path, error) }
  }

  func write(_ frame: RGBFrame) throws {
    let span = pvff_span(
      time: frame.time.ticks(of: timeBase), duration: frame.duration?.ticks(of: timeBase) ?? 0)
    var error = pvff_error()
    guard pvff_writer_write(handle, frame.pixels, span, &error) >= 0 else {
      throw MediaError(.write, file.path, error)
    }
  }

  /// Completes the file under its temporary name.
  func finish() throws {
    var error = pvff_error()
    guard pvff_writer_finish(handle, &error) >= 0 else {
      throw MediaError(.write, file.path, error)
    }
    pvff_writer_close(&handle)
  }

  func commit() throws { try file.commit() }

  deinit { pvff_writer_close(&handle) }

  private static func withTarget<Result>(
    _ target: Target, _ body: (UnsafePointer<pvff_target>) -> Result
  ) -> Result {
    let entries = target.metadata.sorted { $0.key < $1.key }
    let texts = [target.container.format, target.codec.encoder, target.audioPath ?? ""]
    let copies = (texts + entries.map(\.key) + entries.map(\.value)).map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers = copies.map { UnsafePointer($0) }
    return pointers.withUnsafeBufferPointer { pointers in
      let keys = pointers.baseAddress.map { $0 + texts.count }
      var raw = pvff_target(
        format: pointers[0], codec: pointers[1], width: Int32(target.width),
        height: Int32(target.height),
        base: pvff_ratio(
          numerator: target.timeBase.numerator, denominator: target.timeBase.denominator),
        rate: pvff_ratio(
          numerator: target.frameRate.numerator, denominator: target.frameRate.denominator),
        quality: Int32(target.quality), audio: target.audioPath == nil ? nil : pointers[2],
        keys: keys, values: keys.map { $0 + entries.count }, metadata_count: Int32(entries.count))
      return body(&raw)
    }
  }
}
