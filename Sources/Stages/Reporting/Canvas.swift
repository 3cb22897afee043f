import Media

/// Dark paper for pictures, words and lines.
struct Canvas {
  /// Red, green and blue, 0...255.
  typealias Color = SIMD3<UInt8>

  static let ink = Color(repeating: 235)

  let width: Int
  let height: Int
  private(set) var pixels: [UInt8]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 24, count: 3 * width * height)
  }

  var frame: RGBFrame { RGBFrame(width: width, height: height, pixels: pixels) }

  /// Colors a pixel; one beside the paper is left out.
  mutating func set(_ x: Int, _ y: Int, _ color: Color) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let place = 3 * (y * width + x)
    for channel in 0..<3 { pixels[place + channel] = color[channel] }
  }

  mutating func paste(_ image: UnitImage, x: Int, y: Int) {
    let plane = image.width * image.height
    for row in 0..<image.height {
      for column in 0..<image.width {
        let place = row * image.width + column
        func value(_ channel: Int) -> UInt8 {
          UInt8(image.values[channel * plane + place] * 255 + 0.5)
        }
        set(x + column, y + row, Color(value(0), value(1), value(2)))
      }
    }
  }

  mutating func paste(_ frame: RGBFrame, x: Int, y: Int) {
    for row in 0..<frame.height {
      for column in 0..<frame.width {
        let place = 3 * (row * frame.width + column)
        set(
          x + column, y + row,
          Color(frame.pixels[place], frame.pixels[place + 1], frame.pixels[place + 2]))
      }
    }
  }

  /// Writes as many letters as `limit` pixels hold.
  mutating func write(
    _ text: String, x: Int, y: Int, within limit: Int = .max, color: Color = ink
  ) {
    let step = BitmapFont.width + 1
    for (index, letter) in text.prefix(limit / step).enumerated() {
      for (column, bits) in BitmapFont.columns(letter).enumerated() {
        for row in 0..<BitmapFont.height where bits >> row & 1 == 1 {
          set(x + index * step + column, y + row, color)
        }
      }
    }
  }

  /// A line of one pixel's width, both ends included.
  /// - Source: Bresenham 1965
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ color: Color) {
    let (across, down) = (abs(end.x - start.x), -abs(end.y - start.y))
    let (right, below) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (x, y, error) = (start.x, start.y, across + down)
    while true {
      set(x, y, color)
      if x == end.x, y == end.y { return }
      let twice = 2 * error
      if twice >= down {
        error += down
        x += right
      }
      if twice <= across {
        error += across
        y += below
      }
    }
  }
}
