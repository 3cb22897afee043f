import Foundation
import Media
import Pipeline
import Stages

/// Frames whose every pixel tells its place and its frame.
func synthetic(
  count: Int, width: Int = 64, height: Int = 48, rate: Ratio = Ratio(25, 1)
) -> [Frame] {
  (0..<count).map { index in
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels.append(UInt8(truncatingIfNeeded: 4 * x + index))
        pixels.append(UInt8(truncatingIfNeeded: 5 * y))
        pixels.append(UInt8(truncatingIfNeeded: x * y + 7 * index))
      }
    }
    return Frame(
      width: width, height: height, pixels: pixels,
      time: MediaTime(ticks: Int64(index), of: rate.inverse),
      duration: MediaTime(ticks: 1, of: rate.inverse), index: index)
  }
}

/// All frames of a reading.
func collected(_ frames: Frames) async throws -> [Frame] {
  var result: [Frame] = []
  for try await frame in frames { result.append(frame) }
  return result
}

/// The frames that `decode` gives.
func decoded(_ stage: Decode) async throws -> Frames {
  try await stage.run(Ports(), in: RunContext())[Decode.frames]
}

/// Runs `encode`.
func encode(_ frames: Frames, _ stage: Encode, audio: Frames? = nil, in context: RunContext)
  async throws
{
  var ports = Ports(Encode.frames, frames)
  ports[Encode.audioSource] = audio
  _ = try await stage.run(ports, in: context)
}
