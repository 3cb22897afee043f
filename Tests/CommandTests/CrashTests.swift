import Foundation
import TestSupport
import Testing

/// Crashes of the program itself, of its own or by a plug-in's fault.
@Suite(.enabled(if: Workshop.hasCommands)) struct CrashTests {
  let shop: Workshop

  init() throws { shop = try Workshop("crash") }

  /// A stage that ends the program at the third frame.
  static let plugin = """
    import Glibc
    import Pipeline
    import Stages

    struct Crash: Stage {
      static let name = "crash"
      static let summary = "Crashes at the third frame."
      static let frames = Port<Frames>("frames")
      static let crashed = Port<Frames>("crashed")
      static let inputs: [any AnyPort] = [frames]
      static let outputs: [any AnyPort] = [crashed]

      @Parameter("How: pointer, bounds, message or abort.") var how = "pointer"

      func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
        Ports(
          Self.crashed,
          inputs[Self.frames].eachFrame { [how] frame in
            guard frame.index == 2 else { return frame }
            var changed = frame
            switch how {
            case "pointer": UnsafeMutablePointer<Int>(bitPattern: 8 + frame.index)?.pointee = 1
            case "bounds": changed.pixels[frame.pixels.count + frame.index] = 1
            case "message": fatalError("this is enough")
            default: abort()
            }
            return changed
          })
      }
    }

    @_cdecl("pvpipe_plugin")
    public func plugin() -> UnsafeMutableRawPointer { Plugin.handOver([Crash.self]) }
    """

  @Test func aPluginThatCrashesIsNamedAndLeavesNothing() throws {
    try Self.plugin.write(toFile: shop.path("Crash.swift"), atomically: true, encoding: .utf8)
    let script = Shared.root.appendingPathComponent("examples/plugin/build.sh").path
    try shop.command(
      "bash", [script, shop.path("Crash.swift"), shop.path("libcrash.so")],
      environment: ["PVPIPE_BUILD": Program.folder().path])
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 in.mkv")
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "crash", "use": "crash", "from": {"frames": "video.frames"}},
        {"id": "out", "use": "encode", "with": {"path": "new/deep/out.mkv"},
         "from": {"frames": "crash.crashed"}}
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let before = try shop.names
    for (how, signal, word) in [
      ("pointer", SIGSEGV, "segmentation fault"), ("bounds", SIGILL, "illegal instruction"),
      ("message", SIGILL, "illegal instruction"), ("abort", SIGABRT, "aborted"),
    ] {
      let result = try Program(
        ["run", "p.json", "--quiet", "--plugin", "libcrash.so", "--set", "crash.how=\(how)"],
        in: shop.folder
      ).result()
      #expect(result.status == signal, "\(how)")
      #expect(
        result.errorLines.last == "p.json: the plug-in 'libcrash.so' crashed (\(word))",
        "\(how): \(result.errors)")
      #expect(try shop.names == before, "\(how)")
    }
  }

  /// The program is hit from outside, in the middle of a file and of numbered pictures.
  @Test(arguments: ["new/out.mp4", "new/%03d.png"])
  func aCrashLeavesNoPartialFile(_ output: String) throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 in.mkv")
    let frame = "head -c $((3 * PVPIPE_WIDTH * PVPIPE_HEIGHT))"
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "hand", "use": "external", "from": {"frames": "video.frames"}, "with":
         {"command": ["sh", "-c", "for i in 1 2 3 4 5 6 7 8; do \(frame); done; kill -SEGV $PPID; exec tail -f /dev/null"]}},
        {"id": "out", "use": "encode", "with": {"path": "\(output)"},
         "from": {"frames": "hand.frames"}}
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let result = try Program(["run", "p.json", "--quiet"], in: shop.folder).result()
    #expect(result.status == SIGSEGV)
    #expect(result.errors == "p.json: crashed (segmentation fault)\n")
    #expect(try shop.names == ["in.mkv", "p.json"])
  }

  @Test func aCrashIsOneItemOfABatch() throws {
    for (name, size) in [("a", "64x48"), ("b", "32x24"), ("c", "64x48")] {
      try shop.ffmpeg("-f lavfi -i testsrc2=size=\(size):duration=1 -c:v ffv1 \(name).mkv")
    }
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "hand", "use": "external", "from": {"frames": "video.frames"}, "with":
         {"command": ["sh", "-c", "[ $PVPIPE_WIDTH = 64 ] || { kill -SEGV $PPID; exec tail -f /dev/null; }; exec cat"]}},
        {"id": "out", "use": "encode", "with": {"path": "out.mkv"}, "from": {"frames": "hand.frames"}}
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let result = try Program(
      ["batch", "p.json", "--each", "video.path=*.mkv", "--out", "all", "--threads", "1"],
      in: shop.folder
    ).result()
    #expect(result.status == 75)
    #expect(
      result.errors.contains("b: the task was ended by signal 11 (segmentation fault)"),
      "\(result.errors)")
    let made = try FileManager.default.subpathsOfDirectory(atPath: shop.path("all"))
    #expect(made.filter { $0.hasSuffix("out.mkv") }.sorted() == ["a/out.mkv", "c/out.mkv"])
    #expect(!made.contains { $0.contains(".partial-") }, "\(made)")
    let log = try String(contentsOfFile: shop.path("all/logs/b.log"), encoding: .utf8)
    #expect(log.contains("b: crashed (segmentation fault)\n"), "\(log)")
  }
}
