import Foundation

/// What motion is read from: the shape of a face after its place, size and direction were taken out.
///
/// Rotation is undone with the pose that fits the points which stay in place, scale and shift with the
/// similarity that takes those points to the canonical face. Then follow the outlines of both eyes, some
/// measures, and all products of two measures.
struct MotionFeatures: Sendable {
  private static let lips = [
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185, 78,
    95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
  ]
  private static let eyes = [
    33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 263, 249, 390, 373,
    374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 229, 230, 231, 449, 450, 451, 224,
    223, 222, 444, 443, 442,
  ]
  private static let brows = [
    70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 300, 293, 334, 296, 336, 276, 283, 282, 295, 285, 8,
    9, 151,
  ]
  private static let jaw = [
    454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132,
    93, 234, 18, 200, 199, 175, 83, 313, 201, 421, 194, 418, 32, 262,
  ]
  private static let cheeks = [
    205, 425, 50, 280, 36, 266, 187, 411, 207, 427, 216, 436, 206, 426, 203, 423, 92, 322, 165,
    391, 1, 2, 98, 327, 49, 279, 129, 358, 48, 278, 64, 294, 4, 5, 195,
  ]
  private static let chosen = lips + eyes + brows + jaw + cheeks

  private let framing: HeadFraming

  init(_ framing: HeadFraming) { self.framing = framing }

  /// All features of one face.
  func callAsFunction(_ landmarks: FaceLandmarks) -> [Double] {
    let framed = framing.framed(landmarks.face)
    let points = placed(landmarks.face, framed)
    let canonical = framing.solver.face.points
    var values: [Double] = []
    values.reserveCapacity(1000)
    for index in Self.chosen {
      let offset = (points[index] - canonical[index]) * 10
      values += [offset.x, offset.y, offset.z]
    }
    let eyes = [
      outline(landmarks.left, framed.crop, side: 1),
      outline(landmarks.right, framed.crop, side: -1),
    ]
    for eye in eyes { values += eye.flatMap { [$0.x, $0.y] } }
    let measures = measures(points, eyes, framed.pose)
    values += measures
    for (index, first) in measures.enumerated() {
      values += measures[index...].map { first * $0 }
    }
    return values
  }

  /// All points in the canonical face's place.
  private func placed(_ face: Face, _ framed: FramedHead) -> [SIMD3<Double>] {
    let roll = Rotation(exponential: SIMD3(0, 0, -framed.crop.roll))
    let back = framed.pose.rotation.inverse * roll
    let points = face.points.map { back * $0 }
    var (total, from, to) = (0.0, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for item in framing.solver.face.support {
      total += item.weight
      from += item.weight * points[item.landmark]
      to += item.weight * item.point
    }
    from /= total
    to /= total
    var (along, size) = (0.0, 0.0)
    for item in framing.solver.face.support {
      let offset = points[item.landmark] - from
      along += item.weight * (offset * (item.point - to)).sum()
      size += item.weight * (offset * offset).sum()
    }
    let scale = along / max(size, .leastNormalMagnitude)
    return points.map { scale * ($0 - from) + to }
  }

  /// The contour and the iris of an eye, x outward from its middle in its own widths, y upward on the same
  /// scale as the head.
  private func outline(_ eye: Eye, _ crop: CropFrame, side: Double) -> [SIMD2<Double>] {
    let points = (eye.contour + [eye.iris]).map { crop.place($0) }
    let middle = (points[0] + points[8]) / 2
    let width = max(abs(points[0].x - points[8].x), 0.01)
    return points.map { SIMD2(side * ($0.x - middle.x) / width, 10 * (middle.y - $0.y)) }
  }

  private func measures(
    _ points: [SIMD3<Double>], _ eyes: [[SIMD2<Double>]], _ pose: HeadPose
  ) -> [Double] {
    func length(_ a: Int, _ b: Int) -> Double {
      let offset = points[a] - points[b]
      return 10 * (offset * offset).sum().squareRoot()
    }
    func height(_ a: Int, _ b: Int) -> Double { 10 * (points[a].y - points[b].y) }
    let mouth = [
      length(13, 14), length(61, 291), length(0, 17), length(0, 2), length(78, 308),
      height(61, 13), height(291, 13), length(152, 2),
    ]
    let lids = [length(386, 374), length(159, 145)] + eyes.map { $0[12].y - $0[4].y }
    let brows = [height(336, 362), height(107, 133), height(334, 263), height(105, 33)]
    let gaze = eyes.flatMap { [$0[16].x, $0[16].y] }
    return mouth + lids + brows + gaze + [2 * pose.yaw, 2 * pose.pitch]
  }
}
