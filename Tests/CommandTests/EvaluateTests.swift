import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Shared.has("data/heads/index.json"))) struct EvaluateTests {
  private static let heads = Shared.folder.appendingPathComponent("data/heads").path

  /// The tables of a part as it is kept: for each title rows of labels and numbers, NaN where unknown.
  private func tables(_ path: String) throws -> [String: [(label: String, values: [Double])]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let part = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var result: [String: [(String, [Double])]] = [:]
    for table in try #require(part["tables"] as? [[String: Any]]) {
      let rows = try #require(table["rows"] as? [[String: Any]])
      result[try #require(table["title"] as? String)] = rows.map { row in
        (
          row["label"] as? String ?? "",
          (row["values"] as? [Any] ?? []).map { ($0 as? NSNumber)?.doubleValue ?? .nan }
        )
      }
    }
    return result
  }

  /// With so few steps nothing is good, but everything is better than a generator without training.
  @Test(.enabled(if: Shared.has("clips/video/d18.mp4")), .timeLimit(.minutes(30)))
  func inversionsAreMeasuredBesideTheirControls() throws {
    let workshop = try Workshop("evaluate")
    let result = try Program([
      "evaluate", "default-model", "--heads", Self.heads, "--clips",
      Shared.folder.appendingPathComponent("clips").path, "--out", workshop.path("out"), "--quick",
      "--jobs", "1", "--parts", "held-out", "clips", "retarget",
    ]).result()
    #expect(result.status == 0, "\(result.errors)")
    func rows(_ part: String, _ title: String) throws -> [String: [Double]] {
      let tables = try tables(workshop.path("out/parts/\(part).json"))
      let rows = try #require(tables[title], "\(tables.keys.sorted())")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0.label, $0.values) })
    }
    let views = try rows("held-out", "Held-out heads, face window")
    let (model, control) = (
      try #require(views["Asian_M_2"]), try #require(views["Asian_M_2, control"])
    )
    #expect(model.count == 7)
    for (one, other) in zip(model, control) { #expect(one > 19 && one > other + 4) }
    let clips = try rows("clips", "Real clips, reconstruction")
    let (still, untrained) = (try #require(clips["s42"]), try #require(clips["s42, control"]))
    // Before tuning and after it, then against the control; identities of one person.
    #expect(still[1] > still[0] + 3 && still[1] > untrained[1] + 5)
    #expect(still[5] < still[4] && still[5] < 0.5)
    let moved = try rows("retarget", "Motion of one on another")
    let pair = try #require(moved["d10 on d18"])
    #expect(pair[0] < 0.7 && pair[1] > 0.5 && pair[9] == 0)
  }

  @Test func knownHeadsAreMeasuredOnceAndKept() throws {
    let workshop = try Workshop("evaluate")
    let out = workshop.path("out")
    let arguments = [
      "evaluate", "default-model", "--heads", Self.heads, "--out", out, "--quick", "--parts",
      "known",
    ]
    let result = try Program(arguments).result()
    #expect(result.status == 0, "\(result.errors)")
    let rows = try #require(try tables("\(out)/parts/known.json")["Known heads"])
    #expect(rows.map(\.label) == ["0", "1"])
    for row in rows {
      // Face-window PSNR, depth in millimeters, and the picture against another head's truth.
      let (front, depth, next) = (row.values[0], row.values[4], row.values[5])
      #expect((17...40).contains(front), "\(front)")
      #expect((0.5...20).contains(depth), "\(depth)")
      #expect(next < front - 1, "\(next)")
    }
    #expect(result.lines.first == "# Evaluation of default-model")
    let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(names == ["known.png", "parts", "report.json", "report.md"])
    let again = try Program(arguments).result()
    #expect(again.errorLines == ["known: kept from before"])
    #expect(again.output == result.output)
  }

  @Test func whatIsNotGivenIsSkippedWithTheReason() throws {
    let workshop = try Workshop("evaluate")
    let out = workshop.path("out")
    let result = try Program([
      "evaluate", "default-model", "--heads", Self.heads, "--out", out, "--quick", "--parts",
      "clips", "retarget", "samples",
    ]).result()
    #expect(result.status == 0, "\(result.errors)")
    let need = "it needs real clips, which --clips names, and --clips is not given"
    for line in [
      "- clips: \(need)", "- retarget: \(need)",
      "- samples: it needs the weights of the action network for FVD, which --assets names, "
        + "and --assets is not given",
    ] { #expect(result.lines.contains(line), "\(line): \(result.output)") }
    // True geometry explains its own views better than that of any sample, and is never perfect.
    let rows = try #require(try tables("\(out)/parts/samples.json")["Samples: consistency"])
    #expect(rows.map(\.label) == ["0", "1", "true head 0", "true head 1"])
    let (sample, truth) = (rows[0].values, rows[2].values)
    #expect(sample[2] > truth[2] && truth[2] > 0, "\(sample) \(truth)")
    #expect((0...1).contains(truth[0]), "\(truth)")
    #expect(truth[4] < 25 && sample[4] < 60, "\(sample) \(truth)")
  }

  @Test func aFolderThatIsNotThereIsRefused() throws {
    let result = try Program.run(
      "evaluate", "default-model", "--heads", Self.heads, "--clips", "/nowhere", "--out", "/tmp/x")
    #expect(result.status == 64)
    #expect(result.errorLines.first == "Error: '--clips': /nowhere does not exist")
  }
}
