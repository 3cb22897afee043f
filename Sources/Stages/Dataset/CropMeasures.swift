import Foundation
import Media

/// How sharp a crop is, and how much it differs from the one before.
///
/// Both are measured on the gray values (0...255, BT.601) of crops of 128 × 128 pixels, so that the numbers of small and
/// large faces can be compared.
package struct CropMeasures {
  package static let side = 128

  package struct Values: Sendable {
    /// The variance of the Laplacian in the middle 0.6 of both directions, where the face is.
    package let sharpness: Double
    /// The mean absolute difference from the crop before, if there is one.
    package let change: Double?
  }

  private var last: [Float]?

  package init() {}

  /// - Parameter crop: 128 × 128 pixels
  package mutating func values(of crop: Frame) -> Values {
    let side = Self.side
    precondition(crop.width == side && crop.height == side, "crops to measure have \(side) pixels")
    let gray = (0..<side * side).map { Self.gray(crop.pixels, at: 3 * $0) }
    let change = last.map { last in
      let sum = gray.indices.reduce(0) { (sum: Float, place: Int) -> Float in
        sum + abs(gray[place] - last[place])
      }
      return Double(sum) / Double(gray.count)
    }
    last = gray
    return Values(sharpness: Self.sharpness(gray), change: change)
  }

  private static func gray(_ pixels: [UInt8], at place: Int) -> Float {
    let (red, green, blue) = (pixels[place], pixels[place + 1], pixels[place + 2])
    return 0.299 * Float(red) + 0.587 * Float(green) + 0.114 * Float(blue)
  }

  /// - Source: Pech-Pacheco et al. 2000, variance of the Laplacian
  private static func sharpness(_ gray: [Float]) -> Double {
    let middle = side / 5..<side - side / 5
    var sum = 0.0
    var squares = 0.0
    for row in middle {
      for column in middle {
        let place = row * side + column
        let around = gray[place - 1] + gray[place + 1] + gray[place - side] + gray[place + side]
        let value = Double(around - 4 * gray[place])
        sum += value
        squares += value * value
      }
    }
    let count = Double(middle.count * middle.count)
    return squares / count - (sum / count) * (sum / count)
  }
}
