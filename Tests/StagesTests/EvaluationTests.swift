import Foundation
import Stages
import TestSupport
import Testing

@Suite struct EvaluationTableTests {
  static var table: EvaluationTable {
    var table = EvaluationTable(
      "Heads", note: "Dots.", heading: "head",
      columns: [
        .init("PSNR", .higher, goal: 25), .init("id", .lower, goal: 0.4), .init("count"),
      ])
    table.add("a", [24, 0.5, 1])
    table.add("b", [28, 0.25, 2])
    table.add("c", [nil, 0.3, 3])
    table.add("a, control", [12, 0.9, 0], isControl: true)
    table.add("b, control", [14, 0.7, 0], isControl: true)
    return table
  }

  @Test func meanAndWorstLeaveControlsAndUnknownNumbersOut() {
    let summaries = Self.table.summaries
    #expect(summaries.map { ($0.mean * 100).rounded() / 100 } == [26, 0.35, 2])
    #expect(summaries.map(\.worst) == [24, 0.5, nil])
    #expect(summaries.map(\.place) == ["a", "a", nil])
    #expect(summaries.map(\.goal) == [25, 0.4, nil])
    #expect(summaries.map(\.met) == [true, true, nil])
  }

  @Test func aMeanBeyondItsGoalMissesIt() {
    var table = Self.table
    table.add("d", [20, 0.8, 4])
    #expect(table.summaries.map(\.met) == [false, false, nil])
    #expect(table.summaries.map(\.place) == ["d", "d", nil])
  }

  @Test func theTableIsWrittenAsMarkdown() {
    let lines = Self.table.markdown.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "### Heads", "Dots.", "| head | PSNR | id | count |", "| --- | --- | --- | --- |",
        "| a | 24 | 0.500 | 1 |", "| b | 28 | 0.250 | 2 |", "| c | – | 0.300 | 3 |",
        "| a, control | 12 | 0.900 | 0 |", "| b, control | 14 | 0.700 | 0 |",
        "| **mean** | 26 | 0.350 | 2 |", "| **worst** | 24 (a) | 0.500 (a) |  |",
        "| **mean of controls** | 13 | 0.800 | 0 |",
        "| **target** | 25: met | 0.400: met |  |",
      ])
  }
}

@Suite struct EvaluationSettingsTests {
  /// The parts whose results a change of the settings touches.
  private func touched(by change: (inout EvaluationSettings) -> Void) -> [EvaluationPart.Name] {
    var changed = EvaluationSettings()
    change(&changed)
    return EvaluationPart.Name.allCases.filter {
      changed.concerning($0) != EvaluationSettings().concerning($0)
    }
  }

  @Test func aPartIsMadeAnewForItsOwnSettingsOnly() {
    let heads: [EvaluationPart.Name] = [.known, .expressions, .views]
    #expect(touched { $0.seed = 2 } == EvaluationPart.Name.allCases)
    #expect(touched { $0.count = 12 } == heads)
    #expect(touched { $0.raw = 96 } == heads + [.heldOut, .samples])
    #expect(touched { $0.identities = 2 } == [.heldOut])
    #expect(touched { $0.steps = 100 } == [.heldOut, .clips, .retarget])
    #expect(touched { $0.controls = 0 } == [.heldOut, .clips])
    #expect(touched { $0.clips = 3 } == [.clips, .retarget])
    #expect(touched { $0.frames = 32 } == [.clips, .retarget])
    #expect(touched { $0.stride = 2 } == [.clips])
    #expect(touched { $0.pairs = 2 } == [.retarget])
    #expect(touched { $0.repeats = 8 } == [.retarget])
    #expect(touched { $0.people = 8 } == [.samples])
    #expect(touched { $0.videos = 24 } == [.samples])
  }
}

@Suite struct EvaluationFolderTests {
  private func result() -> EvaluationResult {
    EvaluationResult(tables: [EvaluationTableTests.table], skipped: ["it needs more"])
  }

  @Test func aFinishedPartIsKeptForItsModelAndSettingsOnly() throws {
    let workshop = try Workshop("evaluation")
    let folder = try EvaluationFolder(workshop.path("out"))
    #expect(folder.finished(.known, origin: "x") == nil)
    let kept = try folder.keep(result(), as: .known, origin: "x", seconds: 2)
    // NaN is not equal to itself, but its text is.
    let reopened = try EvaluationFolder(workshop.path("out"))
    let again = try #require(reopened.finished(.known, origin: "x"))
    #expect(again.markdown == kept.markdown)
    #expect(again.tables[0].rows[2].values[0].isNaN)
    #expect(folder.finished(.known, origin: "y") == nil)
    #expect(folder.finished(.views, origin: "x") == nil)
  }

  @Test func aDamagedPartIsNoPart() throws {
    let workshop = try Workshop("evaluation")
    let folder = try EvaluationFolder(workshop.path("out"))
    try folder.keep(result(), as: .known, origin: "x", seconds: 2)
    let path = URL(fileURLWithPath: workshop.path("out/parts/known.json"))
    try Data(Data(contentsOf: path).dropLast(40)).write(to: path)
    #expect(folder.finished(.known, origin: "x") == nil)
  }

  @Test func theReportTellsOutcomesAndWhatWasSkipped() throws {
    let workshop = try Workshop("evaluation")
    let folder = try EvaluationFolder(workshop.path("out"))
    try folder.keep(result(), as: .clips, origin: "x", seconds: 2)
    try folder.keep(result(), as: .known, origin: "other", seconds: 3)
    let report = folder.report(of: "model", origin: { _ in "x" })
    #expect(report.parts.map(\.name) == [.clips])
    #expect(report.outcomes.map(\.summary.measure) == ["PSNR", "id"])
    let lines = report.markdown.split(separator: "\n").map(String.init)
    #expect(lines.contains("| Heads: PSNR | 26 | 24 (a) | 25 | met |"))
    #expect(lines.contains("- clips: it needs more"))
    try folder.write(report)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: workshop.path("out")).sorted()
        == ["parts", "report.json", "report.md"])
  }
}
