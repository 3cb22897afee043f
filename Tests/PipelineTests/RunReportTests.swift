import Foundation
import Pipeline
import TestSupport
import Testing

extension Numbers: Showable {
  func observed(by meter: Meter) -> Numbers {
    Numbers { [make] index in try await meter.element { try await make(index) } }
  }

  func exhibits() throws -> [Exhibit] { [.facts([.init("kind", "<numbers>")])] }
}

@Suite struct RunReportTests {
  /// The page of a run, however it ends.
  func page(_ plan: Plan, _ context: RunContext = RunContext()) async -> String {
    var context = context
    let journal = RunJournal()
    context.journal = journal
    _ = try? await plan.run(in: context)
    return RunReport(
      of: journal, plan, in: context, program: "counter 1.0", command: "count '<two words>'",
      page: URL(fileURLWithPath: "/tmp/pages/page.html")
    ).html
  }

  /// The part of a page that tells of stage number `number`, from 1.
  func card(_ number: Int, in page: String) throws -> String {
    let start = try #require(page.range(of: "id=\"stage-\(number)\""))
    let rest = page[start.upperBound...]
    return String(rest.prefix(upTo: rest.range(of: "</section>")?.lowerBound ?? rest.endIndex))
  }

  static let three = """
    {"id": "a", "use": "count", "with": {"start": 4, "label": "<b>&\\"ü𝄞"}},
    {"id": "b", "use": "scale", "from": {"numbers": "a.numbers"}},
    {"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}
    """

  @Test func aPageTellsEveryStageWithItsParameters() async throws {
    let page = await page(try plan(Self.three))
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.contains("counter 1.0"))
    #expect(page.contains("count &#39;&lt;two words&gt;&#39;"))
    let first = try card(1, in: page)
    #expect(first.contains("<code>count</code>"))
    // Five parameters, of which two are not the default.
    #expect(first.matches(of: /<tr[^>]*><td>/).count == 5)
    #expect(first.matches(of: /<tr class="changed"/).count == 2)
    #expect(first.contains("<span>4</span><small class=\"default\">default 0</small>"))
    #expect(first.contains("<span>&quot;&lt;b&gt;&amp;\\&quot;ü𝄞&quot;</span>"))
    #expect(!page.contains("<b>&"))
    #expect(try card(2, in: page).matches(of: /class="changed"/).isEmpty)
    #expect(try card(3, in: page).contains("numbers from <a href=\"#stage-2\">b.numbers</a></p>"))
    // An output that can be shown, and one that cannot.
    #expect(first.contains("<h3>numbers</h3>\n<dl>\n<dt>kind</dt><dd>&lt;numbers&gt;</dd>"))
    #expect(try !card(3, in: page).contains("<h3>"))
    #expect(page.contains("<a href=\"#stage-2\"><g class=\"computed\">"))
  }

  @Test func whatIsMadeIsCountedAtItsMakerAndItsReader() async throws {
    let page = await page(try plan(Self.three))
    let rows = page.matches(of: /<tr class="computed">.*<\/tr>/).map { String($0.0) }
    #expect(rows.count == 3)
    #expect(rows[0].contains("<td>3 in ") && rows[1].contains("<td>3 in "))
    #expect(!rows[2].contains(" in "))
    let last = try card(3, in: page)
    #expect(last.contains("<li>3 of <b>a</b> in ") && last.contains("<li>3 of <b>b</b> in "))
    #expect(try !card(2, in: page).contains("<li>"))
  }

  @Test func aFailedRunNamesTheStageAndWhatWasNotReached() async throws {
    let text = Self.three.replacing("\"start\": 4", with: "\"tear\": 2")
    let page = await page(
      try plan(text + #", {"id": "d", "use": "sum", "from": {"numbers": "b.numbers"}}"#))
    #expect(page.contains("<span class=\"state failed\">failed</span></h1>"))
    #expect(page.contains("<p class=\"error\">/stages/0 (a): number 2 is torn</p>"))
    #expect(try card(1, in: page).contains("<p class=\"error\">number 2 is torn</p>"))
    #expect(try card(2, in: page).contains(">computed</span>"))
    #expect(try card(3, in: page).contains(">ended early</span>"))
    #expect(try card(3, in: page).contains("<li>2 of <b>a</b> in "))
    #expect(try card(4, in: page).contains(">not reached</span>"))
  }

  @Test func anInterruptedRunIsNoFailure() async throws {
    let plan = try plan(#"{"id": "a", "use": "stuck"}"#)
    let (notes, note) = AsyncStream<Void>.makeStream()
    let context = RunContext { if case .note = $0.kind { note.yield() } }
    let running = Task { await page(plan, context) }
    for await _ in notes { break }
    running.cancel()
    let told = await running.value
    #expect(told.contains("<span class=\"state broken\">interrupted</span></h1>"))
    #expect(!told.contains("class=\"error\""))
    #expect(try card(1, in: told).contains(">ended early</span>"))
    #expect(try card(1, in: told).contains("<p class=\"note\">waiting</p>"))
  }

  @Test func whatACostlyStageShowedIsShownAgain() async throws {
    let shop = try Workshop("report")
    try "1\n2\n3\n".write(toFile: shop.path("a.txt"), atomically: true, encoding: .utf8)
    let text = #"""
      {"stages": [
        {"id": "a", "use": "lines", "with": {"path": "\#(shop.path("a.txt"))"}},
        {"id": "b", "use": "tally", "from": {"numbers": "a.numbers"}}]}
      """#
    let plan = try Plan(
      PipelineSpec(text: text), registry: StageRegistry([Lines.self, Tally.self]))
    let context = RunContext(
      cache: Cache(folder: shop.folder.appendingPathComponent("kept"), hashing: .short))
    let cards = [
      try card(2, in: await page(plan)), try card(2, in: await page(plan, context)),
      try card(2, in: await page(plan, context)),
    ]
    #expect(cards[0].contains(">computed</span> <small>not kept</small>"))
    #expect(cards[1].contains(">computed</span> <small>kept in the cache</small>"))
    #expect(cards[2].fresh.contains(">restored</span> <small>from the cache, 0 s old, "))
    for card in cards {
      #expect(card.contains("<figcaption>Sum &lt;so far&gt; <small>ones</small>"))
      // From the lower left to the upper right: the axis ends at 6, the sum.
      #expect(card.contains("<polyline class=\"s0\" points=\"46,146 408,8\"/>"))
      #expect(card.contains("<p class=\"note\">adds</p>"))
    }
  }

  @Test func filesAreLinkedFromWhereThePageIs() throws {
    let shop = try Workshop("links")
    let plan = try plan(#"{"id": "a", "use": "stuck"}"#)
    func relative(_ path: String, from page: String) -> String {
      RunReport(
        of: RunJournal(), plan, in: RunContext(), program: "", command: "",
        page: shop.folder.appendingPathComponent(page)
      ).relative(shop.path(path))
    }
    #expect(relative("a.mp4", from: "p.html") == "a.mp4")
    #expect(relative("out/ü #1.mp4", from: "p.html") == "out/ü #1.mp4")
    #expect(relative("a.mp4", from: "pages/p.html") == "../a.mp4")
    #expect(relative("out/a.mp4", from: "pages/deep/p.html") == "../../out/a.mp4")
  }
}

@Suite struct MeterTests {
  final class Sum: Sendable {
    let seconds = Log<Double>()
    let elements = Log<Bool>()
    var meter: Meter {
      Meter { [self] time, isElement in
        seconds.append(time)
        elements.append(isElement)
      }
    }
  }

  /// Work of a length that does not matter.
  static func work() -> Int { (0..<300_000).reduce(1) { ($0 &* 31) ^ $1 } }

  @Test func noTimeIsCountedTwice() async throws {
    let (inner, outer) = (Sum(), Sum())
    let numbers = Numbers { $0 < 20 ? Self.work() : nil }.observed(by: inner.meter)
    let same = Numbers { try await numbers.make($0) }.observed(by: outer.meter)
    let clock = ContinuousClock()
    let start = clock.now
    for try await _ in same {}
    let whole = (clock.now - start) / .seconds(1)
    for sum in [inner, outer] {
      #expect(sum.elements.elements == Array(repeating: true, count: 20) + [false])
      #expect(sum.seconds.elements.allSatisfy { $0 >= 0 })
    }
    let both = (inner.seconds.elements + outer.seconds.elements).reduce(0, +)
    #expect(both <= whole)
    #expect(inner.seconds.elements.reduce(0, +) > 0)
  }

  @Test func aSeriesIsThinnedToMeans() {
    let series = Exhibit.Plot.Series("a", (0..<10).map { (Double($0), Double(2 * $0)) })
    #expect(series.thinned(to: 10) == series)
    // Three at a time, and the one that is left.
    let thin = series.thinned(to: 4)
    #expect(thin.points.map(\.x) == [1, 4, 7, 9])
    #expect(thin.points.map(\.y) == [2, 8, 14, 18])
    let broken = Exhibit.Plot.Series("b", [(0, .nan), (1, 5), (.infinity, 2)])
    #expect(broken.points.map(\.y) == [5])
  }
}
