import Foundation
import Heads

/// A voice that opens with the mouth: a buzz through two formants.
///
/// Mouth and jaw set its loudness and first formant, the shape of the lips its second one.
/// - Source: Klatt 1980, "Software for a cascade/parallel formant synthesizer"
struct Voice {
  private static let rate = 24_000
  private let samples: [Int16]

  /// - Parameter pitch: hertz
  init(_ clip: ActingClip, pitch: Double) {
    let frames = clip.frames
    let step = frames.count > 1 ? frames[1].seconds - frames[0].seconds : 1
    let count = Int(Double(frames.count) * step * Double(Self.rate))
    var (low, high) = (Resonator(), Resonator())
    var (phase, loudness) = (0.0, 0.0)
    samples = (0..<count).map { index in
      let time = Double(index) / Double(Self.rate)
      let shape = frames[min(Int(time / step), frames.count - 1)].expression
      func unit(_ unit: MotionUnit) -> Double { Double(shape[unit]) }
      let open = unit(.jawOpen)
      let shut = max(unit(.lipsPress), unit(.lipTuck))
      let rounded = max(unit(.lipsRound), unit(.lipsPucker))
      let target = min(1, 1.8 * open + 0.6 * max(rounded, unit(.lipsStretch))) * (1 - shut)
      loudness += 0.002 * (target - loudness)
      let glide = 1 + 0.06 * sin(2 * .pi * 0.7 * time) + 0.1 * open
      phase += pitch * glide / Double(Self.rate)
      phase -= phase.rounded(.down)
      // The flow through the glottis: it opens slowly, closes at once.
      let source = (phase < 0.6 ? phase * phase * (0.6 - phase) * 12 : 0) - 0.17
      let first = low.filtered(source, frequency: 300 + 480 * open, width: 90, Self.rate)
      let second = high.filtered(
        source, frequency: 1500 - 700 * rounded + 600 * unit(.lipsStretch), width: 140, Self.rate)
      let fade = min(1, time / 0.05, (Double(count - index) / Double(Self.rate)) / 0.05)
      let value = loudness * fade * (first + 0.5 * second)
      return Int16(32767 * tanh(0.35 * value))
    }
  }

  /// The sound as a WAV file: one channel of 16 bits.
  var wave: Data {
    var data = Data()
    func add(_ text: String) { data.append(contentsOf: text.utf8) }
    func add<Integer: FixedWidthInteger>(_ value: Integer) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    let bytes = UInt32(2 * samples.count)
    add("RIFF")
    add(36 + bytes)
    add("WAVEfmt ")
    add(UInt32(16))
    add(UInt16(1))
    add(UInt16(1))
    add(UInt32(Self.rate))
    add(UInt32(2 * Self.rate))
    add(UInt16(2))
    add(UInt16(16))
    add("data")
    add(bytes)
    for sample in samples { add(sample) }
    return data
  }
}

/// A filter of two poles with unit gain at rest.
private struct Resonator {
  private var past = (0.0, 0.0)

  mutating func filtered(
    _ input: Double, frequency: Double, width: Double, _ rate: Int
  ) -> Double {
    let radius = exp(-.pi * width / Double(rate))
    let b = 2 * radius * cos(2 * .pi * frequency / Double(rate))
    let c = -radius * radius
    let output = (1 - b - c) * input + b * past.0 + c * past.1
    past = (output, past.0)
    return output
  }
}
