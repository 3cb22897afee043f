import Foundation
import TestSupport
import Testing

/// What may happen to a run from outside, and what it leaves then.
@Suite struct BadDayTests {
  let shop: Workshop

  init() throws { shop = try Workshop("bad day") }

  func copying(_ source: String, to output: String) -> [String] {
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    return [
      "run", document, "--set", "source.path=\(source)", "--set", "output.path=\(output)",
      "--quiet",
    ]
  }

  func copy(_ source: String, to output: String) throws -> Program.Result {
    try Program(copying(source, to: output), in: shop.folder).result()
  }

  /// Runs `ffmpeg` on test pictures; the file gets the name where words are split by no space.
  func film(_ size: String, _ options: String, _ name: String) throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=\(size):duration=1 \(options) \(name)")
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aVideoOfOneFrameIsCopied() throws {
    try film("64x48", "-frames:v 1", "in.mp4")
    let result = try copy("in.mp4", to: "out.mp4")
    #expect(result.status == 0, "\(result.errors)")
    let packets = try shop.probe(shop.path("out.mp4"), stream: "v", entries: "packet=pts_time")
    #expect(packets.count == 1)
    #expect(try shop.names == ["in.mp4", "out.mp4"])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aVideoWhoseSizeChangesKeepsItsFirst() throws {
    for size in ["64x48", "96x80"] {
      try film(size, "-c:v libx264 -bsf:v dump_extra", "\(size).h264")
    }
    let both = try ["64x48.h264", "96x80.h264"].map {
      try Data(contentsOf: URL(fileURLWithPath: shop.path($0)))
    }
    try (both[0] + both[1]).write(to: URL(fileURLWithPath: shop.path("in.h264")))
    let result = try copy("in.h264", to: "out.mp4")
    #expect(result.status == 0, "\(result.errors)")
    let frames = try shop.probe(shop.path("out.mp4"), stream: "v", entries: "frame=width,height")
    #expect(frames.count == 50 && frames.allSatisfy { $0.hasPrefix("64,48") }, "\(frames)")
  }

  @Test(
    .enabled(if: Workshop.hasCommands),
    arguments: [
      "Mein Film – ä 1", "日本 語", "a'b\"c", "-x", "%d 100%", "a\\b", "🎬",
    ]) func namesMayHoldAnything(_ name: String) throws
  {
    try film("64x48", "-c:v ffv1", "in.mkv")
    let source = "\(name)/\(name).mkv"
    try FileManager.default.createDirectory(
      atPath: shop.path(name), withIntermediateDirectories: false)
    try FileManager.default.moveItem(atPath: shop.path("in.mkv"), toPath: shop.path(source))
    let result = try copy("./\(source)", to: "new \(name)/\(name) 2.mkv")
    #expect(result.status == 0, "\(result.errors)")
    let folder = shop.path("new \(name)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(name) 2.mkv"])
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: ["out.mp4", "%04d.png"])
  func aFolderThatIsRemovedIsOneSentence(_ name: String) throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=640x480:duration=8 -preset ultrafast in.mp4")
    let folder = shop.path("results")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let program = try Program(copying("in.mp4", to: "results/\(name)"), in: shop.folder)
    while program.isRunning,
      try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
    {}
    // New pictures may come while the folder is emptied.
    while FileManager.default.fileExists(atPath: folder) {
      try? FileManager.default.removeItem(atPath: folder)
    }
    let result = program.result()
    #expect(result.status == 70)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("/stages/1 (output): "), "\(result.errors)")
    #expect(result.errors.contains("results"), "\(result.errors)")
    #expect(try shop.names == ["in.mp4"])
  }

  /// Fifty runs, each with a signal at another moment between its start and its end.
  @Test(.enabled(if: Workshop.hasCommands)) func noSignalLeavesAnythingHalfDone() throws {
    // What is marked gets a file beside it, and both must be there or neither.
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=160x120:duration=1 -c:v ffv1",
      "-metadata", "comment=synthesized by pvpipe 0.1.0; not a recording", "in.mkv")
    let whole = try Program(copying("in.mkv", to: "out.mkv"), in: shop.folder)
    var polls = 0
    while whole.isRunning {
      _ = try shop.names
      polls += 1
    }
    #expect(whole.result().status == 0)
    #expect(try shop.names == ["in.mkv", "out.mkv", "out.mkv.json"])
    let digest = try shop.digest(shop.path("out.mkv"))
    var random = SystemRandomNumberGenerator()
    for round in 0..<20 {
      for name in ["out.mkv", "out.mkv.json"] where try shop.names.contains(name) {
        try FileManager.default.removeItem(atPath: shop.path(name))
      }
      let program = try Program(copying("in.mkv", to: "out.mkv"), in: shop.folder)
      for _ in 0..<Int.random(in: 0...polls, using: &random) where program.isRunning {
        _ = try shop.names
      }
      program.send(round % 2 == 0 ? SIGINT : SIGTERM)
      let result = program.result()
      if try shop.names != ["in.mkv"] {
        #expect(try shop.names == ["in.mkv", "out.mkv", "out.mkv.json"], "\(result.errors)")
        #expect(try shop.digest(shop.path("out.mkv")) == digest)
        let told = try String(contentsOfFile: shop.path("out.mkv.json"), encoding: .utf8)
        #expect(told.contains(digest))
      } else {
        #expect([130, SIGINT, SIGTERM].contains(result.status), "\(result.errors)")
      }
    }
  }

  @Test func tenThousandStagesAreChecked() throws {
    func entry(_ index: Int) -> String {
      guard index > 0 else {
        return #"{"id": "s0", "use": "decode", "with": {"path": "none.mp4"}}"#
      }
      let source = index == 1 ? "s0.frames" : "s\(index - 1).crops"
      return #"{"id": "s\#(index)", "use": "face-crop", "from": {"frames": "\#(source)"}}"#
    }
    func write(_ name: String, last: String) throws {
      let entries = (0..<9999).map(entry) + [last]
      let text = #"{"stages": [\#(entries.joined(separator: ",\n"))]}"#
      try text.write(toFile: shop.path(name), atomically: true, encoding: .utf8)
    }
    try write(
      "good.json",
      last: #"{"id": "out", "use": "encode", "from": {"frames": "s9998.crops"}}"#)
    try write(
      "bad.json", last: #"{"id": "out", "use": "encode", "from": {"frames": "s9998.crop"}}"#)
    let good = try Program.run("validate", "good.json", in: shop.folder)
    #expect(good.output == "good.json: valid, 10000 stages\n")
    let bad = try Program.run("validate", "bad.json", in: shop.folder)
    #expect(bad.status == 65)
    #expect(
      bad.output
        == "bad.json: /stages/9999/from/frames: 's9998' (face-crop) has no output 'crop'; "
        + "did you mean 'crops'?\n")
    let run = try Program.run("run", "good.json", "--quiet", in: shop.folder)
    #expect(run.status == 70)
    #expect(run.errors == "good.json: /stages/0 (s0): none.mp4: does not exist\n")
    #expect(try shop.names == ["bad.json", "good.json"])
  }
}
