import Foundation
import Heads
import TestSupport

/// The reference heads, read once for all tests.
enum HeadFolder {
  static let path = "data/heads/index.json"
  static var isThere: Bool { Shared.has(path) }
  static let names = ["AIAN_F_1", "Asian_M_1", "Black_F_3", "White_M_1"]

  /// Four people, one of them with a wig, with small textures.
  static func library() throws -> HeadLibrary { try shared.get() }

  private static let shared = Result {
    try HeadLibrary(
      folder: Shared.folder.appendingPathComponent("data/heads"), textureSize: 256, names: names,
      decodeImage: decode)
  }

  /// A blend without any donor from outside.
  static func head(_ name: String) throws -> Head {
    let library = try library()
    return try library.blend(library.recipe(name))
  }

  /// The pixels of an image file, by the command `ffmpeg`.
  static func decode(_ url: URL) throws -> RGBImage {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "ffmpeg", "-v", "error", "-i", url.path, "-f", "image2pipe", "-vcodec", "ppm", "-pix_fmt",
      "rgb24", "-",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let fields = data.prefix(32).split(whereSeparator: { $0 == 0x20 || $0 == 0x0a })
    guard fields.count > 3, let width = Int(String(decoding: fields[1], as: UTF8.self)),
      let height = Int(String(decoding: fields[2], as: UTF8.self)),
      data.count >= width * height * 3
    else { throw HeadLibraryError(path: url.path, reason: "cannot be decoded") }
    return RGBImage(
      width: width, height: height, pixels: [UInt8](data.suffix(width * height * 3)))
  }
}
