import Pipeline
import Stages
import Testing

/// What holds for every stage that documents may name.
@Suite struct StageLaws {
  static let violations = StageConformance(.builtIn).violations

  @Test(arguments: StageRegistry.builtIn.names)
  func theStageKeepsTheLaws(_ name: String) {
    #expect(Self.violations.filter { $0.stage == name } == [])
  }

  @Test func everyStageIsListed() {
    #expect(StageRegistry.builtIn.listings.map(\.name) == StageRegistry.builtIn.names)
  }

  @Test func aStageOfANameThatIsTakenIsRefused() {
    let error = #expect(throws: Issue.self) { try StageRegistry.builtIn.adding([Encode.self]) }
    #expect(error?.description == "there is a stage 'encode' already")
  }
}
