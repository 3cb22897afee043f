import Foundation
import TestSupport
import Testing

@Suite struct BatchCommandTests {
  let room: BatchWorkshop

  init() throws { room = try BatchWorkshop() }

  @Test(.enabled(if: Workshop.hasCommands)) func onlyWhatIsMissingOrChangedIsRunAgain() throws {
    try room.film("a b.mkv", "日本 語.mkv")
    try room.truncate("broken.mp4")
    let first = try room.batch()
    #expect(first.status == 75)
    let source = room.shop.path("clips/broken.mp4")
    #expect(
      first.errorLines.contains { $0.hasPrefix("broken: /stages/0 (source): \(source): is trunc") },
      "\(first.errors)")
    #expect(first.output == "2 of 3 done, 1 failed; see \(room.out)/report.html\n")
    let told = try room.summary()
    #expect(told.items.map(\.id) == ["a b", "broken", "日本 語"])
    #expect(told.items.map(\.state) == ["done", "failed", "done"])
    #expect(told.items[1].failure?.exitCode == 70)
    #expect(room.names("日本 語") == ["copy.mkv"] && room.names("broken") == [])
    let page = try String(contentsOfFile: "\(room.out)/report.html", encoding: .utf8)
    #expect(page.components(separatedBy: "src=\"data:image/jpeg;base64,/9j/").count == 3)
    #expect(page.contains("href=\"%E6%97%A5%E6%9C%AC%20%E8%AA%9E/copy.mkv\""))
    #expect(page.contains("is truncated") && !page.contains("<script"))

    let marker = try room.marker("a b")
    #expect(try room.waiting() == ["broken"])
    // A new time alone changes nothing; a new content does.
    let clips = URL(fileURLWithPath: room.shop.path("clips"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)],
      ofItemAtPath: clips.appendingPathComponent("a b.mkv").path)
    #expect(try room.waiting() == ["broken"])
    try room.film("日本 語.mkv", size: "80x48")
    try FileManager.default.removeItem(at: clips.appendingPathComponent("broken.mp4"))
    try FileManager.default.copyItem(
      at: clips.appendingPathComponent("a b.mkv"), to: clips.appendingPathComponent("broken.mp4"))
    #expect(try room.waiting() == ["broken", "日本 語"])
    let second = try room.batch()
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errorLines.count == 2 && second.output.hasPrefix("3 of 3 done; see "))
    #expect(try room.marker("a b") == marker)
    let frames = try room.shop.probe(
      "\(room.out)/日本 語/copy.mkv", stream: "v", entries: "stream=width")
    #expect(frames == ["80"])

    let third = try room.batch()
    #expect(third.status == 0 && third.errors == "")
    #expect(try room.marker("a b") == marker)
    try FileManager.default.removeItem(atPath: "\(room.out)/a b/copy.mkv")
    #expect(try room.waiting() == ["a b"])
    let settings = try room.batch("--set", "source.count=3", "--dry-run")
    #expect(settings.lines.count == 3)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func failFastStartsNoMore() throws {
    try room.truncate("a.mp4")
    try room.film("b.mkv", "c.mkv")
    let result = try room.batch("--jobs", "1", "--fail-fast")
    #expect(result.status == 75)
    #expect(result.output.hasPrefix("0 of 3 done, 1 failed, 2 unfinished"))
    #expect(try room.waiting() == ["a", "b", "c"])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func parametersArePairedOrCrossed() throws {
    try room.film("1.mkv", "2.mkv")
    let document = Shared.root.appendingPathComponent("pipelines/reenact.json").path
    func list(_ more: String...) throws -> Program.Result {
      try Program(
        [
          "batch", document, "--each", "source.path=clips", "--each", "target.path=clips/*.mkv",
          "--out", "x", "--dry-run",
        ] + more, in: room.folder
      ).result()
    }
    #expect(try list("--zip").lines.map { $0.prefix(3) } == ["1_1", "2_2"])
    #expect(try list("--cross").lines.map { $0.prefix(3) } == ["1_1", "1_2", "2_1", "2_2"])
    let neither = try list()
    #expect(neither.status == 64 && neither.errors.contains("--each: several need --zip"))
    #expect(try room.shop.names == ["clips"])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func nothingStartsWhenTheDocumentIsWrong() throws {
    try room.film("a.mkv")
    for (setting, status, sentence) in [
      ("source.pth=x", 64, "decode has no parameter 'pth'; did you mean 'path'?"),
      ("output.path=x.txt", 65, "/stages/1/with/path"),
      (
        "output.path=/tmp/x.mkv", 65,
        "/stages/1/with/path: must be a path below the item's own folder, without '..', "
          + "not '/tmp/x.mkv'"
      ),
      ("output.path=a/../../x.mkv", 65, "without '..', not 'a/../../x.mkv'"),
    ] {
      let result = try room.batch("--set", setting)
      #expect(result.status == Int32(status) && result.errors.contains(sentence), "\(result)")
      #expect(result.errorLines.count == 1 || status == 64)
    }
    let empty = try room.batch(each: "source.path=*.mov")
    #expect(empty.status == 64)
    #expect(empty.errors.contains("--each source.path: no file matches '*.mov'"))
    #expect(try room.shop.names == ["clips"])
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: [SIGKILL, SIGINT])
  func aBatchThatWasEndedGoesOn(_ signal: Int32) throws {
    try room.film("a.mkv")
    try room.film("b.mkv", size: "640x480", seconds: 8)
    let program = try Program(room.words("--jobs", "1"), in: room.folder)
    while program.isRunning, room.names("b").isEmpty { sched_yield() }
    program.send(signal)
    let result = program.result()
    #expect(result.status == (signal == SIGINT ? 130 : SIGKILL), "\(result.errors)")
    let marker = try room.marker("a")
    // The second call waits for what the first has left at work.
    let again = try room.batch()
    #expect(again.status == 0, "\(again.errors)")
    #expect(try room.marker("a") == marker)
    #expect(room.names("b") == ["copy.mkv"] && room.tasks(1).isEmpty)
    #expect(again.errorLines.count == 1)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aCrashIsToldOrTriedAgain() throws {
    try room.film("a.mkv", size: "640x480", seconds: 2)
    func kill(_ program: Program, times: Int) {
      var killed: Set<Int32> = []
      while program.isRunning, killed.count < times {
        sched_yield()
        for task in room.tasks(0) where killed.insert(task.process).inserted {
          Foundation.kill(task.process, SIGKILL)
        }
      }
    }
    let once = try Program(room.words(), in: room.folder)
    kill(once, times: 1)
    let result = once.result()
    #expect(result.status == 75)
    #expect(result.errors.contains("a: the task was killed by signal 9"), "\(result.errors)")
    #expect(try room.summary().items[0].failure?.exitCode == 137)
    let again = try Program(room.words("--retries", "1"), in: room.folder)
    kill(again, times: 1)
    #expect(again.result().status == 0)
    #expect(try room.summary().items[0].attempts == 2)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func commandsAreForAnyScheduler() throws {
    try room.film("it's 1.mkv")
    try room.truncate("z.mp4")
    let listed = try room.batch("--engine", "command")
    #expect(listed.status == 0 && listed.lines.count == 2, "\(listed.errors)")
    let shell = URL(fileURLWithPath: "/bin/sh")
    let results = try listed.lines.map {
      try Program(shell, ["-c", $0], in: URL(fileURLWithPath: "/")).result()
    }
    #expect(results.map(\.status) == [0, 70])
    #expect(results[1].errors.hasPrefix("z: /stages/0 (source): "), "\(results[1].errors)")
    let report = try Program.run("report", room.out)
    #expect(report.status == 75 && report.output.hasPrefix("1 of 2 done, 1 failed"))
    #expect(try room.waiting() == ["z"])
  }

  @Test(
    .enabled(if: Workshop.hasCommands),
    arguments: ["pipeline.json", "summary.json", "report.html", "jobs.json", "manifest.json"])
  func aFolderWithFilesOfSomethingElseIsRefused(_ name: String) throws {
    try room.film("a.mkv")
    let path = "\(room.out)/\(name)"
    try FileManager.default.createDirectory(
      atPath: room.out, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
    let result = try room.batch()
    #expect(result.status == 64)
    let sentence =
      name == "manifest.json"
      ? "is not the manifest of a batch"
      : "would be replaced, and is not of a batch, for there is no manifest.json; choose another folder"
    #expect(result.errorLines.first == "Error: \(path): \(sentence)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: room.out) == [name])
    #expect(FileManager.default.contents(atPath: path) == Data("{}".utf8))
  }
}
