import Pipeline
import Testing

@Suite struct ProgressReportTests {
  private static let clear = "\r\u{1B}[K"

  private func event(_ kind: Event.Kind) -> Event { Event(stage: "out", kind: kind) }

  private func progress(_ done: Int, _ total: Int? = nil, _ detail: String? = nil) -> Event {
    event(.progress(done: done, total: total, detail: detail))
  }

  @Test func elsewhereThanOnATerminalLinesArePlainAndRare() {
    var report = ProgressReport(.lines)
    let started = event(.started(name: "encode", index: 2, count: 3))
    #expect(report.text(for: started, at: 100) == "[3/3] out: encode\n")
    #expect(report.text(for: progress(0, 300), at: 101) == "")
    #expect(report.text(for: progress(90, 300), at: 109.9) == "")
    #expect(
      report.text(for: progress(95, 300), at: 111) == "[3/3] out: 95 of 300, 9.50/s, 0:22 left\n")
    #expect(report.text(for: progress(200, 300), at: 120) == "")
    #expect(
      report.text(for: progress(300, 300, "31.2 dB"), at: 121)
        == "[3/3] out: 300 of 300, 15.0/s, 31.2 dB\n")
    #expect(report.text(for: event(.note("slow")), at: 122) == "[3/3] out: slow\n")
    #expect(
      report.text(for: event(.wrote(path: "a.mp4", files: [:])), at: 122)
        == "[3/3] out: wrote a.mp4\n")
    #expect(
      report.text(for: event(.stands(path: "a.mp4", Age(7200), ByteCount(1200))), at: 123)
        == "[3/3] out: a.mp4 is as it was written, 2 h old, 1.2 kB\n")
    #expect(
      report.text(for: event(.restored(Age(7300), ByteCount(12_300_000))), at: 122)
        == "[3/3] out: from the cache, 2 h old, 12 MB\n")
    #expect(report.text(for: event(.finished(seconds: 22.04)), at: 122) == "[3/3] out: 22.0 s\n")
    #expect(report.end() == "")
  }

  @Test func onATerminalTheLineIsRewritten() {
    var report = ProgressReport(.terminal(columns: 80))
    let clear = Self.clear
    let started = event(.started(name: "encode", index: 0, count: 1))
    #expect(report.text(for: started, at: 0) == "[1/1] out: encode")
    #expect(report.text(for: progress(1), at: 0.05) == "")
    #expect(report.text(for: progress(2), at: 0.55) == "\(clear)[1/1] out: 2, 2.00/s")
    #expect(report.text(for: progress(3), at: 0.6) == "")
    #expect(report.text(for: event(.note("dark")), at: 0.6) == "\(clear)[1/1] out: dark\n")
    #expect(report.text(for: progress(52), at: 1.05) == "[1/1] out: 52, 51.0/s")
    #expect(
      report.text(for: event(.finished(seconds: 0.7)), at: 1.1) == "\(clear)[1/1] out: 0.70 s\n")
    #expect(report.text(for: progress(60), at: 2.05) == "[1/1] out: 60, 29.5/s")
    #expect(report.end() == "\n")
    #expect(report.end() == "")
  }

  @Test func aLineNeverWraps() {
    var report = ProgressReport(.terminal(columns: 16))
    let text = report.text(for: progress(5, 100, "a long story"), at: 1)
    #expect(text == "out: 5 of 100, ")
  }

  @Test(arguments: [
    (1.0, 10, "0.10/s, 16:30 left"), (1, 0.5, "2.00/s, 0:50 left"),
    (1, 100, "0.01/s, 2:45:00 left"),
    (50, 0.1, "500/s, 0:01 left"),
  ])
  func theTimeLeftIsTheRestAtTheSpeedSoFar(done: Double, seconds: Double, expected: String) {
    var report = ProgressReport(.terminal(columns: 200))
    _ = report.text(for: progress(0, 100), at: 0)
    #expect(
      report.text(for: progress(Int(done), 100), at: seconds)
        == "\(Self.clear)out: \(Int(done)) of 100, \(expected)")
  }

  /// Ten steps a second for 20 s, then one: what is left is told by the latter after half a minute.
  @Test func theSpeedIsThatOfTheLastHalfMinute() {
    var report = ProgressReport(.terminal(columns: 200))
    for second in 0...20 { _ = report.text(for: progress(10 * second, 300), at: Double(second)) }
    var text = ""
    for second in 21...50 {
      text = report.text(for: progress(180 + second, 300), at: Double(second))
    }
    #expect(text == "\(Self.clear)out: 230 of 300, 1.00/s, 1:10 left")
  }

  @Test func aSecondReadingIsMeasuredAnew() {
    var report = ProgressReport(.terminal(columns: 200))
    _ = report.text(for: progress(0, 10), at: 0)
    _ = report.text(for: progress(10, 10), at: 100)
    _ = report.text(for: progress(0, 10), at: 100)
    #expect(
      report.text(for: progress(4, 10), at: 102)
        == "\(Self.clear)out: 4 of 10, 2.00/s, 0:03 left")
  }

  @Test func aPrinterWritesWhatTheReportSays() {
    let written = Log<String>()
    let printer = ProgressPrinter(.terminal(columns: 40)) { written.append($0) }
    printer.print(event(.started(name: "encode", index: 0, count: 1)))
    printer.end()
    printer.end()
    #expect(written.elements == ["[1/1] out: encode", "\n"])
  }
}
