public import Media
public import Tensors

/// Many pictures in one, row by row, with captions where they are given.
///
/// Every cell has the size of the largest picture; smaller ones lie at its top left.
public struct ContactSheet: Sendable {
  /// Pixels between cells and around them.
  public static let gap = 2
  /// Pixels of the strip above each picture when any has a caption.
  public static let strip = BitmapFont.height + 2

  private struct Cell: Sendable {
    let image: UnitImage
    let caption: String
  }

  /// Cells of a row.
  public let columns: Int
  private let side: Int?
  private var cells: [Cell] = []

  /// - Parameter side: pixels to which the longer side of every picture is resized; nil to keep them
  public init(columns: Int, side: Int? = nil) {
    precondition(columns > 0, "'columns' must be above 0, not \(columns)")
    self.columns = columns
    self.side = side
  }

  public var count: Int { cells.count }

  /// - Parameter image: `[3, height, width]` or `[1, 3, height, width]`, in -1...1
  public mutating func add(_ image: Tensor, caption: String = "") throws {
    cells.append(Cell(image: try fitted(UnitImage(image)), caption: caption))
  }

  public mutating func add(_ frame: RGBFrame, caption: String = "") throws {
    cells.append(Cell(image: try fitted(UnitImage(frame)), caption: caption))
  }

  public mutating func add(_ image: UnitImage, caption: String = "") throws {
    cells.append(Cell(image: try fitted(image), caption: caption))
  }

  private func fitted(_ image: UnitImage) throws -> UnitImage {
    guard let side else { return image }
    let longer = max(image.width, image.height)
    return longer == side
      ? image
      : try image.resized(width: image.width * side / longer, height: image.height * side / longer)
  }

  /// The sheet as one picture.
  public func rendered() -> RGBFrame {
    let strip = cells.contains { !$0.caption.isEmpty } ? Self.strip : 0
    let width = cells.map(\.image.width).max() ?? 0
    let height = (cells.map(\.image.height).max() ?? 0) + strip
    let rows = (cells.count + columns - 1) / columns
    var canvas = Canvas(
      width: columns * (width + Self.gap) + Self.gap, height: rows * (height + Self.gap) + Self.gap
    )
    for (index, cell) in cells.enumerated() {
      let x = Self.gap + index % columns * (width + Self.gap)
      let y = Self.gap + index / columns * (height + Self.gap)
      canvas.write(cell.caption, x: x, y: y + 1, within: width)
      canvas.paste(cell.image, x: x, y: y + strip)
    }
    return canvas.frame
  }

  /// Writes the sheet as a `.png` or `.jpg`.
  public func write(_ path: String, comment: String? = nil) throws {
    try ImageFile.write(rendered(), path, comment: comment)
  }
}
