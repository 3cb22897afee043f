import Foundation
import TestSupport
import Testing

/// Programs that `pvpipe` runs, and its own bad end.
@Suite struct ExternalCommandTests {
  @Test(
    .enabled(if: Workshop.hasCommands), .timeLimit(.minutes(30)),
    arguments: [SIGKILL, SIGINT, SIGTERM])
  func aProgramNeverOutlivesTheRun(_ signal: Int32) throws {
    let shop = try Workshop("external")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "stuck", "use": "external", "from": {"frames": "video.frames"},
         "with": {"command": ["sh", "-c", "echo $$ > pid; exec tail -f /dev/null"]}},
        {"id": "out", "use": "encode", "from": {"frames": "stuck.frames"},
         "with": {"path": "out.mkv"}}
      ]}
      """
    try document.write(toFile: shop.path("stuck.json"), atomically: true, encoding: .utf8)
    let program = try Program(["run", "stuck.json", "--quiet"], in: shop.folder)
    while program.isRunning, (try? ProgramTrace(at: shop.path("pid"))) == nil {}
    let child = try ProgramTrace(at: shop.path("pid"))
    #expect(child.isAlive)
    program.send(signal)
    let result = program.result()
    #expect(result.status == (signal == SIGKILL ? SIGKILL : 130))
    while child.isAlive {}
    #expect(try shop.names == ["in.mkv", "pid", "stuck.json"])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func whatAProgramMakesIsMadeAnewWhenItChanges() throws {
    let shop = try Workshop("external")
    try shop.ffmpeg(
      "-f lavfi -i color=gray:size=64x48:duration=0.2 -c:v ffv1 \(shop.path("in.mkv"))")
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "hand", "use": "external", "from": {"frames": "video.frames"},
         "with": {"command": ["sh", "grade.sh"]}},
        {"id": "out", "use": "encode", "from": {"frames": "hand.frames"},
         "with": {"path": "out.mkv", "codec": "ffv1"}}
      ]}
      """
    func run(_ script: String) throws -> Program.Result {
      try script.write(toFile: shop.path("grade.sh"), atomically: true, encoding: .utf8)
      let result = try Program(["run", "p.json"], in: shop.folder, cache: shop.path("cache"))
        .result()
      #expect(result.status == 0, "\(result.errors)")
      return result
    }
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    #expect(try run("exec cat").errors.contains("out: wrote"))
    let first = try shop.digest(shop.path("out.mkv"))
    #expect(try run("exec cat").errors.contains("is as it was written"))
    #expect(try run("exec tr '\\200' '\\100'").errors.contains("out: wrote"))
    #expect(try shop.digest(shop.path("out.mkv")) != first)
    #expect(try run("exec cat").errors.contains("is not as it was written, and is made anew"))
    #expect(try shop.digest(shop.path("out.mkv")) == first)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aProgramThatDiesIsOneSentence() throws {
    let shop = try Workshop("external")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mkv"}},
        {"id": "dies", "use": "external", "from": {"frames": "video.frames"},
         "with": {"command": ["sh", "-c", "head -c 9216; echo no more >&2; exit 9"]}},
        {"id": "out", "use": "encode", "from": {"frames": "dies.frames"},
         "with": {"path": "out.mkv"}}
      ]}
      """
    try document.write(toFile: shop.path("dies.json"), atomically: true, encoding: .utf8)
    let result = try Program(["run", "dies.json", "--quiet"], in: shop.folder).result()
    #expect(result.status == 70)
    #expect(
      result.errors == "dies.json: /stages/1 (dies): frame 1: 'sh -c head -c 9216; echo no more "
        + ">&2; exit 9' ended with exit code 9; it said: no more\n")
    #expect(try shop.names == ["dies.json", "in.mkv"])
  }
}
