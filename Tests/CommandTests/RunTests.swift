import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct RunTests {
  let shop: Workshop

  init() throws { shop = try Workshop("run") }

  /// Runs the roundtrip in the workshop.
  func roundtrip(_ source: String, _ output: String, _ more: String...) throws -> Program.Result {
    try Program(arguments(source, output) + more, in: shop.folder).result()
  }

  func arguments(_ source: String, _ output: String) -> [String] {
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    return [
      "run", document, "--set", "source.path=\(source)", "--set", "output.path=\(output)",
      "--quiet",
    ]
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func aVideoIsWrittenBelowTheFolderThatIsGiven() throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    let result = try roundtrip("in.mkv", "a/b.mkv", "--out", "results")
    #expect(result.status == 0)
    #expect(result.output == "" && result.errors == "")
    #expect(try shop.names == ["in.mkv", "results"])
    let packets = try shop.probe(
      shop.path("results/a/b.mkv"), stream: "v", entries: "packet=pts_time")
    #expect(packets.count == 25)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func progressIsPlainLinesWithoutATerminal() throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    let words = arguments("in.mkv", "out.mkv").filter { $0 != "--quiet" }
    let result = try Program(words, in: shop.folder).result()
    #expect(result.status == 0)
    #expect(!result.errors.contains("\r") && !result.errors.contains("\u{1B}"))
    #expect(result.errorLines.first == "[1/2] source: decode")
    #expect(result.errorLines.contains("[2/2] output: encode"))
    #expect(result.errors.contains("[2/2] output: wrote \(shop.path("out.mkv"))"))
  }

  @Test func aDryRunListsTheSteps() throws {
    let result = try roundtrip("no.mp4", "out.mp4", "--dry-run")
    #expect(result.status == 70)
    #expect(result.errors.hasSuffix("roundtrip.json: /stages/0 (source): no.mp4: does not exist\n"))
    #expect(
      result.lines == [
        "[1/2] source (decode): would run: it is not kept",
        "[2/2] output (encode): would run: 'path' names a file that is not there",
      ])
  }

  @Test(.enabled(if: Device.gpu == nil, "there is a GPU"), arguments: ["run", "pretrain"])
  func aDeviceThatIsNotThereIsRefused(_ command: String) throws {
    let words = command == "run" ? [command, "x.json"] : [command, "--heads", "x", "--out", "y"]
    let result = try Program(words + ["--device", "cuda"], in: shop.folder).result()
    #expect(result.status == 64)
    #expect(
      result.errors.contains("'--device cuda': libtorch \(Torch.version) finds no CUDA device"))
    #expect(try shop.names == [])
  }

  enum Bad: String, CaseIterable { case truncated, audio, text, missing, folder, empty }

  @Test(.enabled(if: Workshop.hasCommands), arguments: Bad.allCases)
  func aBadInputIsOneSentenceAndLeavesNothing(_ bad: Bad) throws {
    let path = shop.path("\(bad).mp4")
    let message: String
    switch bad {
    case .truncated:
      try shop.ffmpeg(
        "-f lavfi -i testsrc2=size=320x240:duration=4 -movflags faststart \(shop.path("whole.mp4"))"
      )
      let data = try Data(contentsOf: URL(fileURLWithPath: shop.path("whole.mp4")))
      try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
      message = "is truncated"
    case .audio:
      try shop.ffmpeg("-f lavfi -i sine=duration=1 \(path)")
      message = "has no video stream, only audio (aac)"
    case .text:
      try "This is not a video.\n".write(toFile: path, atomically: true, encoding: .utf8)
      message = "is not a media file"
    case .missing: message = "does not exist"
    case .folder:
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      message = "is a folder, not a media file"
    case .empty:
      try Data().write(to: URL(fileURLWithPath: path))
      message = "is"
    }
    let before = try shop.names
    let result = try roundtrip(path, "new/out.mp4")
    #expect(result.status == 70)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.contains("roundtrip.json: /stages/0 (source): \(path): \(message)"),
      "\(result.errors)")
    #expect(try shop.names == before)
  }

  @Test(
    .enabled(if: Workshop.hasCommands),
    arguments: [
      ("file/out.mp4", "is not a folder"),
      ("file/deep/out.mp4", "is not a folder"),
      ("folder.mp4", "is a folder, not a file"),
    ])
  func anUnwritableOutputIsOneSentenceAndLeavesNothing(_ path: String, _ message: String) throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    try Data().write(to: URL(fileURLWithPath: shop.path("file")))
    try FileManager.default.createDirectory(
      atPath: shop.path("folder.mp4"), withIntermediateDirectories: false)
    let result = try roundtrip("in.mkv", path)
    #expect(result.status == 70)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("/stages/1 (output): "), "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(try shop.names == ["file", "folder.mp4", "in.mkv"])
  }

  @Test func anOutputThatCannotBeIsFoundBeforeTheRun() throws {
    let result = try roundtrip("no.mp4", "out.gif")
    #expect(result.status == 65)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains("/stages/1/with/path: 'path' cannot be written: ends in '.gif'"))
  }

  @Test(arguments: [
    ["run"], ["run", "p.json", "--device", "tpu"], ["run", "p.json", "--threads", "0"], ["fly"],
    ["stages", "decod"],
  ])
  func wrongUsageIs64(_ arguments: [String]) throws {
    #expect(try Program(arguments).result().status == 64)
  }

  @Test func aWrongSettingIs64AndNamesTheNearest() throws {
    let result = try Program.run(
      "run", "pipelines/roundtrip.json", "--set", "soure.path=a.mp4")
    #expect(result.status == 64)
    #expect(
      result.errors
        == "--set soure.path: no stage has the id 'soure'; did you mean 'source'?\n")
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: [SIGINT, SIGTERM])
  func aSignalLeavesNoPartialFile(_ signal: Int32) throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=640x480:duration=20 -preset ultrafast \(shop.path("in.mp4"))")
    let program = try Program(arguments("in.mp4", "out.mp4"), in: shop.folder)
    // As soon as the partial file is there, the program is in the middle of its work.
    while program.isRunning, try shop.names == ["in.mp4"] {}
    #expect(try shop.names.contains { $0.hasPrefix(".out.mp4.partial-") })
    program.send(signal)
    let result = program.result()
    #expect(result.status == 130)
    #expect(result.errorLines.count == 1 && result.errors.hasSuffix(": interrupted\n"))
    #expect(try shop.names == ["in.mp4"])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func memoryDoesNotGrowWithTheVideo() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=1280x720:duration=16 -preset ultrafast \(shop.path("in.mp4"))")
    func peak(frames: Int) throws -> Int {
      let words = arguments("in.mp4", "out\(frames).mp4")
      let program = try Program(
        words + ["--set", "output.quality=40", "--set", "source.count=\(frames)"], in: shop.folder)
      let peak = program.peakMemory()
      #expect(program.result().status == 0)
      return peak
    }
    // 300 more frames of 2.8 MB would be 830 MB.
    let (short, long) = (try peak(frames: 100), try peak(frames: 400))
    #expect(short > 0 && long - short < 100_000, "\(short) KiB, then \(long) KiB")
  }
}
