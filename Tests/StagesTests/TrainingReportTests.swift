import Foundation
import Media
import Stages
import TestSupport
import Testing

@Suite struct LossPlotTests {
  private static func rgb(_ frame: RGBFrame, _ place: (x: Int, y: Int)) -> SIMD3<UInt8> {
    let start = 3 * (place.y * frame.width + place.x)
    return SIMD3(frame.pixels[start], frame.pixels[start + 1], frame.pixels[start + 2])
  }

  @Test func pointsLieWhereTheirNumbersPutThem() throws {
    let plot = LossPlot("LOSS", [.init("a", [(0, 0), (50, 10), (100, 5)])])
    let (xs, ys) = (plot.area.x, plot.area.y)
    #expect(try #require(plot.pixel(x: 0, y: 0)) == (xs.lowerBound, ys.upperBound))
    #expect(try #require(plot.pixel(x: 100, y: 10)) == (xs.upperBound, ys.lowerBound))
    let middle = try #require(plot.pixel(x: 50, y: 5))
    #expect(abs(middle.x - (xs.lowerBound + xs.upperBound) / 2) <= 1)
    #expect(abs(middle.y - (ys.lowerBound + ys.upperBound) / 2) <= 1)
    let frame = plot.rendered()
    #expect((frame.width, frame.height) == (720, 240))
    for (x, y) in [(50.0, 10.0), (25, 5), (100, 5)] {
      let place = try #require(plot.pixel(x: x, y: y))
      // A slope of less than one pixel a column may round the other way between its ends.
      let near = (-1...1).map { Self.rgb(frame, (place.x, place.y + $0)) }
      #expect(near.contains(LossPlot.color(0)), "\(x), \(y)")
    }
    let empty = try #require(plot.pixel(x: 75, y: 1))
    #expect(Self.rgb(frame, empty) != LossPlot.color(0))
  }

  @Test func logarithmsSpacePowersOfTenEvenly() throws {
    let plot = LossPlot(
      "R1", [.init("a", [(0, 0.01), (1, 0), (2, 1)]), .init("b", [(0, 100), (2, .nan)])],
      scale: .log)
    let rows = try [0.01, 0.1, 1, 10, 100].map { try #require(plot.pixel(x: 0, y: $0)).y }
    #expect(rows[0] == plot.area.y.upperBound)
    #expect(rows[4] == plot.area.y.lowerBound)
    let steps = zip(rows, rows.dropFirst()).map { $0 - $1 }
    #expect((steps.max() ?? 0) - (steps.min() ?? 0) <= 1)
    #expect(plot.pixel(x: 1, y: 0) == nil)
    #expect(plot.pixel(x: 1, y: .nan) == nil)
    // The line is broken at the value that has no place: only the ends of `a` are there.
    let frame = plot.rendered()
    let found = plot.area.x.filter { x in
      plot.area.y.contains { Self.rgb(frame, (x, $0)) == LossPlot.color(0) }
    }
    #expect(found == [plot.area.x.lowerBound, plot.area.x.upperBound])
  }

  @Test func manyPointsAreAveragedColumnByColumn() throws {
    let points = (0..<100_000).map { (x: Double($0), y: $0 % 2 == 0 ? 0.0 : 2.0) }
    let plot = LossPlot("", [.init("a", points)])
    let frame = plot.rendered()
    let middle = try #require(plot.pixel(x: 0, y: 1)).y
    for x in stride(from: plot.area.x.lowerBound + 5, to: plot.area.x.upperBound, by: 97) {
      let rows = plot.area.y.filter { Self.rgb(frame, (x, $0)) == LossPlot.color(0) }
      #expect(rows.allSatisfy { abs($0 - middle) <= 1 } && !rows.isEmpty, "\(rows), \(middle)")
    }
  }

  @Test func plotsOfNothingAndOfOneNumberAreDrawn() {
    #expect(LossPlot("", []).rendered().width == 720)
    let one = LossPlot("", [.init("a", [(3, 4)])], scale: .log)
    #expect(one.pixel(x: 3, y: 4) != nil)
    #expect(LossPlot("", [.init("a", [(3, .nan)])]).rendered().height == 240)
  }
}

@Suite struct TrainingReportTests {
  private static let lines = """
    {"update":1,"samples":8,"seconds":1.5,"gmain_image":0.5,"gmain_video":"nan","greg":0.25,"r1_image":10}
    {"update":2,"samples":16,"seconds":3,"gmain_image":0.75,"dmain_image":1.5}

    """

  private func folder(_ log: String) throws -> Workshop {
    let workshop = try Workshop("report")
    try FileManager.default.createDirectory(
      atPath: workshop.path("sheets"), withIntermediateDirectories: true)
    try log.write(toFile: workshop.path("log.jsonl"), atomically: true, encoding: .utf8)
    return workshop
  }

  private func sheet(_ workshop: Workshop, _ name: String, gray: UInt8) throws -> Data {
    let path = workshop.path("sheets/\(name)")
    try ImageFile.write(
      RGBFrame(width: 4, height: 4, pixels: [UInt8](repeating: gray, count: 48)), path)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func thePageHoldsThePicturesNewestFirst() throws {
    let workshop = try folder(Self.lines)
    let old = try sheet(workshop, "00000500.png", gray: 10)
    let new = try sheet(workshop, "00001000.png", gray: 200)
    try #"{"data": "a<b>&c"}"#.write(
      toFile: workshop.path("config.json"), atomically: true, encoding: .utf8)
    try TrainingReport(folder: workshop.folder.path).write()
    let page = try String(contentsOfFile: workshop.path("index.html"), encoding: .utf8)
    let found = page.matches(of: /src="([^"]*)"/).map { String($0.1) }
    let losses = try Data(contentsOf: URL(fileURLWithPath: workshop.path("losses.png")))
    #expect(
      found == [losses, new, old].map { "data:image/png;base64," + $0.base64EncodedString() })
    #expect(page.contains("{&quot;data&quot;: &quot;a&lt;b&gt;&amp;c&quot;}"))
    #expect(page.contains("<td>gmain_image</td><td>0.75</td><td>0.625</td><td>2</td>"))
    #expect(page.contains("<td>greg</td><td>0.25</td><td>0.25</td><td>1</td>"))
    #expect(page.contains("<td>gmain_video</td><td>nan</td><td></td><td>1</td>"))
    for word in ["http", "<script", "href"] { #expect(!page.contains(word)) }
    #expect(
      try workshop.names == ["config.json", "index.html", "log.jsonl", "losses.png", "sheets"])
  }

  @Test func onlyTheNewestSheetsAreShownWhereThereAreMany() throws {
    let workshop = try folder(Self.lines)
    for index in 1...5 { _ = try sheet(workshop, "0000000\(index).png", gray: UInt8(index)) }
    let report = try TrainingReport(folder: workshop.folder.path, sheets: 2)
    #expect(report.sheets == ["00000005.png", "00000004.png"])
    try report.write()
    let page = try String(contentsOfFile: workshop.path("index.html"), encoding: .utf8)
    #expect(page.contains("The newest 2 of 5 sheets."))
    #expect(page.matches(of: /<img/).count == 3)
  }

  @Test func aTornLastLineIsLeftOut() throws {
    for torn in ["{\"update\":3,\"sam", "{\"update\":3,\"sam\n", "3"] {
      let workshop = try folder(Self.lines + torn)
      let log = try LossLog(path: workshop.path("log.jsonl"))
      #expect(log.lines.count == 2)
      #expect(log.series("gmain_image").points.map(\.y) == [0.5, 0.75])
    }
  }

  @Test func aDamagedLineIsSaidWithItsNumber() throws {
    let workshop = try folder("{\"update\":1}\n\n{\"update\":\n" + Self.lines)
    let error = #expect(throws: MediaError.self) {
      try TrainingReport(folder: workshop.folder.path)
    }
    let sentence = error?.description ?? ""
    #expect(sentence.hasPrefix("\(workshop.path("log.jsonl")): line 3 is damaged (column "))
    #expect(sentence.hasSuffix("it must be a JSON object with a number 'update'"))
    let other = try folder("{\"update\":1}\n[2]\n{\"update\":3}\n")
    #expect(throws: MediaError.self) { try LossLog(path: other.path("log.jsonl")) }
  }

  @Test func aFolderWithoutALogIsSaid() throws {
    let workshop = try Workshop("report")
    let error = #expect(throws: MediaError.self) {
      try TrainingReport(folder: workshop.folder.path)
    }
    #expect(error?.description == "\(workshop.folder.path)/log.jsonl: cannot be read")
  }
}
