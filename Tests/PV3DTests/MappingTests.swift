import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("mapping"))) struct MappingTests {
  @Test func stylesAreTheOfficialOnes() throws {
    let fixture = try Fixture("tiny", "mapping")
    let mapping = try TinyModel.generator().mapping
    let (z, label) = (try fixture("z"), try fixture("c"))
    try fixture.check(mapping(z, label: label), "ws")
    try fixture.check(mapping.embed(label), "embed_out")
  }

  @Test func truncationPullsTheFirstStylesToTheAverage() throws {
    let fixture = try Fixture("tiny", "mapping")
    let mapping = try TinyModel.generator().mapping
    for name in fixture.names {
      guard let match = name.wholeMatch(of: /ws_psi([0-9.]+)(?:_cutoff(\d+))?/),
        let truncation = Float(match.1)
      else { continue }
      let ws = try mapping(
        fixture("z"), label: fixture("c"), truncation: truncation,
        cutoff: match.2.flatMap { Int($0) })
      try fixture.check(ws, name)
    }
  }

  @Test func averageMovesTowardsTheMeanOfABatch() throws {
    let fixture = try Fixture("tiny", "mapping")
    let mapping = try TinyModel.generator().mapping
    try fixture.check(mapping.average, "w_avg_before")
    let codes = try mapping.code(fixture("z"), label: fixture("c"))
    try fixture.check(mapping.averaged(with: codes), "w_avg_after_update")
  }

  @Test func unconditionedMappingSeesZerosForTheCamera() throws {
    let fixture = try Fixture("tiny", "mapping")
    let mapping = try TinyModel.generator { $0.conditionsOnCamera = false }.mapping
    try fixture.check(mapping(fixture("z"), label: fixture("c")), "ws_c_zero")
  }
}
