import Foundation

/// A performance: someone talks, blinks, looks about and is filmed from a slowly moving camera.
///
/// Lips follow syllables at 4 to 5 a second in phrases with pauses; blinks last 0.15 s and come
/// every 2 to 4 s. All curves are smooth in time, and one seed gives one performance at any rate.
public struct ActingClip: Sendable {
  /// One moment of the performance.
  public struct Frame: Sendable, Equatable {
    public let seconds: Double
    public let expression: FacialExpression
    public let camera: PortraitCamera
  }

  public let frames: [Frame]

  /// - Parameter rate: frames per second
  public init(seed: UInt64, seconds: Double, rate: Double) {
    precondition(seconds > 0 && rate > 0, "'seconds' and 'rate' must be above 0")
    var random = SplitMix64(seed: seed)
    let score = Score(seconds: seconds, random: &random)
    frames = (0..<max(1, Int((seconds * rate).rounded()))).map { frame in
      let time = Double(frame) / rate
      return Frame(seconds: time, expression: score.expression(time), camera: score.camera(time))
    }
  }
}

/// The curves of a performance.
private struct Score {
  private var tracks = [Track](repeating: Track(), count: MotionUnit.allCases.count)
  private var yaw: [Wave] = []
  private var pitch: [Wave] = []

  /// Mouth shapes of speech: open and closed vowels, then lips that touch and teeth that show.
  private static let visemes: [[MotionUnit: Double]] = [
    [.jawOpen: 0.7], [.jawOpen: 0.45, .lipsStretch: 0.3], [.jawOpen: 0.3, .lipsRound: 0.6],
    [.lipsPucker: 0.8, .jawOpen: 0.1], [.lipsStretch: 0.8, .smile: 0.2],
    [.jawOpen: 0.35, .lowerLipDown: 0.3],
  ]
  private static let closures: [[MotionUnit: Double]] = [
    [.lipsPress: 0.9], [.lipTuck: 0.8], [.lipsStretch: 0.35, .jawOpen: 0.05],
    [.jawOpen: 0.12, .lipsRound: 0.15], [.jawOpen: 0.1],
  ]
  private static let speaking: [MotionUnit] = [
    .jawOpen, .lipsRound, .lipsPucker, .lipsStretch, .lipsPress, .lipTuck, .lowerLipDown,
  ]

  init(seconds: Double, random: inout SplitMix64) {
    yaw = Wave.pair(25 * .pi / 180, period: 5...9, &random)
    pitch = Wave.pair(8 * .pi / 180, period: 6...11, &random)
    speak(seconds, &random)
    blink(seconds, &random)
    let moods: [(MotionUnit, ClosedRange<Double>, Double)] = [
      (.smile, 0.3...0.8, 7), (.browInnerUp, 0.4...1, 5), (.browOuterUp, 0.4...1, 5),
      (.browDown, 0.3...0.9, 8), (.squint, 0.2...0.6, 11), (.smileSide, -0.6...0.6, 12),
      (.sneer, 0.2...0.6, 17), (.cornersDown, 0.2...0.7, 16), (.jawSide, -0.6...0.6, 14),
    ]
    for (unit, range, gap) in moods { feel(unit, range, gap, seconds, &random) }
    look(.gazeSide, 0.9, seconds, &random)
    look(.gazeUp, 0.8, seconds, &random)
  }

  func expression(_ time: Double) -> FacialExpression {
    FacialExpression(values: tracks.map { Float($0.value(time)) })
  }

  func camera(_ time: Double) -> PortraitCamera {
    PortraitCamera(
      yaw: yaw.reduce(0) { $0 + $1.value(time) }, pitch: pitch.reduce(0) { $0 + $1.value(time) })
  }

  private mutating func speak(_ seconds: Double, _ random: inout SplitMix64) {
    func key(_ time: Double, _ shape: [MotionUnit: Double], _ loudness: Double) {
      for unit in Self.speaking {
        tracks[unit.rawValue].add(time, (shape[unit] ?? 0) * loudness)
      }
    }
    var time = random.uniform(0.1, 0.5)
    key(0, [:], 1)
    while time < seconds {
      key(time, [:], 1)
      let end = time + random.uniform(1.5, 4)
      let loudness = random.uniform(0.75, 1.25)
      while time < end {
        let length = 1 / random.uniform(4, 5)
        key(time + 0.35 * length, random.choice(Self.closures), random.uniform(0.7, 1))
        key(time + length, random.choice(Self.visemes), loudness * random.uniform(0.7, 1.1))
        time += length
      }
      key(time + 0.2, [:], 1)
      time += random.uniform(0.4, 1.2)
    }
  }

  private mutating func blink(_ seconds: Double, _ random: inout SplitMix64) {
    var time = random.uniform(0.5, 2)
    while time < seconds {
      for unit in [MotionUnit.blinkLeft, .blinkRight] {
        tracks[unit.rawValue].add(time - 0.075, 0)
        tracks[unit.rawValue].add(time - 0.01, 1)
        tracks[unit.rawValue].add(time + 0.01, 1)
        tracks[unit.rawValue].add(time + 0.075, 0)
      }
      time += random.uniform(2, 4)
    }
  }

  /// A unit that now and then rises, holds and falls; `gap` seconds lie between on average.
  private mutating func feel(
    _ unit: MotionUnit, _ range: ClosedRange<Double>, _ gap: Double, _ seconds: Double,
    _ random: inout SplitMix64
  ) {
    var time = random.uniform(0, gap)
    while time < seconds {
      let amount = random.uniform(range.lowerBound, range.upperBound)
      let rise = random.uniform(0.2, 0.5)
      let hold = random.uniform(0.2, 1.5)
      tracks[unit.rawValue].add(time, 0)
      tracks[unit.rawValue].add(time + rise, amount)
      tracks[unit.rawValue].add(time + rise + hold, amount)
      time += 2 * rise + hold
      tracks[unit.rawValue].add(time, 0)
      time += random.uniform(0.3, 1.7) * gap
    }
  }

  /// Glances: the gaze rests and jumps within 0.06 s, half of the time back to the camera.
  private mutating func look(
    _ unit: MotionUnit, _ reach: Double, _ seconds: Double, _ random: inout SplitMix64
  ) {
    var (time, place) = (0.0, 0.0)
    while time < seconds {
      time += random.uniform(0.6, 2)
      tracks[unit.rawValue].add(time, place)
      place = random.chance(0.5) ? 0 : random.uniform(-reach, reach)
      time += 0.06
      tracks[unit.rawValue].add(time, place)
    }
  }
}

/// Values at given times with smooth ways between them.
private struct Track {
  private var times: [Double] = []
  private var values: [Double] = []

  /// Adds a value at a later time than all before.
  mutating func add(_ time: Double, _ value: Double) {
    times.append(time)
    values.append(value)
  }

  func value(_ time: Double) -> Double {
    guard let next = times.firstIndex(where: { $0 > time }) else { return values.last ?? 0 }
    guard next > 0 else { return values[0] }
    let part = (time - times[next - 1]) / (times[next] - times[next - 1])
    return values[next - 1] + (values[next] - values[next - 1]) * part * part * (3 - 2 * part)
  }
}

/// A sine over time.
private struct Wave {
  let amplitude: Double
  let period: Double
  let phase: Double

  func value(_ time: Double) -> Double { amplitude * sin(2 * .pi * time / period + phase) }

  /// Two waves that together stay within `reach`.
  static func pair(
    _ reach: Double, period: ClosedRange<Double>, _ random: inout SplitMix64
  ) -> [Wave] {
    let slow = random.uniform(period.lowerBound, period.upperBound)
    return [(0.75, slow), (0.25, slow * random.uniform(0.4, 0.6))].map { share, period in
      Wave(amplitude: reach * share, period: period, phase: 2 * .pi * random.unit())
    }
  }
}
