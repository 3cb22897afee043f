import Foundation
import TestSupport
import Testing

/// Videos that somebody changes while they are read.
@Suite(.enabled(if: Workshop.hasCommands)) struct ChangedInputTests {
  let shop: Workshop

  init() throws { shop = try Workshop("changed") }

  enum Change: String, CaseIterable {
    case truncated = "truncate -s 200000 in.mkv"
    case overwritten = "cat other.mkv > in.mkv"
    case replaced = "mv other.mkv in.mkv"
    case removed = "rm in.mkv"
  }

  /// Writes a pipeline in whose middle a program does something between the first frame and the rest.
  func write(_ change: String, _ rest: String) throws {
    let command = "head -c $((3 * PVPIPE_WIDTH * PVPIPE_HEIGHT)); \(change); exec cat"
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "hand", "use": "external", "from": {"frames": "video.frames"},
         "with": {"command": ["sh", "-c", "\(command)"]}},
        \(rest)
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
  }

  @Test(arguments: Change.allCases) func aVideoThatChangesIsOneSentence(_ change: Change) throws {
    for name in ["in", "other"] {
      let color = name == "in" ? "testsrc2" : "testsrc"
      try shop.ffmpeg("-f lavfi -i \(color)=size=320x240:duration=4 -c:v ffv1 \(name).mkv")
    }
    try write(
      change.rawValue,
      #"{"id": "out", "use": "encode", "with": {"path": "new/out.mkv"}, "from": {"frames": "hand.frames"}}"#
    )
    let result = try Program(["run", "p.json", "--quiet"], in: shop.folder).result()
    #expect(result.status == 70)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.contains(
        /^p\.json: \/stages\/0 \(video\): in\.mkv: was changed, replaced or removed while it was read \(frame [0-9]+\)\n$/
      ), "\(result.errors)")
    var left = ["in.mkv", "other.mkv", "p.json"]
    if change == .replaced { left.remove(at: 1) }
    if change == .removed { left.remove(at: 0) }
    #expect(try shop.names == left)
  }

  @Test func nothingIsKeptOfAVideoThatChanges() throws {
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    let source = shop.path("in.mkv")
    try FileManager.default.copyItem(atPath: actor, toPath: source)
    // The same bytes once more: only that somebody wrote is to be seen.
    try write(
      "cat in.mkv > copy; cat copy > in.mkv",
      #"{"id": "face", "use": "face-crop", "with": {"size": 64}, "from": {"frames": "hand.frames"}}"#
    )
    let cache = shop.path("cache")
    let result = try Program(
      ["run", "p.json", "--threads", "1", "--quiet"], in: shop.folder, cache: cache
    ).result()
    #expect(result.status == 70)
    #expect(result.errors.contains("was changed, replaced or removed"), "\(result.errors)")
    let kept = FileManager.default.enumerator(atPath: cache)?.compactMap { "\($0)" } ?? []
    #expect(!kept.contains { $0.hasSuffix("record.json") }, "\(kept)")
  }

  @Test func numberedPicturesThatChangeAreNoticedAtTheirEnd() throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=320x240:duration=2 %03d.png")
    try write(
      "cp 001.png 040.png",
      #"{"id": "out", "use": "encode", "with": {"path": "out.mkv"}, "from": {"frames": "hand.frames"}}"#
    )
    let before = try shop.names
    let result = try Program(
      ["run", "p.json", "--quiet", "--set", "video.path=%03d.png"], in: shop.folder
    ).result()
    #expect(result.status == 70)
    #expect(
      result.errors.contains("(video): %03d.png: was changed, replaced or removed"),
      "\(result.errors)")
    #expect(try shop.names == before)
  }
}
