import Foundation
import TestSupport
import Testing

/// Disks that are full or may not be written to, as the system itself has them.
@Suite(.enabled(if: Workshop.hasCommands && MountedRoom.isAllowed)) struct DiskTests {
  let shop: Workshop

  init() throws { shop = try Workshop("disk") }

  @Test(arguments: ["out.mp4", "out.mkv", "out.avi", "%04d.png"])
  func aDiskThatIsFullWhileEncodingIsOneSentence(_ name: String) throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=320x240:duration=4 -c:v ffv1 in.mkv")
    try FileManager.default.createDirectory(
      atPath: shop.path("small"), withIntermediateDirectories: false)
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    let words = [
      "run", document, "--set", "source.path=in.mkv", "--set", "output.path=small/new/\(name)",
      "--set", "output.quality=\(name.hasSuffix("png") ? "null" : "0")", "--quiet",
    ]
    let result = try MountedRoom.run(
      words, after: "mount -t tmpfs -o size=100k tmpfs small", then: "ls -A small",
      in: shop.folder)
    #expect(result.status == 70, "\(result.errors)")
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("/stages/1 (output): "), "\(result.errors)")
    #expect(result.errors.contains("(no space left on device)"), "\(result.errors)")
    // Neither a hidden file nor the folder that was made for it.
    #expect(result.output == "")
    #expect(try shop.names == ["in.mkv", "small"])
  }

  @Test func aCacheThatMayOnlyBeReadIsReadFrom() throws {
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "\(actor)", "count": 3}},
        {"id": "face", "use": "face-crop", "from": {"frames": "video.frames"},
         "with": {"size": 64}},
        {"id": "out", "use": "encode", "with": {"path": "out.mkv", "codec": "ffv1"},
         "from": {"frames": "face.crops"}}
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let words = ["run", "p.json", "--threads", "1"]
    let cache = shop.path("cache")
    #expect(try Program(words, in: shop.folder, cache: cache).result().status == 0)
    let digest = try shop.digest(shop.path("out.mkv"))
    let kept = try FileManager.default.subpathsOfDirectory(atPath: cache).sorted()
    let mount = "mount --bind cache cache; mount -o remount,bind,ro cache"
    let same = try MountedRoom.run(words, after: mount, in: shop.folder, cache: cache)
    #expect(same.status == 0 && same.errors.contains("face: from the cache"), "\(same.errors)")
    #expect(try shop.digest(shop.path("out.mkv")) == digest)
    let other = try MountedRoom.run(
      words + ["--set", "face.size=48"], after: mount, in: shop.folder, cache: cache)
    #expect(other.status == 0)
    #expect(
      other.errors.contains("face: is not kept: ") && other.errors.contains("read-only"),
      "\(other.errors)")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: cache).sorted() == kept)
    #expect(try shop.names == ["cache", "out.mkv", "p.json"])
  }
}
