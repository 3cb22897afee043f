import Foundation
import Pipeline
import Testing

@Suite struct StageListingTests {
  @Test func aStageIsListedWithItsPortsAndParameters() throws {
    let scale = try registry.listing(of: "scale")
    #expect(scale.summary == "Multiplies numbers.")
    #expect(scale.inputs.map(\.name) == ["numbers", "offset"])
    #expect(scale.inputs.map(\.kind) == ["numbers", "total"])
    #expect(scale.inputs.map(\.optional) == [false, true])
    #expect(scale.outputs.map(\.name) == ["numbers"])
    #expect(scale.parameters.map(\.name) == ["factor", "rounding", "weights"])
    #expect(scale.parameters.map(\.type) == ["number", "choice", "list of numbers"])
    #expect(
      scale.parameters.map(\.help) == ["What to multiply by.", "How to round.", "Further factors."])
    #expect(scale.parameters.map(\.default) == [.integer(2), .string("nearest"), .array([])])
    #expect(scale.parameters.map(\.unit) == ["times", nil, nil])
    #expect(scale.parameters.map(\.minimum) == [-100, nil, 0])
    #expect(scale.parameters.map(\.maximum) == [100, nil, 1])
    #expect(scale.parameters.map(\.choices) == [nil, ["up", "down", "nearest"], nil])
  }

  @Test func typesAreNamedInWords() throws {
    let types = try registry.listing(of: "count").parameters.map(\.type)
    #expect(types == ["integer", "integer", "integer or null", "integer", "text"])
  }

  @Test func theListingKeepsTheOrderOfTheRegistry() {
    #expect(registry.listings.map(\.name) == ["count", "scale", "sum", "stuck", "empty"])
    #expect(registry.names == registry.listings.map(\.name))
  }

  @Test func anUnknownNameIsAnsweredWithTheNearest() {
    let error = #expect(throws: Issue.self) { try registry.listing(of: "scael") }
    #expect(error?.description == "there is no stage 'scael'; did you mean 'scale'?")
  }

  @Test func theListingSurvivesJSON() throws {
    let data = try JSONEncoder().encode(registry.listings)
    #expect(try JSONDecoder().decode([StageListing].self, from: data) == registry.listings)
  }

  @Test func aListingReadsAsText() throws {
    #expect(
      try registry.listing(of: "scale").text == """
        scale: Multiplies numbers.

        inputs
          numbers   numbers
          offset    total, optional
        outputs
          numbers   numbers
        parameters
          factor    number, -100...100 times, default 2
                    What to multiply by.
          rounding  choice: up | down | nearest, default "nearest"
                    How to round.
          weights   list of numbers, 0...1, default []
                    Further factors.
        """)
    #expect(
      try registry.listing(of: "stuck").text == "stuck: Waits until it is canceled.")
    #expect(try registry.listing(of: "count").text.contains("integer or null, 0..., default null"))
  }

  @Test func aTableHasOneLineForEveryStage() {
    #expect(
      StageListing.table(registry.listings) == """
        count  Counts from a number on.
        scale  Multiplies numbers.
        sum    Adds numbers up.
        stuck  Waits until it is canceled.
        empty  Gives nothing.
        """)
  }
}
