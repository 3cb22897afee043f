import Foundation
import TestSupport
import Testing

@Suite struct RunReportTests {
  let shop: Workshop
  static let browser = Workshop.command(of: ["chromium", "chromium-browser", "google-chrome"])

  init() throws { shop = try Workshop("ü #1 <report>") }

  /// A clip of one color, so that its pictures are known in a screenshot.
  func film(_ name: String, frames: Int = 50) throws {
    try shop.ffmpeg(
      "-f lavfi -i color=0xc81ec8:size=320x240:rate=25 -frames:v \(frames) -pix_fmt bgr0 -c:v ffv1",
      shop.path(name))
  }

  func run(_ source: String, _ output: String, _ more: String...) throws -> Program.Result {
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    let words = [
      "run", document, "--set", "source.path=\(source)", "--set", "output.path=\(output)",
      "--quiet",
    ]
    return try Program(words + more, in: shop.folder).result()
  }

  func page(_ name: String = "report.html") throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
    return try #require(String(validating: data, as: UTF8.self))
  }

  /// The JPEG pictures of a page, as the sizes that `ffprobe` tells.
  func pictures(_ page: String) throws -> [String] {
    try page.matches(of: /src="data:image\/jpeg;base64,([A-Za-z0-9+\/=]+)"/).map { match in
      let data = try #require(Data(base64Encoded: String(match.1)))
      try data.write(to: URL(fileURLWithPath: shop.path("picture.jpg")))
      let told = try shop.probe(
        shop.path("picture.jpg"), stream: "v", entries: "stream=codec_name,width,height")
      return told.joined()
    }
  }

  /// Tags that are not closed, or closed and not opened, as an HTML parser finds them.
  func tangle(_ name: String = "report.html") throws -> String {
    try shop.python(
      """
      import sys, html.parser
      class P(html.parser.HTMLParser):
        open = []
        def handle_starttag(self, tag, _):
          if tag not in ('meta', 'br', 'img'): self.open.append(tag)
        def handle_endtag(self, tag):
          if not self.open or self.open.pop() != tag: print('not open:', tag, self.getpos())
        def handle_startendtag(self, tag, _): pass
      p = P()
      p.feed(open(sys.argv[1], encoding='utf-8', newline='').read())
      print(*p.open, end='')
      """, [shop.path(name)])
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aRunIsToldOnOnePage() throws {
    try film("in & <out> é.mkv")
    let result = try run(
      "in & <out> é.mkv", "copies/a b.mp4", "--report", "pages/report.html", "--seed", "7")
    #expect(result.status == 0)
    #expect(result.output == "" && result.errors == "")
    #expect(try shop.names == ["copies", "in & <out> é.mkv", "pages"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: shop.path("pages")) == ["report.html"])
    let page = try page("pages/report.html")
    #expect(try tangle("pages/report.html") == "")
    for id in ["source", "output"] { #expect(page.contains("</span> \(id) <code>")) }
    #expect(page.contains("<span>&quot;in &amp; &lt;out&gt; é.mkv&quot;</span>"))
    #expect(page.contains("&#39;source.path=in &amp; &lt;out&gt; é.mkv&#39;"))
    #expect(page.contains("<dt>seed</dt><dd>7</dd>"))
    #expect(page.contains("320 × 240 pixels, 25.0 frames a second"))
    #expect(page.contains("<dd>50, read once</dd>"))
    #expect(page.contains("src=\"../copies/a%20b.mp4\""))
    #expect(page.contains("../in%20%26%20%3Cout%3E%20%C3%A9.mkv"))
    #expect(page.contains(try shop.digest(shop.path("in & <out> é.mkv"))))
    // 50 frames: 0, 2, … 48 are held, every fourth of which is shown.
    #expect(try pictures(page) == Array(repeating: "mjpeg,128,96", count: 7))
    // Nothing is fetched and nothing runs.
    #expect(!page.contains("<script") && !page.contains("@import") && !page.contains("url("))
    let addresses = page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }
    #expect(addresses.allSatisfy { !$0.contains("//") || $0.hasPrefix("data:image/jpeg") })
    // Without a page the file is the same.
    #expect(try run("in & <out> é.mkv", "b.mp4", "--seed", "7").status == 0)
    #expect(try shop.digest(shop.path("b.mp4")) == shop.digest(shop.path("copies/a b.mp4")))
  }

  @Test(.enabled(if: Workshop.hasCommands)) func theCommandOfThePageRepeatsTheRun() throws {
    try film("it's.mkv", frames: 9)
    #expect(try run("it's.mkv", "a.mkv", "--report", "report.html").status == 0)
    let shown = try #require(
      try page().firstMatch(of: /<pre class="command">([^<]*)<\/pre>/)
    ).1
    let command = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ].reduce(String(shown)) { $0.replacing($1.0, with: $1.1) }
    let before = try shop.digest(shop.path("a.mkv"))
    try FileManager.default.removeItem(atPath: shop.path("a.mkv"))
    let again = try Program(
      URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: URL(fileURLWithPath: "/")
    ).result()
    #expect(again.status == 0, "\(again.errors)")
    #expect(try shop.digest(shop.path("a.mkv")) == before)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aFailedRunIsToldToo() throws {
    try film("whole.mkv", frames: 60)
    let whole = try Data(contentsOf: URL(fileURLWithPath: shop.path("whole.mkv")))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: shop.path("in.mkv")))
    let result = try run("in.mkv", "out.mp4", "--report", "report.html")
    #expect(result.status == 70, "\(result.errors)")
    let sentence = try #require(result.errorLines.first?.split(separator: "roundtrip.json: ").last)
    let escaped = sentence.replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("'", with: "&#39;")
    let page = try page()
    #expect(try tangle() == "")
    #expect(page.contains("<p class=\"error\">\(escaped)</p>"), "\(escaped)")
    #expect(page.contains("<span class=\"state failed\">failed</span></h1>"))
    // What was read before the file broke off is shown.
    #expect(try !pictures(page).isEmpty)
    // A run that fails at once has a page as well.
    #expect(try run("no.mkv", "out.mp4", "--report", "early.html").status == 70)
    #expect(try self.page("early.html").contains(">not reached</span>"))
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aPartOfAPipelineIsTold() throws {
    try film("in.mkv")
    let result = try run(
      "in.mkv", "a.mkv", "--frames", "10:20", "--until", "source", "--report", "report.html")
    #expect(result.status == 0)
    let page = try page()
    #expect(page.contains("source.count=10\nsource.start=10</dd>"))
    #expect(page.contains("<dd>none was read</dd>"))
    #expect(!page.contains("id=\"stage-2\""))
    #expect(try run("in.mkv", "b.mkv", "--frames", "10:20", "--report", "r.HTML").status == 0)
    #expect(try self.page("r.HTML").contains("<dd>10, read once</dd>"))
  }

  @Test func whatCannotBeAPageIsRefusedBeforeTheRun() throws {
    let dry = try run("no.mkv", "a.mkv", "--report", "r.html", "--dry-run")
    #expect(dry.status == 64)
    #expect(dry.errors.contains("'--report' and '--dry-run' exclude each other"))
    let name = try run("no.mkv", "a.mkv", "--report", "a.mp4")
    #expect(name.status == 64)
    #expect(name.errors.contains("'--report' must name a file that ends in .html, not 'a.mp4'"))
    try Data().write(to: URL(fileURLWithPath: shop.path("file")))
    let folder = try run("no.mkv", "a.mkv", "--report", "file/r.html")
    #expect(folder.status == 64)
    #expect(folder.errors == "--report file/r.html: 'file' is not a folder\n")
    #expect(try shop.names == ["file"])
  }

  @Test(
    .serialized, .enabled(if: Workshop.hasCommands),
    .enabled(if: browser != nil, "there is no browser"),
    arguments: [(1000, 1900, 7), (520, 2400, 7)])
  func aBrowserShowsAllPictures(_ width: Int, _ height: Int, _ count: Int) throws {
    try film("in.mkv")
    #expect(try run("in.mkv", "a.mp4", "--report", "report.html").status == 0)
    // A page of the video's color alone would be told as well, so the video itself is taken away.
    try FileManager.default.removeItem(atPath: shop.path("a.mp4"))
    let address = URL(fileURLWithPath: shop.path("report.html")).absoluteString
    try shop.command(
      try #require(Self.browser),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--user-data-dir=\(shop.path("browser"))", "--screenshot=\(shop.path("page.png"))",
        "--window-size=\(width),\(height)", "--force-device-scale-factor=1", address,
      ], environment: ["HOME": shop.folder.path])
    let size = try shop.probe(shop.path("page.png"), stream: "v", entries: "stream=width,height")
    #expect(size == ["\(width),\(height)"])
    try shop.ffmpeg(
      "", "-i", shop.path("page.png"), "-f", "rawvideo", "-pix_fmt", "rgb24", shop.path("page.rgb"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: shop.path("page.rgb"))))
    var (colored, others) = (0, Set<SIMD3<UInt8>>())
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let color = SIMD3(bytes[start], bytes[start + 1], bytes[start + 2])
      let away = zip([200, 30, 200], [color.x, color.y, color.z]).map { abs($0 - Int($1)) }
      if away.allSatisfy({ $0 < 12 }) { colored += 1 } else { others.insert(color) }
    }
    // In a narrow window pictures are 72 pixels high; corners are round.
    let area = width > 760 ? 128 * 96 : 96 * 72
    #expect(abs(colored - count * area) < count * 60, "\(colored) pixels")
    #expect(others.count > 20)
  }
}
