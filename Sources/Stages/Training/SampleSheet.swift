import PV3D
import Tensors

/// Pictures of the same random people, motions and cameras after every so many updates.
///
/// A row is a person: from the front at t = 0, ½ and 1, then at ½ from 30 degrees to each side.
struct SampleSheet {
  private static let people = 4
  private static let views: [(time: Float, yawDegrees: Float)] = [
    (0, 0), (0.5, 0), (1, 0), (0.5, -30), (0.5, 30),
  ]

  private let random: RandomSource

  init(seed: UInt64) { random = RandomSource(seed: seed).derived("sheet") }

  /// Draws with the averaged tensors of a generator.
  func write(_ tensors: [String: Tensor], _ config: GeneratorConfig, to path: String) throws {
    try withoutGradients {
      let generator = try Generator(Weights(checkpoint: tensors), config)
      let device = generator.device
      let count = Self.views.count
      let cameras = Self.views.map { config.camera(yaw: $0.yawDegrees * .pi / 180, pitch: 0) }
      let labels = try Camera.tensor(cameras, on: device)
      let front = try Camera.tensor(
        Array(repeating: config.camera(yaw: 0, pitch: 0), count: count), on: device)
      let times = try Tensor(Self.views.map(\.time), [count, 1]).to(device)
      var sheet = ContactSheet(columns: count)
      for person in 0..<Self.people {
        var random = random.derived("\(person)")
        let z = try random.normal([1, config.zDimension]).expanded([count, -1]).to(device)
        let motion = try random.normal([1, config.motionDimension]).expanded([count, -1])
        let made = try generator(
          z: z, motion: motion.to(device), time: times, label: labels, condition: front)
        for index in 0..<count { try sheet.add(made.image.selected(0, index).to(.cpu)) }
      }
      try sheet.write(path)
    }
  }
}
