import Foundation
import Media

/// All frames of a file.
func frames(_ path: String) throws -> [RGBFrame] {
  let reader = try VideoReader(path: path)
  var frames: [RGBFrame] = []
  while let frame = try reader.next() { frames.append(frame) }
  return frames
}

/// A smooth picture that differs at every pixel and in every frame.
func picture(width: Int, height: Int, index: Int = 0) -> RGBFrame {
  var pixels: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      pixels.append(UInt8(truncatingIfNeeded: 255 * x / width))
      pixels.append(UInt8(truncatingIfNeeded: 255 * y / height))
      let grain = (x * 31 + y * 17) % 16
      pixels.append(UInt8(truncatingIfNeeded: 128 + 20 * index + grain))
    }
  }
  return RGBFrame(
    width: width, height: height, pixels: pixels, time: MediaTime(Int64(index), 25),
    duration: MediaTime(1, 25), index: index)
}

/// The mean of a channel of all pixels.
func mean(_ frame: RGBFrame, channel: Int) -> Double {
  let values = stride(from: channel, to: frame.pixels.count, by: 3).map { Double(frame.pixels[$0]) }
  return values.reduce(0, +) / Double(values.count)
}

/// The red, green and blue of one pixel.
func pixel(_ frame: RGBFrame, _ x: Int, _ y: Int) -> [Int] {
  (0..<3).map { Int(frame.pixels[3 * (y * frame.width + x) + $0]) }
}

/// The greatest difference of two pictures of one size.
func greatestDifference(_ one: RGBFrame, _ other: RGBFrame) -> Int {
  zip(one.pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// Decibels of the peak: 10 log₁₀ of 255² over the mean squared difference.
func signalToNoise(_ one: RGBFrame, _ other: RGBFrame) -> Double {
  var sum = 0
  for (value, other) in zip(one.pixels, other.pixels) {
    let difference = Int(value) - Int(other)
    sum += difference * difference
  }
  return 10 * log10(255 * 255 * Double(one.pixels.count) / max(Double(sum), 1e-9))
}
