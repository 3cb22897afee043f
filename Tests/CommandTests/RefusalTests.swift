import Foundation
import TestSupport
import Testing

/// Pipelines that would wait forever or destroy what they read.
@Suite(.timeLimit(.minutes(30))) struct RefusalTests {
  let shop: Workshop
  let roundtrip = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path

  init() throws { shop = try Workshop("refusal") }

  /// A document that copies a video.
  func write(_ source: String, _ outputs: String...) throws {
    let encodes = outputs.enumerated().map { index, path in
      #",{"id": "out\#(index)", "use": "encode", "with": {"path": "\#(path)"}, "#
        + #""from": {"frames": "video.frames"}}"#
    }
    let text =
      #"{"stages": [{"id": "video", "use": "decode", "with": {"path": "\#(source)"}}"#
      + encodes.joined() + "]}"
    try text.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
  }

  @Test(arguments: ["validate", "run"]) func aPipeCannotBeReadAgain(_ command: String) throws {
    #expect(mkfifo(shop.path("pipe.mp4"), 0o600) == 0)
    for (path, kind) in [
      ("pipe.mp4", "a pipe"), ("/dev/stdin", "a device"), ("-", "standard input"),
    ] {
      try write(path, "out.mp4")
      let result = try Program.run(command, "p.json", in: shop.folder)
      #expect(result.status == 65)
      #expect(
        result.output + result.errors
          == "p.json: /stages/0/with/path: 'path' must name a file that can be read more than once, "
          + "for each reading opens it anew; '\(path)' is \(kind): write it to a file first\n")
    }
    #expect(try shop.names == ["p.json", "pipe.mp4"])
  }

  @Test func aPipeAmongFootageIsPassedOver() throws {
    #expect(mkfifo(shop.path("pipe.mp4"), 0o600) == 0)
    let text = #"{"stages": [{"id": "a", "use": "footage", "with": {"path": "."}}]}"#
    try text.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    #expect(try Program.run("run", "p.json", in: shop.folder).status == 0)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func whatIsReadOrWrittenIsNotWrittenAgain() throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 \(shop.path("in.mp4"))")
    let digest = try shop.digest(shop.path("in.mp4"))
    try write("in.mp4", "a.mp4", "./a.mp4")
    let twice = try Program.run("validate", "p.json", in: shop.folder)
    #expect(twice.status == 65)
    #expect(
      twice.output
        == "p.json: /stages/2/with/path: './a.mp4' is written by /stages/1 (out0) already\n")
    try write("in.mp4", "in.mp4")
    for command in ["run", "validate"] {
      let over = try Program.run(command, "p.json", in: shop.folder)
      #expect(over.status == 65)
      #expect(
        (over.output + over.errors).hasPrefix(
          "p.json: /stages/1/with/path: 'in.mp4' is read by /stages/0 (video), "))
    }
    #expect(try shop.digest(shop.path("in.mp4")) == digest)
    // The same name in another folder is another file.
    let beside = try Program.run("run", "p.json", "--out", "other", "--quiet", in: shop.folder)
    #expect(beside.status == 0, "\(beside.errors)")
    #expect(try shop.names == ["in.mp4", "other", "p.json"])
  }

  @Test func memoryIsASize() throws {
    #expect(try Program.run("validate", roundtrip, "--memory", "8GB").status == 0)
    #expect(try Program.run("validate", roundtrip, "--memory", "much").status == 64)
  }
}
