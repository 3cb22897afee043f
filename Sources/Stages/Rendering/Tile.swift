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
  ///   - camera: whose distance from the pivot is the middle of the grays
  init(depth: Tensor, opacity: Tensor, camera: Camera, side: Int) throws {
    // The head lies within 0.35 units of the pivot.
    let away = camera.position - Camera.pivot
    let distance = (away * away).sum().squareRoot()
    let (depth, opacity) = try (Self.enlarged(depth, side), Self.enlarged(opacity, side))
    let near = try ((distance + 0.35 - depth) / 0.7).clamped(0, 1) * opacity
    let gray = try near * 2 - 1
    try self.init(color: .concatenated([gray, gray, gray], 0), side: side)
  }

  /// White where the person is.
  /// - Parameter matte: `[1, s, s]` in 0...1
  init(matte: Tensor, side: Int) throws {
    let gray = try matte * 2 - 1
    try self.init(color: .concatenated([gray, gray, gray], 0), side: side)
  }

  /// Red to the right, green up, blue towards the viewer; nothing is black.
  /// - Parameters:
  ///   - normals: `[3, s, s]` of length 1
  ///   - opacity: `[1, s, s]`
  init(normals: Tensor, opacity: Tensor, side: Int) throws {
    let mixed = try Self.enlarged(normals, side)
    let length = try (mixed.squared().sum(0, keeping: true) + 1e-8).squareRoot()
    let shown = try (mixed / length + 1) * Self.enlarged(opacity, side) - 1
    try self.init(color: shown, side: side)
  }

  /// `[channels, s, s]` at another size.
  private static func enlarged(_ x: Tensor, _ side: Int) throws -> Tensor {
    try x.reshaped([1] + x.shape).resized(height: side, width: side, antialiased: true)
      .reshaped(-1, side, side)
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
