import Foundation
import TestSupport
import Testing

/// What the program keeps, and how it goes on after the worst.
@Suite struct CacheTests {
  let shop: Workshop
  let document: String

  init() throws {
    shop = try Workshop("cache")
    document = shop.path("p.json")
    try SmallGenerator.write(to: shop.path("small.safetensors"))
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    let text = #"""
      {"stages": [
        {"id": "model", "use": "model", "with": {"path": "small.safetensors"}},
        {"id": "video", "use": "decode", "with": {"path": "\#(actor)", "count": 9}},
        {"id": "face", "use": "face-crop", "from": {"frames": "video.frames"},
         "with": {"size": 64}},
        {"id": "cameras", "use": "camera-estimate", "from": {"track": "face.track"}},
        {"id": "latents", "use": "inversion",
         "with": {"styleSteps": 8, "extendedSteps": 8, "tuningSteps": 8, "refiningSteps": 4,
                  "keyframes": 2, "identityWeight": 0},
         "from": {"frames": "face.crops", "cameras": "cameras.cameras", "track": "face.track",
                  "model": "model.model"}},
        {"id": "render", "use": "multi-view-render", "with": {"size": 32},
         "from": {"latents": "latents.latents"}},
        {"id": "out", "use": "encode", "with": {"path": "out.mkv"},
         "from": {"frames": "render.frames"}}
      ]}
      """#
    try text.write(toFile: document, atomically: true, encoding: .utf8)
  }

  func started(_ cache: String, _ more: String...) throws -> Program {
    try Program(
      ["run", document, "--threads", "1", "--checkpoint", "0"] + more, in: shop.folder,
      cache: shop.path(cache))
  }

  /// Runs to the end; the output is called after the cache.
  func run(_ cache: String, _ more: String...) throws -> Program.Result {
    let words = ["run", document, "--threads", "1", "--set", "out.path=\(cache).mkv"] + more
    let result = try Program(words, in: shop.folder, cache: shop.path(cache)).result()
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  func cacheCommand(_ words: String..., of cache: String) throws -> String {
    try Program(["cache"] + words, in: shop.folder, cache: shop.path(cache)).result().output
  }

  /// Kills a run as soon as it has left a checkpoint of a name and no lower number.
  func kill(_ cache: String, at name: String, _ number: Int) throws {
    let program = try started(cache, "--set", "out.path=\(cache).mkv")
    func isThere() -> Bool {
      let found = FileManager.default.enumerator(atPath: shop.path(cache))
      return (found?.allObjects ?? []).contains { path in
        let last = ("\(path)" as NSString).lastPathComponent
        guard last.hasPrefix("\(name).") else { return false }
        return Int(last.dropFirst(name.count + 1)).map { $0 >= number } ?? false
      }
    }
    while program.isRunning, !isThere() {}
    program.send(SIGKILL)
    #expect(program.result().status == SIGKILL)
    #expect(try !shop.names.contains("\(cache).mkv"))
  }

  @Test(.timeLimit(.minutes(30))) func aRunThatIsKilledGoesOnToTheSameFile() throws {
    _ = try run("whole", "--quiet")
    let digest = try shop.digest(shop.path("whole.mkv"))
    // In each phase of the inversion once: one style, a style a layer, tuning, refining.
    try kill("killed", at: "codes", 3)
    try kill("killed", at: "codes", 11)
    try kill("killed", at: "codes", 19)
    try kill("killed", at: "frames", 1)
    let list = try cacheCommand("list", of: "killed")
    #expect(list.contains("face-crop") && list.contains("unfinished"))
    let rest = try run("killed")
    #expect(rest.errors.contains("[3/7] face: from the cache, "))
    #expect(rest.errors.contains("[5/7] latents: goes on from its checkpoint, "))
    #expect(try shop.digest(shop.path("killed.mkv")) == digest)

    // What is there now is taken as it is, by another document's name and for another output.
    let again = try run("killed", "--set", "out.path=again.mkv")
    #expect(again.errors.contains("[5/7] latents: from the cache, "))
    #expect(try shop.digest(shop.path("again.mkv")) == digest)
    let told = try String(contentsOfFile: shop.path("again.mkv.json"), encoding: .utf8)
    #expect(told.contains(#""synthesized" : true"#) && told.contains("actor.mp4"))
    #expect(told.contains(try shop.digest(shop.path("small.safetensors"))))

    // What stands as it was written is not drawn again.
    let standing = try run("killed", "--set", "out.path=again.mkv", "--report", "r.html")
    #expect(
      standing.errors.contains("[7/7] out: \(shop.path("again.mkv")) is as it was written, "))
    #expect(!standing.errors.contains("out: wrote"))
    let page = try String(contentsOfFile: shop.path("r.html"), encoding: .utf8)
    #expect(page.contains("as it was") && page.contains("data:image/jpeg"))

    let dry = try run("killed", "--dry-run", "--set", "latents.tuningSteps=9").lines
    #expect(dry.count == 7)
    #expect(dry[2].hasPrefix("[3/7] face (face-crop): cached: "), "\(dry)")
    #expect(
      dry[4] == "[5/7] latents (inversion): would run: 'tuningSteps' changed from 8 to 9")
    // Two results, and what is known of two outputs.
    #expect(try cacheCommand("list", of: "killed").split(separator: "\n").count == 4)
    #expect(
      try cacheCommand("size", of: "killed").contains("\(shop.path("killed")): 4 results, "))
    #expect(
      try cacheCommand("prune", "--older-than", "1d", of: "killed").hasPrefix(
        "removed 0 results, 0 B; 4 results, "))
    #expect(
      try cacheCommand("prune", "--all", of: "killed").hasSuffix("; 0 results, 0 B left\n"))
  }

  @Test(.timeLimit(.minutes(30))) func runsShareACacheWithoutHarm() throws {
    let quick = ["tuningSteps=1", "styleSteps=1", "extendedSteps=1", "refiningSteps=0"]
      .flatMap { ["--set", "latents.\($0)"] }
    let words = ["run", document, "--threads", "1", "--frames", ":3"] + quick
    let programs = try ["a.mkv", "b.mkv"].map {
      try Program(
        words + ["--set", "out.path=\($0)"], in: shop.folder, cache: shop.path("shared"))
    }
    let results = programs.map { $0.result() }
    #expect(results.allSatisfy { $0.status == 0 }, "\(results.map(\.errors))")
    #expect(try shop.digest(shop.path("a.mkv")) == shop.digest(shop.path("b.mkv")))
    // Without a cache, with one that cannot be written, and on a full disk.
    try Data().write(to: URL(fileURLWithPath: shop.path("file")))
    for (number, options) in [["--no-cache"], ["--cache", "file/kept"], ["--cache", "full"]]
      .enumerated()
    {
      let result = try Program(
        words + options + ["--set", "out.path=c\(number).mkv"], in: shop.folder,
        cache: shop.path("unused"), diskIsFull: number == 2
      ).result()
      #expect(result.status == 0)
      #expect(result.errors.contains("is not kept: ") == (number > 0), "\(result.errors)")
      #expect(try shop.digest(shop.path("c\(number).mkv")) == shop.digest(shop.path("a.mkv")))
    }
    #expect(try !shop.names.contains("unused"))
  }

  @Test func aPartOfAPipelineIsRun() throws {
    let result = try run("part", "--until", "cameras", "--frames", "2:4")
    #expect(result.errorLines.last?.hasPrefix("[4/4] cameras: ") == true, "\(result.errors)")
    #expect(try !shop.names.contains("part.mkv"))
    #expect(try run("part", "--until", "face", "--dry-run", "--frames", "2:4").lines.count == 3)
    let wrong = try started("part", "--until", "camera", "--frames", "2:4").result()
    #expect(wrong.status == 64)
    #expect(
      wrong.errors == "--until: no stage has the id 'camera'; did you mean 'cameras'?\n")
    let beyond = try started("part", "--frames", "20:40").result()
    #expect(beyond.status == 64)
    #expect(beyond.errors == "--frames 20:40: 'video' takes 9 frames only\n")
    for range in ["3", ":", "4:4", "5:3", "a:b"] {
      #expect(try started("part", "--frames", range).result().status == 64)
    }
  }

  @Test func aReportShowsLossesAlsoWhereNothingIsComputed() throws {
    let pages = try ["a.html", "b.html"].map { name in
      _ = try run("shown", "--until", "latents", "--frames", ":3", "--report", name)
      return try String(contentsOfFile: shop.path(name), encoding: .utf8)
    }
    #expect(pages[0].matches(of: />restored</).isEmpty)
    // face and latents: in the table, and on their cards.
    #expect(pages[1].matches(of: />restored</).count == 4)
    let figures = try pages.map { page in
      try #require(page.firstMatch(of: /<figcaption>Loss(?s:.*?)<\/figure>/)).0
    }
    #expect(figures[0] == figures[1])
    // Eight steps of each of the three phases.
    let lines = figures[0].matches(of: /<polyline class="s[012]" points="([^"]*)"/)
    #expect(lines.map { $0.1.split(separator: " ").count } == [8, 8, 8])
  }

  @Test func wrongUsageOfTheCacheIs64() throws {
    for words in [["prune"], ["prune", "--older-than", "soon"], ["list", "all"]] {
      #expect(try Program(["cache"] + words).result().status == 64)
    }
    #expect(try started("x", "--no-cache", "--cache", "y").result().status == 64)
  }
}
