import Foundation
import TestSupport
import Testing

/// Plug-ins that are compiled here, good and bad.
@Suite struct PluginTests {
  let shop: Workshop

  init() throws { shop = try Workshop("plugin") }

  /// Compiles Swift as the example is compiled.
  func compile(_ source: String, to name: String) throws -> String {
    let script = Shared.root.appendingPathComponent("examples/plugin/build.sh").path
    let path = shop.path(name)
    try shop.command(
      "bash", [script, source, path], environment: ["PVPIPE_BUILD": Program.folder().path])
    return path
  }

  /// Compiles a C library whose plug-in hands over a block with the text of an interface.
  func library(_ interface: String) throws -> String {
    let path = shop.path("lib.so")
    let text = interface.replacing("\n", with: "\\n")
    let source = """
      struct { void *stages; char text[200]; } block = {0, "\(text)"};
      void *pvpipe_plugin(void) { return &block; }
      """
    try compileC(source, to: path)
    return path
  }

  func compileC(_ source: String, to path: String) throws {
    try source.write(toFile: "\(path).c", atomically: true, encoding: .utf8)
    try shop.command("clang", ["-shared", "-fPIC", "-o", path, "\(path).c"])
  }

  /// The sentence that refuses a library.
  func refusal(of path: String) throws -> String {
    let result = try Program.run("stages", "--plugin", path)
    #expect(result.status == 64)
    return result.errorLines.first ?? ""
  }

  @Test func theExampleIsListedCheckedAndRun() throws {
    let source = Shared.root.appendingPathComponent("examples/plugin/Mirror.swift").path
    let plugin = try compile(source, to: "libmirror.so")
    let listing = try Program.run("stages", "mirror", "--plugin", plugin)
    #expect(listing.output.contains("  start = 0\n    The first frame that is mirrored."))
    let check = try Program.run("stages", "mirror", "--check", "--plugin", plugin)
    #expect(check.output == "mirror: no law is broken\n")
    let document = Shared.root.appendingPathComponent("examples/plugin/mirror.json").path
    #expect(try Program.run("validate", document).status == 65)
    #expect(try Program.run("validate", document, "--plugin", plugin).status == 0)
    let result = try Program.run(
      "run", document, "--plugin", plugin, "--set", "output.path=\(shop.path("%d.png"))", "--set",
      "video.path=\(shop.path("in.png"))", "--set", "video.count=1", "--quiet")
    // The picture is missing: what fails is decode, not the plug-in.
    #expect(result.status == 70 && result.errors.contains("/stages/0 (video)"), "\(result.errors)")
    let schema = try Program.run("schema", "--plugin", plugin)
    #expect(schema.output.contains("\"const\" : \"mirror\""))
    let twice = try Program.run("stages", "--plugin", plugin, "--plugin", plugin)
    #expect(twice.errors.contains("libmirror.so: there is a stage 'mirror' already"))
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aPluginSwapsLeftAndRight() throws {
    let source = Shared.root.appendingPathComponent("examples/plugin/Mirror.swift").path
    let plugin = try compile(source, to: "libmirror.so")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 1 \(shop.path("in.png"))")
    try shop.ffmpeg("-i \(shop.path("in.png")) -vf hflip -f rawvideo \(shop.path("want.raw"))")
    let document = Shared.root.appendingPathComponent("examples/plugin/mirror.json").path
    let result = try Program.run(
      "run", document, "--plugin", plugin, "--set", "output.path=\(shop.path("out.png"))", "--set",
      "video.path=\(shop.path("in.png"))", "--quiet")
    #expect(result.status == 0, "\(result.errors)")
    try shop.ffmpeg("-i \(shop.path("out.png")) -f rawvideo \(shop.path("got.raw"))")
    let got = try Data(contentsOf: URL(fileURLWithPath: shop.path("got.raw")))
    #expect(got.count == 9216)
    #expect(try got == Data(contentsOf: URL(fileURLWithPath: shop.path("want.raw"))))

    // A batch hands the library on to its tasks, and begins anew when it is another one.
    let words = [
      "batch", document, "--plugin", plugin, "--each", "video.path=\(shop.path("in.png"))", "--set",
      "output.path=out.png", "--out", shop.path("batch"), "--quiet",
    ]
    let batch = try Program(words, in: shop.folder).result()
    #expect(batch.status == 0, "\(batch.errors)")
    try shop.ffmpeg("-i \(shop.path("batch/in/out.png")) -f rawvideo \(shop.path("item.raw"))")
    #expect(try got == Data(contentsOf: URL(fileURLWithPath: shop.path("item.raw"))))
    #expect(try Program(words + ["--dry-run"], in: shop.folder).result().output == "")
    try (Data(contentsOf: URL(fileURLWithPath: plugin)) + Data([0])).write(
      to: URL(fileURLWithPath: plugin))
    #expect(try Program(words + ["--dry-run"], in: shop.folder).result().lines.count == 1)
  }

  @Test func anotherVersionIsRefused() throws {
    #expect(
      try refusal(of: library("9.9.9\n6.3\n[1]")).hasSuffix(
        "lib.so: was compiled for pvpipe 9.9.9, not 0.1.0; "
          + "build it again with this program's modules"))
  }

  @Test func anotherCompilerIsRefused() throws {
    #expect(
      try refusal(of: library("0.1.0\n5.9\n[1]")).contains(
        "lib.so: was compiled by Swift 5.9, but this program by Swift 6."))
  }

  @Test func anotherBuildIsRefused() throws {
    let compiler =
      try refusal(of: library("0.1.0\n5.9\n[1]"))
      .firstMatch(of: /program by Swift ([^;]+);/)?.1 ?? ""
    #expect(
      try refusal(of: library("0.1.0\n\(compiler)\n[1, 2]")).contains(
        "lib.so: was compiled against another build of pvpipe 0.1.0; build it again"))
  }

  @Test func anEmptyInterfaceIsRefused() throws {
    #expect(
      try refusal(of: library("")).hasSuffix("lib.so: does not say what it was compiled for"))
  }

  @Test func aCopyOfTheModulesIsRefused() throws {
    // A class of another library, where the program's own is wanted.
    let source = """
      import Stages
      final class Copy {}
      @_cdecl("pvpipe_plugin")
      public func plugin() -> UnsafeMutableRawPointer {
        let block = Plugin.handOver([])
        block.storeBytes(of: Unmanaged.passRetained(Copy()).toOpaque(), as: UnsafeMutableRawPointer.self)
        return block
      }
      """
    try source.write(toFile: shop.path("Copy.swift"), atomically: true, encoding: .utf8)
    let plugin = try compile(shop.path("Copy.swift"), to: "libcopy.so")
    #expect(try refusal(of: plugin).contains("libcopy.so: holds a copy of this program's modules"))
  }

  @Test func aSymbolThatIsGoneIsNamed() throws {
    let path = shop.path("lib.so")
    let source = """
      void gone(void) __asm__("$s8Pipeline4GoneV");
      void *pvpipe_plugin(void) { gone(); return 0; }
      """
    try compileC(source, to: path)
    #expect(
      try refusal(of: path).contains(
        "lib.so: was built against another pvpipe, which had $s8Pipeline4GoneV; build it again"))
  }

  @Test func whatIsNoPluginIsRefused() throws {
    try compileC("int nothing;", to: shop.path("lib.so"))
    #expect(
      try refusal(of: shop.path("lib.so")).hasSuffix(
        "lib.so: has no function 'pvpipe_plugin' and is no plug-in"))
    try "words".write(toFile: shop.path("words.so"), atomically: true, encoding: .utf8)
    #expect(
      try refusal(of: shop.path("words.so")).hasSuffix(
        "words.so: is no library that can be loaded: file too short"))
    #expect(
      try refusal(of: shop.path("word.so")).hasSuffix(
        "word.so: does not exist; did you mean '\(shop.path("words.so"))'?"))
    #expect(try refusal(of: shop.folder.path).hasSuffix("is a folder, not a library"))
  }
}
