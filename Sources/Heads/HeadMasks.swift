import Foundation

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
