import Foundation
import Media
import Stages
import Tensors
import Testing

@Suite struct ImageMetricsTests {
  /// A gray picture with another gray in a rectangle.
  static func image(
    _ side: Int, gray: Float, rectangle: (Range<Int>, Range<Int>, Float)? = nil
  ) -> UnitImage {
    var values = [Float](repeating: gray, count: 3 * side * side)
    if let (columns, rows, other) = rectangle {
      for channel in 0..<3 {
        for row in rows {
          for column in columns { values[(channel * side + row) * side + column] = other }
        }
      }
    }
    return UnitImage(width: side, height: side, values: values)
  }

  @Test(arguments: [(0.1, 20.0), (0.01, 40), (0.5, 6.0206)])
  func aConstantDifferenceHasAKnownPSNR(difference: Double, psnr: Double) throws {
    let metrics = try ImageMetrics(
      Self.image(20, gray: 0.25), Self.image(20, gray: 0.25 + Float(difference)))
    #expect(abs(metrics.psnr() - psnr) < 1e-3)
    #expect(abs(metrics.psnr(in: .face) - psnr) < 1e-3)
    #expect(abs(metrics.l1() - difference) < 1e-6)
  }

  @Test func equalPicturesHaveAnInfinitePSNR() throws {
    let image = Self.image(8, gray: 0.3)
    #expect(try ImageMetrics(image, image).psnr() == .infinity)
  }

  @Test func picturesOfDifferentSizesAreRefused() throws {
    let error = #expect(throws: MeasureError.self) {
      try ImageMetrics(Self.image(8, gray: 0), Self.image(9, gray: 0))
    }
    #expect(error?.reason == "pictures of one size are wanted, found 8x8 and 9x9")
  }

  @Test func theFaceWindowCoversItsParts() {
    #expect(FaceWindow.face.columns(of: 256) == 51..<205)
    #expect(FaceWindow.face.rows(of: 256) == 51..<218)
    #expect(FaceWindow.whole.columns(of: 7) == 0..<7)
  }

  @Test func onlyTheWindowCounts() throws {
    // On 20 pixels the face window is columns 4..<16, rows 4..<17.
    let truth = Self.image(20, gray: 0.5)
    let outside = Self.image(20, gray: 0.5, rectangle: (0..<4, 0..<20, 0.9))
    #expect(try ImageMetrics(outside, truth).psnr(in: .face) == .infinity)
    let inside = Self.image(20, gray: 0.5, rectangle: (4..<5, 4..<17, 0.9))
    // One of twelve columns differs by 0.4.
    let expected = -10 * log10(0.16 / 12)
    #expect(abs(try ImageMetrics(inside, truth).psnr(in: .face) - expected) < 1e-4)
  }

  @Test func tensorsAndFramesGiveTheSamePicture() throws {
    let frame = RGBFrame(width: 2, height: 1, pixels: [0, 51, 102, 153, 204, 255])
    let tensor = try Tensor([-1, 0.2, -0.6, 0.6, -0.2, 1], [3, 1, 2])
    let (a, b) = (UnitImage(frame), try UnitImage(tensor))
    #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(a.values.map { Int(($0 * 255).rounded()) } == [0, 153, 51, 204, 102, 255])
  }

  @Test func halfOfAChangeAgreesButIsSmall() throws {
    let rest = Self.image(40, gray: 0.5)
    let whole = Self.image(40, gray: 0.5, rectangle: (16..<20, 25..<30, 0.9))
    let half = Self.image(40, gray: 0.5, rectangle: (16..<20, 25..<30, 0.7))
    let change = try ChangeAgreement((rest, half), truth: (rest, whole), in: .mouth)
    #expect(abs(change.cosine - 1) < 1e-6)
    #expect(abs(change.amount - 0.5) < 1e-6)
    let elsewhere = Self.image(40, gray: 0.5, rectangle: (20..<24, 25..<30, 0.7))
    let none = try ChangeAgreement((rest, elsewhere), truth: (rest, whole), in: .mouth)
    #expect(none.cosine == 0)
  }

  @Test func depthCountsOnlyWhereTheTruthIsHit() {
    let truth: [Float] = [2.5, .infinity, 2.7, .infinity]
    #expect(abs((DepthMetrics.meanError([2.6, 9, 2.5, 0], truth: truth) ?? 0) - 0.15) < 1e-6)
    #expect(DepthMetrics.meanError([1], truth: [.infinity]) == nil)
  }
}
