import Heads
import PV3D

extension LatentTrack {
  /// The motion code of the face at rest: the mean of the calmest tenth of all frames.
  ///
  /// Who is calmest with parted lips still closes them now and then: of what opens the mouth, it is what nine of ten
  /// frames exceed, unless the track is short or the entries of the model's codes are not known.
  package var rest: [Float] {
    var result = Self.calmest(motion)
    guard motion.count >= Self.leastForTenths, result.count >= MotionUnit.allCases.count,
      !model.config.isOfficial
    else { return result }
    for unit in MotionResponse.openers {
      let values = motion.map { $0[unit.rawValue] }.sorted()
      result[unit.rawValue] = values[(values.count - 1) / 10]
    }
    return result
  }

  /// Frames of which a tenth says something.
  private static let leastForTenths = 8

  private static func calmest(_ motion: [[Float]]) -> [Float] {
    func size(_ code: [Float]) -> Float { code.reduce(0) { $0 + $1 * $1 } }
    let calm = motion.sorted { size($0) < size($1) }.prefix(max(1, motion.count / 10))
    guard let width = calm.first?.count else { return [] }
    return (0..<width).map { entry in
      calm.reduce(0) { $0 + $1[entry] } / Float(calm.count)
    }
  }
}
