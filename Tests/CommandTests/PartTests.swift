import Foundation
import TestSupport
import Testing

/// Parts of pipelines: `--frames` and `--until` in all commands that take a document.
@Suite struct PartTests {
  let shop: Workshop
  let room: BatchWorkshop

  init() throws {
    room = try BatchWorkshop()
    shop = room.shop
  }

  func roundtrip(_ more: String...) throws -> Program.Result {
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    return try Program(
      [
        "run", document, "--quiet", "--set", "source.path=in.mp4", "--set", "output.path=out.mp4",
      ] + more, in: shop.folder
    ).result()
  }

  @Test(.enabled(if: Workshop.hasCommands)) func rangesAreTakenToTheEdges() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48:duration=1 -f lavfi -i sine=duration=1 -c:a aac",
      shop.path("in.mp4"))
    for (range, count, hasAudio) in [
      (":25", 25, true), (":1", 1, true), ("0:", 25, true), ("0:3", 3, true), ("24:", 1, false),
      ("24:25", 1, false), ("20:1000", 5, false), (":1000", 25, true),
    ] {
      let result = try roundtrip("--frames", range)
      #expect(result.status == 0, "\(range): \(result.errors)")
      let times = try shop.probe(shop.path("out.mp4"), stream: "v", entries: "packet=pts_time")
      #expect(times.count == count, "\(range)")
      #expect(times.compactMap { Double($0.split(separator: ",")[0]) }.min() == 0, "\(range)")
      let audio = try shop.probe(shop.path("out.mp4"), stream: "a", entries: "stream=codec_name")
      #expect(audio.isEmpty != hasAudio, "\(range)")
    }
    let beyond = try roundtrip("--frames", "25:")
    #expect(beyond.status == 70)
    #expect(
      beyond.errors.hasSuffix(
        "/stages/0 (source): 'start' must be below 25, the number of frames in 'in.mp4', not 25\n"))
    for range in ["7:7", "3:2", ":0", "-1:4", ":", "1:2:3"] {
      let wrong = try roundtrip("--frames=\(range)")
      #expect(wrong.status == 64)
      #expect(
        wrong.errors.contains("'\(range)' is invalid for '--frames <A:B>'"), "\(wrong.errors)")
    }
  }

  @Test func allCommandsTakeParts() throws {
    let reenact = "pipelines/reenact.json"
    let valid = try Program.run("validate", reenact, "--until", "motion", "--frames", "5:9")
    #expect(valid.output == "\(reenact): valid, 10 stages\n")
    let drawn = try Program.run(
      "graph", reenact, "--format", "mermaid", "--until", "source-face", "--frames", "5:9")
    #expect(drawn.status == 0)
    #expect(drawn.output.contains("source-face") && !drawn.output.contains("target-face"))
    let dry = try Program.run("run", reenact, "--dry-run", "--until", "target", "--frames", ":2")
    #expect(dry.lines.count == 6)
    for words in [["validate", reenact], ["graph", reenact], ["run", reenact, "--dry-run"]] {
      let unknown = try Program(words + ["--until", "rendr"]).result()
      #expect(unknown.status == 64)
      #expect(
        unknown.errors.hasSuffix(
          "--until: no stage has the id 'rendr'; did you mean 'render'?\n"))
      let pictures = try Program(
        [words[0], "pipelines/mesh.json"] + words.dropFirst(2) + ["--frames", ":2"]
      ).result()
      #expect(pictures.status == 64)
      #expect(pictures.errors.hasSuffix("--frames 0:2: the document decodes no video\n"))
    }
    let folder = try Program.run("run", "pipelines/dataset.json", "--dry-run", "--frames", ":9")
    #expect(folder.status == 0)
    // Clips keep the numbers of their frames.
    let shop = try Workshop("part")
    let later = try Program.run(
      "run", "pipelines/dataset.json", "--frames", "30:50", "--set",
      "source.path=examples/actor.mp4",
      "--set", "clips.path=\(shop.path("set"))", "--set", "clips.size=64", "--quiet")
    #expect(later.status == 0, "\(later.errors)")
    let list = try String(contentsOfFile: shop.path("set/voxceleb.list"), encoding: .utf8)
    #expect(list == "actor_000030.mp4\n")
    let cameras = try String(
      contentsOfFile: shop.path("set/smoothed_camera2world/actor_000030.json"), encoding: .utf8)
    #expect(cameras.hasPrefix("[\n[30, [") && cameras.contains("\n[49, ["))
    let report = try String(contentsOfFile: shop.path("set/report.md"), encoding: .utf8)
    #expect(report.contains("| actor_000030 | 30–49 |") && report.contains("20 of 20 frames"))
  }

  @Test(.enabled(if: Workshop.hasCommands)) func everyItemOfABatchTakesTheSamePart() throws {
    try room.film("a.mkv", "b.mkv")
    #expect(try room.batch("--frames", "3:8").status == 0)
    func counts() throws -> [Int] {
      try ["a", "b"].map {
        try shop.probe("\(room.out)/\($0)/copy.mkv", stream: "v", entries: "packet=pts_time").count
      }
    }
    #expect(try counts() == [5, 5])
    #expect(try room.batch("--frames", "3:8", "--dry-run").lines == [])
    #expect(try room.batch("--frames", "3:9", "--dry-run").lines.count == 2)
    #expect(try room.waiting() == ["a", "b"])
    #expect(try room.batch("--frames", ":4").status == 0)
    #expect(try counts() == [4, 4])
    // Without the stage that writes, an item is done and has written nothing.
    #expect(try room.batch("--until", "source").status == 0)
    #expect(room.names("a") == [])
    let wrong = try room.batch("--until", "sauce")
    #expect(wrong.status == 64)
    #expect(
      wrong.errors == "--until: no stage has the id 'sauce'; did you mean 'source'?\n")
  }
}
