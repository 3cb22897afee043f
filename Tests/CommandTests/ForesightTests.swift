import Foundation
import TestSupport
import Testing

/// What can be known before the work begins is told before it begins, and what cannot be said stops nothing.
@Suite(.timeLimit(.minutes(30))) struct ForesightTests {
  let shop: Workshop
  let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path

  init() throws { shop = try Workshop("foresight") }

  /// A document that copies four frames of the example, after a stage of another source.
  func write(other: String, output: String) throws {
    let text = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "\(actor)", "count": 4}},
        {"id": "crops", "use": "face-crop", "from": {"frames": "video.frames"}},
        {"id": "other", "use": "decode", "with": {"path": "\(other)"}},
        {"id": "out", "use": "encode", "with": {"path": "\(output)"}, "from": {"frames": "crops.crops"}}]}
      """
    try text.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
  }

  @Test(arguments: [["run"], ["run", "--dry-run"]])
  func lateFilesFailBeforeTheFirstStage(_ command: [String]) throws {
    try FileManager.default.createDirectory(
      atPath: shop.path("folder.mp4"), withIntermediateDirectories: false)
    for (other, output, sentence) in [
      ("nope.jpg", "a.mp4", "/stages/2 (other): nope.jpg: does not exist"),
      (actor, "folder.mp4", "/stages/3 (out): folder.mp4: is a folder, not a file"),
      (
        actor, "p.json/a.mp4",
        "/stages/3 (out): p.json/a.mp4: '\(shop.path("p.json"))' is not a folder"
      ),
    ] {
      try write(other: other, output: output)
      let result = try Program(command + ["p.json"], in: shop.folder).result()
      #expect(result.status == 70)
      #expect(result.errors == "p.json: \(sentence)\n")
    }
    #expect(try shop.names == ["folder.mp4", "p.json"])
  }

  @Test(arguments: ["2>/dev/full", "2>&-"])
  func aRunGoesOnWhereNobodyCanBeTold(_ redirection: String) throws {
    try write(other: actor, output: "a.mp4")
    let shell = URL(fileURLWithPath: "/bin/sh")
    let line = "exec '\(try Program.place.path)' run p.json --no-cache \(redirection)"
    #expect(try Program(shell, ["-c", line], in: shop.folder).result().status == 0)
    #expect(try shop.names.contains("a.mp4"))
  }

  @Test func whatCannotBePrintedIsAFailure() throws {
    let shell = URL(fileURLWithPath: "/bin/sh")
    let line = "exec '\(try Program.place.path)' schema > /dev/full"
    let result = try Program(shell, ["-c", line], in: shop.folder).result()
    #expect(result.status == 1)
    #expect(
      result.errors == "standard output: cannot be written (no space left on device)\n")
  }

  @Test(arguments: [
    (["compare", "a", "b", "--threads", "0"], "'--threads' must be 1 to 1024, not 0"),
    (["run", "p.json", "--threads", "100000"], "'--threads' must be 1 to 1024, not 100000"),
    (
      ["act", "--heads", "h", "--out", "o", "--seconds", "nan"],
      "'--seconds' must be 0.04 to 3600.0, not nan"
    ),
    (["act", "--heads", "h", "--out", "o", "--size=-5"], "'--size' must be 16 to 4096, not -5"),
    (
      ["act", "--heads", "h", "--out", "o", "--clips", "2", "--seconds", "0.2"],
      "'--seconds' must be 0.64 to 3600.0, not 0.2"
    ),
    (
      ["act", "--heads", "h", "--out", "o", "--focal", "0"],
      "'--focal' must be 0.5 to 50.0, not 0.0"
    ),
    (
      ["model", "card", "--text", "t"],
      "'--text' and '--out' belong together: a new card needs a new file"
    ),
    (
      ["fit-motion", "--regression", "default"],
      "'--regression' needs '--check': a video to check it on"
    ),
  ])
  func numbersThatLeadNowhereAreRefused(_ arguments: [String], _ sentence: String) throws {
    let result = try Program(arguments, in: shop.folder).result()
    #expect(result.status == 64)
    #expect(result.errorLines.first == "Error: \(sentence)")
    #expect(try shop.names == [])
  }

  @Test func aProgramWithoutItsFilesSaysWhereTheyBelong() throws {
    let files = FileManager.default
    try files.copyItem(atPath: try Program.place.path, toPath: shop.path("pvpipe"))
    for module in ["Faces", "Stages"] {
      try files.createDirectory(
        atPath: shop.path("pvpipe_\(module).resources"), withIntermediateDirectories: false)
    }
    let program = URL(fileURLWithPath: shop.path("pvpipe"))
    let result = try Program(program, ["doctor"], in: shop.folder).result()
    #expect(result.status == 0)
    let model = shop.path("pvpipe_Stages.resources/Resources/default-model.safetensors")
    #expect(result.output.contains("missing at \(model); "), "\(result.output)")
    #expect(result.output.contains("pvpipe_Faces.resources beside the program"))
    let run = try Program(program, ["model", "info"], in: shop.folder).result()
    #expect(run.status == 1)
    #expect(run.errors == "Error: \(model): cannot be read\n")
  }

  @Test(.enabled(if: Shared.has("data/heads")))
  func whoInterruptsActFindsNothingHalfMade() throws {
    for signal in [SIGINT, SIGTERM] {
      let heads = Shared.folder.appendingPathComponent("data/heads").path
      let program = try Program(
        ["act", "--heads", heads, "--out", "a.mp4", "--seconds", "600"], in: shop.folder)
      while program.isRunning, try shop.names.isEmpty { usleep(20_000) }
      program.send(signal)
      #expect(program.result().status == 130)
      #expect(try shop.names == [])
    }
  }
}
