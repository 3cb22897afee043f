import Foundation

/// How near one picture is to another of the same size, on values in 0...1.
public struct ImageMetrics: Sendable {
  private let a: UnitImage
  private let b: UnitImage

  public init(_ a: UnitImage, _ b: UnitImage) throws {
    guard a.width == b.width, a.height == b.height else {
      throw MeasureError(
        reason: """
          pictures of one size are wanted, found \(a.width)x\(a.height) and \
          \(b.width)x\(b.height)
          """)
    }
    self.a = a
    self.b = b
  }

  /// The peak signal-to-noise ratio `-10 log₁₀ mean (a - b)²` in dB; infinite where both are equal.
  public func psnr(in window: FaceWindow = .whole) -> Double {
    -10 * log10(mean(window) { $0 * $0 })
  }

  /// The mean absolute difference.
  public func l1(in window: FaceWindow = .whole) -> Double { mean(window) { abs($0) } }

  private func mean(_ window: FaceWindow, _ cost: (Double) -> Double) -> Double {
    let (columns, rows) = (window.columns(of: a.width), window.rows(of: a.height))
    var total = 0.0
    for channel in 0..<3 {
      for row in rows {
        let start = (channel * a.height + row) * a.width
        for place in start + columns.lowerBound..<start + columns.upperBound {
          total += cost(Double(a.values[place]) - Double(b.values[place]))
        }
      }
    }
    return total / Double(max(3 * columns.count * rows.count, 1))
  }
}

/// How one change of a picture follows another: both lead from a first picture to a second.
public struct ChangeAgreement: Sendable, Equatable {
  /// The cosine between the two changes: 1 where they are alike, 0 where they have nothing in common.
  public let cosine: Double
  /// How much of the true change there is: `⟨change, truth⟩ / ⟨truth, truth⟩`.
  public let amount: Double

  /// - Parameters:
  ///   - change: the pictures before and after
  ///   - truth: likewise
  public init(
    _ change: (UnitImage, UnitImage), truth: (UnitImage, UnitImage), in window: FaceWindow
  ) throws {
    for other in [change.1, truth.0, truth.1] { _ = try ImageMetrics(change.0, other) }
    let (width, height) = (change.0.width, change.0.height)
    var (both, own, wanted) = (0.0, 0.0, 0.0)
    for channel in 0..<3 {
      for row in window.rows(of: height) {
        for column in window.columns(of: width) {
          let place = (channel * height + row) * width + column
          let d = Double(change.1.values[place] - change.0.values[place])
          let t = Double(truth.1.values[place] - truth.0.values[place])
          both += d * t
          own += d * d
          wanted += t * t
        }
      }
    }
    cosine = both / max((own * wanted).squareRoot(), .leastNormalMagnitude)
    amount = both / max(wanted, .leastNormalMagnitude)
  }
}

/// How far two depth maps are apart.
public enum DepthMetrics {
  /// The mean absolute difference where the truth is finite.
  /// - Parameters:
  ///   - depth: distances from the camera
  ///   - truth: as many, infinite where nothing is hit
  /// - Returns: in the unit of the arguments; nil where nothing is hit
  public static func meanError(_ depth: [Float], truth: [Float]) -> Double? {
    precondition(depth.count == truth.count, "depth maps must be of one size")
    let errors = zip(depth, truth).filter { $1.isFinite }.map { abs(Double($0) - Double($1)) }
    return errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
  }
}

/// Says why something cannot be measured.
public struct MeasureError: Error, CustomStringConvertible, Equatable {
  public let reason: String

  public init(reason: String) { self.reason = reason }

  public var description: String { reason }
}
