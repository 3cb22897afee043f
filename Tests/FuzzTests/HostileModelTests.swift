import Foundation
import Stages
import Tensors
import TestSupport
import Testing

/// Model files that say sizes which no network has.
@Suite struct HostileModelTests {
  let shop: Workshop

  init() throws { shop = try Workshop("model") }

  @Test func sizesThatLieAreRefused() throws {
    let good = shop.path("good.safetensors")
    try SmallGenerator.write(to: good)
    let file = try Safetensors(path: good)
    let tensors = try file.tensors()
    let text = try #require(file.metadata["config"])
    let config = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let path = shop.path("bad.safetensors")
    func refusal(_ name: String, _ value: Any) throws -> String? {
      let changed = config.merging([name: value]) { $1 }
      let data = try JSONSerialization.data(withJSONObject: changed)
      try Safetensors.write(
        tensors, to: path, metadata: ["config": String(decoding: data, as: UTF8.self)])
      do {
        _ = try ModelFile.read(path)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(try refusal("zDimension", 8) == nil)
    for (name, value) in config {
      if value is [Int] {
        for list in [[-1], [Int.max, Int.max], [1, 2, 99999]] {
          #expect(try refusal(name, list) != nil, "\(name) = \(list)")
        }
      } else if text.contains("\"\(name)\":true") || text.contains("\"\(name)\":false") {
        continue
      } else {
        for number in [-1, Int.min, Int.max, 1 << 40] where name != "motionResolution" {
          _ = try refusal(name, number)
        }
        #expect(try refusal(name, -1) != nil, "\(name) = -1")
      }
    }
    #expect(
      try refusal("planeResolution", Int.max)
        == "\(path): has a 'config' whose 'planeResolution' must be from 4 to 4096, not \(Int.max)")
    #expect(try refusal("planeResolution", 48)?.contains("must be a power of two") == true)
  }

  @Test func tensorsMayNotOverlap() throws {
    let header =
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    let data = length + Data(header.utf8) + Data(count: 12)
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(data: data, path: "x")
    }
    #expect(error?.reason == "'b' overlaps another tensor")
  }
}
