import Darken
import Pipeline
import Stages
import Testing

@Suite struct DarkenTests {
  @Test func itKeepsTheLawsOfStages() throws {
    let registry = try StageRegistry.builtIn.adding([Darken.self])
    #expect(StageConformance(registry).violations == [])
  }
}
