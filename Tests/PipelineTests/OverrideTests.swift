import Pipeline
import Testing

@Suite struct OverrideTests {
  let spec: PipelineSpec

  init() throws {
    spec = try PipelineSpec(
      text: #"""
        {"stages": [
          {"id": "source", "use": "count", "with": {"count": 2}},
          {"id": "twice", "use": "scale", "from": {"numbers": "source.numbers"}},
          {"id": "new", "use": "unheard-of"}
        ]}
        """#)
  }

  @Test(arguments: [
    ("source.count=5", "count", JSON.integer(5)),
    ("source.label=007.mp4", "label", .string("007.mp4")),
    ("source.label=12", "label", .string("12")), ("source.label=\"12\"", "label", .string("12")),
    ("source.label=true", "label", .string("true")),
    ("source.label=a=b.c", "label", .string("a=b.c")),
    ("source.label=", "label", .string("")), ("source.tear=null", "tear", .null),
    ("source.seed=18446744073709551615", "seed", .integer(18_446_744_073_709_551_615)),
  ])
  func aValueIsReadAsItsParameterWantsIt(setting: String, name: String, value: JSON) throws {
    let stages = try spec.overriding([setting], in: registry).stages
    #expect(stages[0].with[name] == value)
    #expect(stages[1...] == spec.stages[1...])
  }

  @Test func listsAndWordsCanBeSetAndTheLastSettingCounts() throws {
    let settings = [
      "twice.weights=[1, 0.5]", "twice.rounding=up", "twice.factor=3", "twice.factor=4",
    ]
    let with = try spec.overriding(settings, in: registry).stages[1].with
    #expect(
      with == [
        "weights": .array([.integer(1), .number(0.5)]), "rounding": .string("up"),
        "factor": .integer(4),
      ])
  }

  @Test func aStageNobodyKnowsIsLeftToThePlan() throws {
    #expect(try spec.overriding(["new.a=1"], in: registry).stages[2].with == ["a": .integer(1)])
  }

  @Test func allMistakesAreReportedAtOnce() {
    let settings = [
      "sorce.path=a.mp4", "source.cuont=1", "source.count=many", "source.count=-1", "count=1",
      "source.count", "twice.weights=[0, 2]",
    ]
    let error = #expect(throws: OverrideError.self) { try spec.overriding(settings, in: registry) }
    #expect(
      error?.description == """
        --set sorce.path: no stage has the id 'sorce'; did you mean 'source'?
        --set source.cuont: count has no parameter 'cuont'; did you mean 'count'?
        --set source.count: 'count' must be an integer, not "many"
        --set source.count: 'count' must be within 0...1000, not -1
        --set count=1: must have the form id.name=value
        --set source.count: must have the form id.name=value
        --set twice.weights/1: 'weights[1]' must be within 0...1, not 2
        """)
  }
}
