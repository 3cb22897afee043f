import Media
import Testing

@Suite struct MediaTimeTests {
  @Test func equalSecondsAreEqual() {
    #expect(MediaTime(1, 2) == MediaTime(2, 4))
    #expect(Set([MediaTime(3, 90000), MediaTime(1, 30000), MediaTime(-1, 30000)]).count == 2)
    #expect(Set([MediaTime(0, 7), MediaTime(0, 9)]).count == 1)
  }

  @Test func orderIsExactWhereDoublesAreNot() {
    let large = MediaTime(Int64.max, 90000)
    #expect(MediaTime(Int64.max - 1, 90000) < large)
    #expect(MediaTime(-1, 3) < .zero)
  }

  @Test func ticksAreRoundedToTheNearest() {
    #expect(MediaTime(1001, 30000).ticks(of: Ratio(1001, 30000)) == 1)
    #expect(MediaTime(1, 30).ticks(of: Ratio(1, 1000)) == 33)
    #expect(MediaTime(1, 2).ticks(of: Ratio(1, 1)) == 1)
    #expect(MediaTime(-1, 30).ticks(of: Ratio(1, 1000)) == -33)
    #expect(MediaTime(ticks: 3, of: Ratio(1001, 30000)) == MediaTime(1001, 10000))
  }

  @Test func theLibrariesAreNamedWithTheirVersions() throws {
    let parts = MediaLibraries.versions.split(separator: ", ")
    #expect(parts.count == 4)
    #expect(try parts[0].wholeMatch(of: Regex("libavformat [0-9]+\\.[0-9]+\\.[0-9]+")) != nil)
  }
}
