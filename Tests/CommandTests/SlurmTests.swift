import Foundation
import TestSupport
import Testing

/// Batches on a real Slurm.
@Suite struct SlurmTests {
  let room: BatchWorkshop

  init() throws { room = try BatchWorkshop() }

  @Test(.enabled(if: Workshop.hasCommands && SlurmNode.isInstalled))
  func tenItemsEndAsTheyShould() throws {
    // Arrays end at number 6, so that ten items need two.
    let node = try SlurmNode(limit: 7)
    try room.film("a.mkv", "b.mkv", "d.mkv", "f.mkv", "g.mkv", "i.mkv", "日本 語.mkv")
    try room.film("e killed.mkv", "h stopped.mkv", size: "640x480", seconds: 6)
    try room.truncate("c broken.mp4")
    func batch(_ more: String...) throws -> Program {
      try Program(
        room.words("--engine", "slurm") + more, in: room.folder,
        environment: node.environment)
    }
    let names = ["a", "b", "c broken", "d", "e killed", "f", "g", "h stopped", "i", "日本 語"]
    let program = try batch("--wait", "--time", "5", "--memory", "0", "--partition", "all")
    var (isKilled, isStopped) = (false, false)
    while program.isRunning, !isKilled || !isStopped {
      sched_yield()
      if !isKilled, room.names("logs").contains("e killed.log"), let task = room.tasks(4).first {
        isKilled = kill(task.process, SIGKILL) == 0
      }
      // What Slurm sends a minute before the time is over goes to the script.
      if !isStopped, !room.names("h stopped").isEmpty, let task = room.tasks(7).first {
        isStopped = kill(task.parent, SIGTERM) == 0
      }
    }
    let result = program.result()
    #expect(result.status == 75, "\(result.errors)")
    #expect(result.output == "9 of 10 done, 1 failed; see \(room.out)/report.html\n")
    #expect(result.errors.contains("c broken: /stages/0 (source): "), "\(result.errors)")
    let told = try room.summary()
    #expect(told.items.map(\.id) == names)
    #expect(told.items.filter { $0.state != "done" }.map(\.id) == ["c broken"])
    #expect(
      told.items.filter { $0.attempts == 2 }.map(\.id) == ["e killed", "h stopped"],
      "\(told.items.map(\.attempts))")
    let log = try String(contentsOfFile: "\(room.out)/logs/h stopped.log", encoding: .utf8)
    #expect(log.contains("h stopped: was interrupted before it was done"))
    #expect(room.names("h stopped") == ["copy.mkv"])
    let first = try String(contentsOfFile: "\(room.out)/items-1.sbatch", encoding: .utf8)
    let second = try String(contentsOfFile: "\(room.out)/items-2.sbatch", encoding: .utf8)
    #expect(first.contains("--array=0-6\n") && second.contains("--array=0-2\n"))
    #expect(FileManager.default.fileExists(atPath: "\(room.out)/report.html"))
    #expect(try room.waiting() == ["c broken"])
  }
}
