import Foundation
import Media
import TestSupport
import Testing

@Suite(.enabled(if: Workshop.hasCommands)) struct MemoryTests {
  // In a process of its own, whose memory no other test shares.
  @Test func longVideoTakesNoMoreMemory() async {
    await #expect(processExitsWith: .success) {
      let shop = try Workshop()
      try shop.ffmpeg(
        "-f lavfi -i testsrc=s=320x240:r=30:d=20 -f lavfi -i sine=d=20 -c:v libx264 "
          + "-preset ultrafast -c:a aac in.mp4")
      let reader = try VideoReader(path: shop.path("in.mp4"))
      let writer = try VideoWriter(
        path: shop.path("out.mp4"), width: 320, height: 240, timeBase: reader.timeBase,
        frameRate: Ratio(30, 1), audioFrom: shop.path("in.mp4"))
      var early = 0
      while let frame = try reader.next() {
        try writer.write(frame)
        if frame.index == 150 { early = try residentKilobytes() }
      }
      try writer.finish()
      #expect(writer.frameCount == 600)
      // A frame is 225 kB: were the 450 others kept, 100 MB would be there.
      let grown = try residentKilobytes() - early
      #expect(grown < 4000)
    }
  }
}

/// Memory of this process that is in use now.
private func residentKilobytes() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
  return try #require(Int(line.filter(\.isNumber)))
}
