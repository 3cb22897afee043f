import Foundation
import Media
import Pipeline
import Stages
import Synchronization
import TestSupport
import Testing

/// Programs between frames and frames; a frame of 64 × 48 pixels is 9216 bytes.
@Suite struct ExternalTests {
  /// The frames that a program makes of some.
  func made(
    of frames: [Frame], by stage: External, notes: Notes = Notes()
  ) async throws -> [Frame] {
    try await collected(output(of: Frames(frames, rate: Ratio(25, 1)), by: stage, notes: notes))
  }

  func output(of frames: Frames, by stage: External, notes: Notes = Notes()) async throws -> Frames
  {
    let context = RunContext(events: notes.take)
    return try await stage.run(Ports(External.frames, frames), in: context)[External.frames]
  }

  /// The sentence of the failure that comes of a program.
  func failure(of frames: Int = 2, by words: String..., idle: Double = 60) async -> String {
    var stage = External(command: words)
    stage.idleSeconds = idle
    return await failure(of: frames, by: stage)
  }

  func failure(of frames: Int, by stage: External, notes: Notes = Notes()) async -> String {
    do {
      let made = try await made(of: synthetic(count: frames), by: stage, notes: notes)
      return "no failure, but \(made.count) frames"
    } catch {
      return "\(error)"
    }
  }

  @Test func aProgramThatCopiesGivesTheSameFramesAndTimes() async throws {
    let frames = synthetic(count: 20)
    #expect(try await made(of: frames, by: External(command: ["cat"])) == frames)
  }

  @Test func aProgramChangesPixels() async throws {
    let frames = synthetic(count: 3)
    let made = try await made(
      of: frames, by: External(command: ["tr", "\\000-\\177", "\\200-\\377"]))
    #expect(made.map(\.pixels) == frames.map { $0.pixels.map { $0 | 128 } })
  }

  @Test func aProgramMayReadAllBeforeItWrites() async throws {
    // 64 frames of 110,592 bytes are many times what pipes hold.
    let frames = synthetic(count: 64, width: 192, height: 192)
    let script = "file=$(mktemp); cat > $file; cat $file; rm $file"
    #expect(try await made(of: frames, by: External(command: ["sh", "-c", script])) == frames)
  }

  @Test func noFramesAreNoFrames() async throws {
    let none = Frames(.init(width: 64, height: 48, rate: Ratio(25, 1))) { { nil } }
    let output = try await output(of: none, by: External(command: ["cat"]))
    #expect(try await collected(output) == [])
  }

  @Test func aProgramMayWriteFramesOfAnotherSize() async throws {
    var stage = External(
      command: ["sh", "-c", "cat > /dev/null; printf %36s | tr ' ' '\\007'"])
    (stage.width, stage.height) = (3, 2)
    let made = try await made(of: synthetic(count: 2), by: stage)
    #expect(made.map(\.width) == [3, 3] && made.map(\.height) == [2, 2])
    #expect(made.allSatisfy { $0.pixels == [UInt8](repeating: 7, count: 18) })
  }

  @Test func aProgramIsToldWhatItGets() async throws {
    let notes = Notes()
    let words = "$PVPIPE_WIDTH $PVPIPE_HEIGHT $PVPIPE_OUTPUT_WIDTH $PVPIPE_RATE $PVPIPE_FRAMES"
    _ = try await made(
      of: synthetic(count: 3),
      by: External(command: ["sh", "-c", "echo \(words) >&2; cat"]), notes: notes)
    #expect(notes.all == ["64 48 64 25/1 3"])
  }

  @Test func everyReadingRunsTheProgramAnew() async throws {
    let frames = synthetic(count: 2)
    let output = try await output(
      of: Frames(frames, rate: Ratio(25, 1)), by: External(command: ["cat"]))
    #expect(try await collected(output) == frames)
    #expect(try await collected(output) == frames)
  }

  @Test func atMostOneFrameWaits() async throws {
    let asked = Mutex(0)
    let frames = synthetic(count: 9, width: 400, height: 400)
    let info = Frames.Info(width: 400, height: 400, rate: Ratio(25, 1))
    let source = Frames(info) {
      var rest = frames[...]
      return {
        asked.withLock { $0 += 1 }
        return rest.popFirst()
      }
    }
    let output = try await output(of: source, by: External(command: ["cat"]))
    #expect(asked.withLock { $0 } == 0)
    var iterator = output.makeAsyncIterator()
    for index in 0..<3 {
      #expect(try await iterator.next() == frames[index])
      #expect(asked.withLock { index + 1...index + 2 ~= $0 })
    }
  }

  @Test func tooFewFramesAreCounted() async {
    #expect(
      await failure(of: 5, by: "head", "-c", "18432")
        == "frame 2: 'head -c 18432' ended after 2 frames, but was given more")
  }

  @Test func aPartOfAFrameIsMeasured() async {
    #expect(
      await failure(of: 5, by: "head", "-c", "10000")
        == "frame 1: 'head -c 10000' ended after 784 of the frame's 9216 bytes")
  }

  @Test func tooManyFramesAreCounted() async {
    let script = "cat; head -c 9216 /dev/zero"
    #expect(
      await failure(by: "sh", "-c", script)
        == "frame 2: 'sh -c \(script)' has written more than the 2 frames that it was given")
    #expect(
      await failure(by: "sh", "-c", "cat; echo")
        == "frame 2: 'sh -c cat; echo' has written 1 bytes after the last of the 2 frames")
  }

  @Test func aFrameBeforeItsTimeIsRefused() async {
    let sentence = await failure(of: 90, by: "head", "-c", "9216000", "/dev/zero")
    #expect(
      sentence.hasSuffix(
        "'head -c 9216000 /dev/zero' has written the frame before it has read it"), "\(sentence)")
  }

  @Test func anExitCodeIsToldWithTheLastWords() async {
    #expect(
      await failure(by: "sh", "-c", "cat; echo one >&2; echo alas >&2; exit 3")
        == "frame 2: 'sh -c cat; echo one >&2; echo alas >&2; exit 3' ended with exit code 3; "
        + "it said: one | alas")
  }

  @Test func aSignalIsTold() async {
    #expect(
      await failure(by: "sh", "-c", "kill -SEGV $$")
        == "frame 0: 'sh -c kill -SEGV $$' was ended by signal 11 (segmentation fault)")
  }

  @Test(arguments: ["exec tail -f /dev/null", "trap '' TERM; tail -f /dev/null"])
  func aProgramThatHangsIsEnded(_ script: String) async {
    #expect(
      await failure(by: "sh", "-c", script, idle: 0.2)
        == "frame 0: 'sh -c \(script)' has neither read nor written for 0.2 s and was ended")
  }

  @Test func aProgramThatNeverEndsIsEndedAndItsWordsAreFew() async {
    var stage = External(command: ["sh", "-c", "while :; do echo word >&2; done"])
    stage.totalSeconds = 0.3
    let notes = Notes()
    #expect(
      await failure(of: 1, by: stage, notes: notes).contains(
        "has run for 0.3 s and was ended; it said: word"))
    #expect(notes.all.count == 21)
    #expect(notes.all.last == "what it says from here on is left out")
  }

  @Test func aProgramThatIsNotThereIsToldWithTheNearest() async throws {
    let shop = try Workshop("external")
    try Data().write(to: URL(fileURLWithPath: shop.path("grade.py")))
    #expect(
      await failure(by: shop.path("grad.py"))
        == "'command' names '\(shop.path("grad.py"))', but there is no such file; "
        + "did you mean '\(shop.path("grade.py"))'?")
    #expect(
      await failure(by: shop.path("grade.py"))
        == "'command' names '\(shop.path("grade.py"))', which is no executable file")
    #expect(
      await failure(by: "no-such-program-anywhere")
        == "'command' names 'no-such-program-anywhere', but there is no such program in PATH")
    #expect(await failure(by: "").hasPrefix("'command' must name a program"))
  }

  @Test func aFileThatIsNoProgramIsToldByTheSystem() async throws {
    let shop = try Workshop("external")
    try "words\n".write(toFile: shop.path("words"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: shop.path("words"))
    #expect(
      await failure(by: shop.path("words"))
        == "'\(shop.path("words"))' cannot be started: exec format error")
  }

  @Test(.timeLimit(.minutes(30))) func aProgramEndsWithItsReader() async throws {
    let shop = try Workshop("external")
    let script = "echo $$ > \(shop.path("pid")); exec cat"
    var iterator: Frames.Iterator? = try await output(
      of: Frames(synthetic(count: 9), rate: Ratio(25, 1)),
      by: External(command: ["sh", "-c", script])
    ).makeAsyncIterator()
    _ = try await iterator?.next()
    let program = try ProgramTrace(at: shop.path("pid"))
    #expect(program.isAlive)
    iterator = nil
    while program.isAlive { await Task.yield() }
  }

  @Test(.timeLimit(.minutes(30))) func aProgramEndsWithItsTask() async throws {
    let shop = try Workshop("external")
    let script = "echo $$ > \(shop.path("pid")); exec tail -f /dev/null"
    let task = Task {
      try await made(of: synthetic(count: 1), by: External(command: ["sh", "-c", script]))
    }
    while (try? ProgramTrace(at: shop.path("pid"))) == nil { await Task.yield() }
    let program = try ProgramTrace(at: shop.path("pid"))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    while program.isAlive { await Task.yield() }
  }
}
