import Foundation
import TestSupport
import Testing

/// The command `train` on clips of noise, killed and resumed.
@Suite(.enabled(if: Workshop.hasCommands)) struct TrainCommandTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop("train")
    for name in ["recrop_faces", "smoothed_camera2world"] {
      try FileManager.default.createDirectory(
        atPath: workshop.path(name), withIntermediateDirectories: true)
    }
    let label = """
      1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.9, 0, 0, 0, 1, 4.2647, 0, 0.5, 0, 4.2647, 0.5, 0, 0, 1
      """
    let cameras = (0..<20).map { "[\($0), [\(label)]]" }.joined(separator: ", ")
    for (name, source) in [("a", "testsrc"), ("b", "mandelbrot")] {
      try workshop.ffmpeg(
        "-f lavfi -i \(source)=size=64x64:rate=25 -frames:v 20 -pix_fmt yuv420p "
          + "recrop_faces/\(name).mp4")
      try write("[\(cameras)]", "smoothed_camera2world/\(name).json")
    }
    try write("a.mp4\nb.mp4\n", "voxceleb.list")
    try write(document(), "tiny.json")
  }

  private func document(_ more: String = "") -> String {
    """
    {"data": {"clips": "."}, "out": "run", "model": "tiny", "batch": 2, "updates": 24,
     "discriminators": {"mappingLayers": 2}, "checkpointEvery": 5, "sheetEvery": 10,
     "threads": 1\(more)}
    """
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: workshop.path(name)))
  }

  private func run(_ arguments: String...) throws -> Program.Result {
    try Program(["train"] + arguments, in: workshop.folder).result()
  }

  private struct Line: Decodable, Equatable {
    let update, samples: Int
    let augmentation: Double
    let gmain_image, gmain_video, dmain_image, dmain_video: Float
    let greg, r1_image, r1_video: Float?
    let sign_real_image, sign_fake_image, sign_real_video, sign_fake_video: Float
  }

  /// The lines of a log that are whole.
  private func lines(_ folder: String) -> [Line] {
    let text = try? String(contentsOfFile: workshop.path("\(folder)/log.jsonl"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  /// Starts a training and waits for some lines of its log.
  private func started(_ folder: String, lines count: Int) throws -> Program {
    let program = try Program(["train", "tiny.json", "--out", folder], in: workshop.folder)
    while program.isRunning, lines(folder).count < count {}
    return program
  }

  private struct Checkpoint {
    let tensors: Data
    let updates: String?

    init(path: String) throws {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.1) << (8 * $1.0) }
      let json = try JSONSerialization.jsonObject(with: data.subdata(in: 8..<8 + length))
      let metadata = (json as? [String: Any])?["__metadata__"] as? [String: String]
      updates = metadata?["updates"]
      tensors = data.subdata(in: 8 + length..<data.count)
    }
  }

  private func checkpoint(_ folder: String) throws -> Checkpoint {
    try Checkpoint(path: workshop.path("\(folder)/checkpoint.safetensors"))
  }

  @Test func aKilledTrainingGoesOnWithTheSameNumbers() throws {
    let whole = try run("tiny.json")
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.errors.contains("24 of 24"))
    let program = try started("killed", lines: 13)
    program.send(SIGKILL)
    #expect(program.result().status == SIGKILL)
    let updates = try #require(Int(try checkpoint("killed").updates ?? ""))
    #expect((10..<24).contains(updates) && updates % 5 == 0)
    #expect(try checkpoint("killed").tensors != checkpoint("run").tensors)
    let resumed = try run("--resume", "killed")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try checkpoint("killed").updates == "24")
    #expect(try checkpoint("killed").tensors == checkpoint("run").tensors)
    for name in ["model.safetensors", "sheets/00000010.png", "sheets/00000020.png"] {
      let (one, other) = try (
        Data(contentsOf: URL(fileURLWithPath: workshop.path("run/\(name)"))),
        Data(contentsOf: URL(fileURLWithPath: workshop.path("killed/\(name)")))
      )
      #expect(one == other, "\(name)")
    }
    #expect(lines("run").map(\.update) == Array(1...24))
    #expect(lines("killed") == lines("run"))
  }

  @Test func anInterruptedTrainingLeavesACheckpointOfItsLastUpdate() throws {
    let program = try started("stopped", lines: 2)
    program.send(SIGINT)
    let result = program.result()
    #expect(result.status == 130)
    #expect(result.errorLines.last == "tiny.json: interrupted")
    let count = lines("stopped").count
    #expect(count < 24)
    #expect(try checkpoint("stopped").updates == "\(count)")
    let files = try FileManager.default.contentsOfDirectory(atPath: workshop.path("stopped"))
    #expect(
      files.sorted() == [
        "checkpoint.safetensors", "config.json", "index.html", "log.jsonl", "losses.png",
        "model.safetensors", "sheets",
      ])
    #expect(try run("--resume", "stopped", "--until", "\(count + 2)").status == 0)
    #expect(lines("stopped").map(\.update) == Array(1...count + 2))
  }

  /// Two processes that meet on this machine, against one with the whole batch; augmentation adapts in both.
  @Test func twoProcessesTrainAsOne() throws {
    let more = #", "augment": {"kind": "adaptive", "target": -0.9, "span": 20}"#
    // Groups of one pair, for groups of more lie within a process.
    let text = document(more).replacing(
      #""mappingLayers": 2"#, with: #""mappingLayers": 2, "groupSize": 1"#)
    try write(text, "shared.json")
    #expect(try run("shared.json", "--out", "alone", "--until", "6").status == 0)
    let port = try Together.freePort()
    let programs = try (0..<2).map { rank in
      try Program(
        ["train", "shared.json", "--out", "both", "--until", "6"], in: workshop.folder,
        environment: [
          "RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
          "MASTER_PORT": "\(port)",
        ])
    }
    for result in programs.map({ $0.result() }) { #expect(result.status == 0, "\(result.errors)") }
    let (alone, both) = (lines("alone"), lines("both"))
    #expect(alone.map(\.update) == Array(1...6))
    #expect(both.map(\.update) == Array(1...6))
    for (one, other) in zip(alone, both) {
      // Adam without momentum turns rounding near zero gradients into whole steps, which add up.
      let bound: Float = one.update == 1 ? 1e-5 : 1e-2
      for (a, b) in [
        (one.gmain_image, other.gmain_image), (one.gmain_video, other.gmain_video),
        (one.dmain_image, other.dmain_image), (one.dmain_video, other.dmain_video),
      ] { #expect(abs(a - b) <= bound * max(abs(a), 0.1), "\(one.update): \(a), \(b)") }
    }
    #expect(alone[0].augmentation == 0.2)
    #expect(both.map(\.augmentation) == alone.map(\.augmentation))
  }

  @Test func whatCannotBeTrainedIsSaidInOneLine() throws {
    try write(document(#", "batchh": 1"#), "wrong.json")
    let wrong = try run("wrong.json")
    #expect(wrong.status == 65)
    #expect(
      wrong.errorLines == [
        "wrong.json: /batchh: a training has no key 'batchh'; did you mean 'batch'?"
      ])
    let absent = try run("absent.json")
    #expect(absent.status == 65)
    #expect(absent.errorLines == ["absent.json: there is no such file"])
    #expect(try run().status == 64)
    #expect(try run("--resume", "nowhere").errorLines.count == 1)
    #expect(try run("tiny.json", "--until", "1").status == 0)
    let again = try run("tiny.json")
    #expect(again.status == 65)
    #expect(again.errors.contains("already holds a training; go on with '--resume"))
    try write(document(#", "seed": 7"#), "other.json")
    let other = try run("other.json", "--resume", "run")
    #expect(other.status == 65)
    #expect(other.errors.hasPrefix("other.json: /seed: is not what "))
    #expect(try run("tiny.json", "--resume", "run", "--until", "2").status == 0)
  }
}
