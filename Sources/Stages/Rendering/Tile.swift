import Media
import PV3D
import Tensors

/// A square picture that becomes a part of a frame: RGB bytes, row by row.
struct Tile {
  let side: Int
  let pixels: [UInt8]

  /// - Parameter color: `[3, s, s]` in -1...1, enlarged or shrunk to `side`
  init(color: Tensor, side: Int) throws {
    let shape = color.shape
    let sized = try color.reshaped([1] + shape)
      .resized(height: side, width: side, antialiased: true)
    let values = try sized.permuted(0, 2, 3, 1).contiguous().floats()
    pixels = values.map { UInt8(max(0, min(255, ($0 * 127.5 + 127.5).rounded()))) }
    self.side = side
  }

  /// Near is light, far is dark, nothing is black.
  /// - Parameters:
  ///   - depth: `[1, s, s]` in world units
  ///   - opacity: `[1, s, s]`
  init(depth: Tensor, opacity: Tensor, side: Int) throws {
    // The head lies between 2.35 and 3.05 units from a camera at the usual distance.
    let near = try ((3.05 - depth) / 0.7).clamped(0, 1) * opacity
    let gray = try near * 2 - 1
    try self.init(color: .concatenated([gray, gray, gray], 0), side: side)
  }

  /// A frame of another video, fitted into a square with bars.
  init(_ frame: Frame, side: Int) throws {
    let scale = Double(side) / Double(max(frame.width, frame.height))
    let width = max(1, Int((Double(frame.width) * scale).rounded()))
    let height = max(1, Int((Double(frame.height) * scale).rounded()))
    let values = frame.pixels.map { Float($0) / 127.5 - 1 }
    let whole = try Tensor(values, [1, frame.height, frame.width, 3]).permuted(0, 3, 1, 2)
    let sized = try whole.resized(height: height, width: width, antialiased: true) + 1
    let (left, top) = ((side - width) / 2, (side - height) / 2)
    let padded = try sized.padded(
      left: left, right: side - width - left, top: top, bottom: side - height - top)
    try self.init(color: (padded - 1).reshaped(3, side, side), side: side)
  }

  /// Tiles of one size side by side, `columns` in a row.
  static func joined(_ tiles: [Tile], columns: Int) -> (width: Int, height: Int, pixels: [UInt8]) {
    let side = tiles.first?.side ?? 0
    let columns = max(1, min(columns, tiles.count))
    let rows = (tiles.count + columns - 1) / columns
    let width = columns * side
    var pixels = [UInt8](repeating: 0, count: width * rows * side * 3)
    for (index, tile) in tiles.enumerated() {
      let (row, column) = (index / columns, index % columns)
      for y in 0..<side {
        let from = y * side * 3
        let to = ((row * side + y) * width + column * side) * 3
        pixels.replaceSubrange(to..<to + side * 3, with: tile.pixels[from..<from + side * 3])
      }
    }
    return (width, rows * side, pixels)
  }
}
