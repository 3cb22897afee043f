import Foundation
import TestSupport
import Testing

/// A task of a batch that a scheduler ends and starts again.
@Suite struct BatchCheckpointTests {
  @Test(.timeLimit(.minutes(30))) func aTaskThatIsTerminatedGoesOnFromItsLastStep() throws {
    let room = try CacheTests()
    let shop = room.shop
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    let cache = shop.path("tasks")
    func listed() throws -> Program.Result {
      let words = ["batch", room.document, "--each", "video.path=\(actor)", "--out", "queue"]
      let settings = ["latents.styleSteps=2000", "out.path=copy.mkv"].flatMap { ["--set", $0] }
      return try Program(
        words + settings + ["--threads", "1", "--engine", "command"], in: shop.folder, cache: cache
      ).result()
    }
    let list = try listed()
    let line = try #require(list.lines.first, "\(list.errors)")
    func task() throws -> Program {
      try Program(
        URL(fileURLWithPath: "/bin/sh"), ["-c", "exec \(line)"], in: shop.folder,
        environment: ["PVPIPE_CACHE": cache])
    }
    func said() -> String {
      (try? String(contentsOfFile: shop.path("queue/logs/actor.log"), encoding: .utf8)) ?? ""
    }
    let first = try task()
    while first.isRunning, !said().contains("latents: inversion") { sched_yield() }
    // Landmarks take a third of a second; a checkpoint is due after half a minute.
    let begun = first.work
    while first.isRunning, first.work < begun + 1.5 { sched_yield() }
    first.send(SIGTERM)
    #expect(first.result().status == 130)
    #expect(said().contains("was interrupted before it was done"))
    #expect(try room.cacheCommand("list", of: "tasks").contains("unfinished"))

    let second = try task()
    while second.isRunning, !said().contains("latents: goes on from its checkpoint, ") {
      sched_yield()
    }
    second.send(SIGTERM)
    #expect(second.result().status == 130, "\(said())")
  }
}
