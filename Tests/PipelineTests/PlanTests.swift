import Foundation
import Pipeline
import Testing

/// A document and the lines that its check gives.
struct Mistake: CustomTestStringConvertible {
  let name: String
  let document: String
  let lines: [String]
  var testDescription: String { name }

  init(_ name: String, _ document: String, _ lines: String...) {
    self.init(name: name, document: document, lines: lines)
  }

  /// A mistake in the entries that follow `{"id": "one", "use": "count"}`.
  static func inEntries(_ name: String, _ entries: String, _ lines: String...) -> Mistake {
    let document = #"{"stages": [{"id": "one", "use": "count"}, \#(entries)]}"#
    return Mistake(name: name, document: document, lines: lines)
  }

  private init(name: String, document: String, lines: [String]) {
    self.name = name
    self.document = document
    self.lines = lines
  }
}

@Suite struct PlanTests {
  static let documents = [
    Mistake("no JSON", "{\n  stages", "line 2, column 3: found 's', wanted a key in quotes"),
    Mistake("no object", "[]", "a pipeline must be an object, not a list"),
    Mistake("nothing", "{}", "/stages: is missing"),
    Mistake("no stages", #"{"stages": []}"#, "/stages: must have at least one element"),
    Mistake(
      "stages of another type", #"{"stages": 3}"#, "/stages: must be a list of stages, not 3"),
    Mistake(
      "unknown keys", #"{"stagse": [{"id": "a", "use": "count"}], "x": 1}"#,
      "/stagse: a pipeline has no key 'stagse'; did you mean 'stages'?",
      "/x: a pipeline has no key 'x'; it has: summary, presets, stages"),
    Mistake(
      "a summary that is no text", #"{"summary": 1, "stages": [{"id": "a", "use": "count"}]}"#,
      "/summary: must be text in quotes, not 1"),
    Mistake(
      "a key given twice", #"{"stages": [{"id": "a", "use": "count", "use": "count"}]}"#,
      "/stages/0/use: is given twice"),
  ]

  static let entries: [Mistake] = [
    .inEntries("no object", "7", "/stages/1: an entry must be an object, not 7"),
    .inEntries("nothing", "{}", "/stages/1/id: is missing", "/stages/1/use: is missing"),
    .inEntries(
      "wrong types", #"{"id": 1, "use": null, "with": [], "from": "one"}"#,
      "/stages/1/id: must be text in quotes, not 1",
      "/stages/1/use: must be text in quotes, not null",
      "/stages/1/with: must be an object, not a list",
      "/stages/1/from: must be an object, not \"one\""),
    .inEntries(
      "a misspelled key is read as it was meant",
      #"{"id": "b", "use": "sum", "form": {"numbers": "one.numbers"}}"#,
      "/stages/1/form: an entry has no key 'form'; did you mean 'from'?"),
    .inEntries(
      "an id of other letters", #"{"id": "Two.b", "use": "count"}"#,
      "/stages/1/id: an id must be lower-case letters, digits and hyphens, a letter first, "
        + "not \"Two.b\""),
    .inEntries(
      "an id twice", #"{"id": "one", "use": "count"}"#,
      "/stages/1/id: 'one' is the id of /stages/0 already"),
    .inEntries(
      "an unknown stage, and no complaint about its outputs",
      #"{"id": "b", "use": "cuont"}, {"id": "c", "use": "sum", "from": {"numbers": "b.x"}}"#,
      "/stages/1/use: there is no stage 'cuont'; did you mean 'count'?"),
    .inEntries(
      "a stage of a far name", #"{"id": "b", "use": "transmogrify"}"#,
      "/stages/1/use: there is no stage 'transmogrify'; "
        + "there are: count, empty, scale, stuck, sum"),
    .inEntries(
      "a nameless stage, and no complaint about its readers",
      #"{"use": "count"}, {"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}"#,
      "/stages/1/id: is missing"),
  ]

  static let parameters: [Mistake] = [
    .inEntries(
      "unknown", #"{"id": "b", "use": "count", "with": {"cuont": 1, "abcdefg": 2}}"#,
      "/stages/1/with/abcdefg: count has no parameter 'abcdefg'; "
        + "it has: count, start, tear, seed, label",
      "/stages/1/with/cuont: count has no parameter 'cuont'; did you mean 'count'?"),
    .inEntries(
      "unknown where there are none", #"{"id": "b", "use": "stuck", "with": {"a": 1}}"#,
      "/stages/1/with/a: stuck has no parameters"),
    .inEntries(
      "of wrong types",
      #"{"id": "b", "use": "count", "with": {"count": "3", "start": 1.5, "label": true, "#
        + #""tear": {}, "seed": -1}}"#,
      "/stages/1/with/count: 'count' must be an integer, not \"3\"",
      "/stages/1/with/label: 'label' must be text in quotes, not true",
      "/stages/1/with/seed: 'seed' must be an integer within 0...18446744073709551615, not -1",
      "/stages/1/with/start: 'start' must be an integer, not 1.5",
      "/stages/1/with/tear: 'tear' must be an integer, not an object"),
    .inEntries(
      "out of range", #"{"id": "b", "use": "count", "with": {"count": -3, "tear": -1}}"#,
      "/stages/1/with/count: 'count' must be within 0...1000, not -3",
      "/stages/1/with/tear: 'tear' must be at least 0, not -1"),
    .inEntries(
      "in a list",
      #"{"id": "b", "use": "scale", "with": {"weights": [1, "x", 1.5], "factor": null}, "#
        + #""from": {"numbers": "one.numbers"}}"#,
      "/stages/1/with/factor: 'factor' must be a number, not null",
      "/stages/1/with/weights/1: 'weights[1]' must be a number, not \"x\"",
      "/stages/1/with/weights/2: 'weights[2]' must be within 0...1, not 1.5"),
    .inEntries(
      "no list",
      #"{"id": "b", "use": "scale", "with": {"weights": 1}, "from": {"numbers": "one.numbers"}}"#,
      "/stages/1/with/weights: 'weights' must be a list of numbers, not 1"),
    .inEntries(
      "none of the choices",
      #"{"id": "b", "use": "scale", "with": {"rounding": "dwon"}, "#
        + #""from": {"numbers": "one.numbers"}}"#,
      "/stages/1/with/rounding: 'rounding' must be one of up, down, nearest, not \"dwon\"; "
        + "did you mean \"down\"?"),
    .inEntries(
      "that do not go together", #"{"id": "b", "use": "count", "with": {"count": 2, "tear": 2}}"#,
      "/stages/1/with/tear: 'tear' must be below 'count', which is 2, not 2"),
  ]

  static let edges: [Mistake] = [
    .inEntries(
      "missing", #"{"id": "b", "use": "sum"}"#,
      "/stages/1/from: sum needs an input 'numbers' of numbers, such as \"one.numbers\""),
    .inEntries(
      "of unknown ports",
      #"{"id": "b", "use": "sum", "from": {"number": "one.numbers"}}, "#
        + #"{"id": "c", "use": "count", "from": {"x": "one.numbers"}}, "#
        + #"{"id": "d", "use": "sum", "from": {"numbers": "one.nubmers"}}, "#
        + #"{"id": "e", "use": "stuck"}, "#
        + #"{"id": "f", "use": "sum", "from": {"numbers": "e.numbers"}}"#,
      "/stages/1/from/number: sum has no input 'number'; did you mean 'numbers'?",
      "/stages/2/from/x: count takes no inputs",
      "/stages/3/from/numbers: 'one' (count) has no output 'nubmers'; did you mean 'numbers'?",
      "/stages/5/from/numbers: 'e' (stuck) has no outputs"),
    .inEntries(
      "no addresses",
      #"{"id": "b", "use": "sum", "from": {"numbers": 3}}, "#
        + #"{"id": "c", "use": "sum", "from": {"numbers": "one"}}"#,
      "/stages/1/from/numbers: must be text like \"id.port\", not 3",
      "/stages/2/from/numbers: must be text like \"id.port\", not \"one\"; "
        + "did you mean \"one.numbers\"?"),
    .inEntries(
      "to entries that are not earlier",
      #"{"id": "b", "use": "sum", "from": {"numbers": "oen.numbers"}}, "#
        + #"{"id": "c", "use": "scale", "from": {"numbers": "c.numbers"}}, "#
        + #"{"id": "d", "use": "sum", "from": {"numbers": "last.numbers"}}, "#
        + #"{"id": "last", "use": "count"}"#,
      "/stages/1/from/numbers: no earlier stage has the id 'oen'; did you mean 'one'?",
      "/stages/2/from/numbers: 'c' is this stage itself; a stage is fed by earlier ones only",
      "/stages/3/from/numbers: 'last' comes later, at /stages/4; "
        + "a stage is fed by earlier ones only"),
    .inEntries(
      "of the wrong kind",
      #"{"id": "b", "use": "sum", "from": {"numbers": "one.numbers"}}, "#
        + #"{"id": "c", "use": "scale", "from": {"numbers": "b.total", "offset": "one.numbers"}}"#,
      "/stages/2/from/numbers: must be numbers, but \"b.total\" is total",
      "/stages/2/from/offset: must be total, but \"one.numbers\" is numbers"),
    .inEntries(
      "from a stage whose parameters are wrong stay checked, and only they",
      #"{"id": "b", "use": "count", "with": {"count": "x"}}, "#
        + #"{"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}"#,
      "/stages/1/with/count: 'count' must be an integer, not \"x\""),
  ]

  @Test(arguments: documents + entries + parameters + edges)
  func everyMistakeHasItsLine(mistake: Mistake) {
    let error = #expect(throws: PipelineError.self) {
      try Plan(PipelineSpec(text: mistake.document), registry: registry)
    }
    #expect(error?.issues.map(\.description) == mistake.lines)
  }

  @Test func fiveMistakesAreFiveLines() {
    let document = #"""
      {"summry": "sums", "stages": [
        {"id": "one", "use": "cuont"},
        {"id": "two", "use": "count", "with": {"cout": 5}},
        {"id": "three", "use": "scale", "with": {"factor": "x"}, "from": {"numbers": "two.numbers"}},
        {"id": "four", "use": "sum", "from": {"numbers": "tree.numbers"}}
      ]}
      """#
    let error = #expect(throws: PipelineError.self) {
      try Plan(PipelineSpec(text: document), registry: registry)
    }
    #expect(
      error?.description == """
        /summry: a pipeline has no key 'summry'; did you mean 'summary'?
        /stages/0/use: there is no stage 'cuont'; did you mean 'count'?
        /stages/1/with/cout: count has no parameter 'cout'; did you mean 'count'?
        /stages/2/with/factor: 'factor' must be a number, not "x"
        /stages/3/from/numbers: no earlier stage has the id 'tree'; did you mean 'three'?
        """)
  }

  @Test func parametersAreLaidOverTheDefaults() throws {
    let plan = try plan(
      #"{"id": "a", "use": "count", "with": {"start": 7, "tear": 1, "seed": 18446744073709551615}}, "#
        + #"{"id": "b", "use": "scale", "with": {"factor": 3, "rounding": "up", "weights": [1, 0.5]}, "#
        + #""from": {"numbers": "a.numbers"}}, {"id": "c", "use": "count", "with": {"tear": null}}"#
    )
    let count = try #require(plan.steps[0].stage as? Count)
    #expect(count.count == 3)
    #expect(count.start == 7)
    #expect(count.tear == 1)
    #expect(count.seed == .max)
    #expect(count.label == "none")
    let scale = try #require(plan.steps[1].stage as? Scale)
    #expect(scale.factor == 3)
    #expect(scale.rounding == .up)
    #expect(scale.weights == [1, 0.5])
    #expect(try #require(plan.steps[2].stage as? Count).tear == nil)
    #expect(plan.steps.map(\.name) == ["count", "scale", "count"])
  }

  @Test func aFileThatIsNotThereIsNamed() {
    let error = #expect(throws: PipelineError.self) { try PipelineSpec(path: "nowhere/orbit.json") }
    #expect(error?.description == "nowhere/orbit.json: there is no such file")
  }

  @Test func bytesThatAreNoTextAreSaidToBe() {
    let error = #expect(throws: PipelineError.self) {
      try PipelineSpec(data: Data([0x7B, 0xFF, 0x7D]))
    }
    #expect(error?.description == "the document is not UTF-8 text")
  }

  @Test func aDocumentMadeInSwiftIsCheckedAsWell() throws {
    let spec = PipelineSpec(stages: [
      .init(id: "a", use: "count", with: ["count": .integer(2)]),
      .init(id: "b", use: "sum", from: ["numbers": "a.numbers"]),
    ])
    #expect(try Plan(spec, registry: registry).steps.map(\.id) == ["a", "b"])
  }

  @Test func tenThousandStagesAreChecked() throws {
    func chain(_ port: String) -> PipelineSpec {
      PipelineSpec(
        stages: [.init(id: "s0", use: "count")]
          + (1..<10_000).map {
            .init(id: "s\($0)", use: "scale", from: ["numbers": "\(port)\($0 - 1).numbers"])
          })
    }
    #expect(try Plan(chain("s"), registry: registry).steps.count == 10_000)
    let error = #expect(throws: PipelineError.self) { try Plan(chain("t"), registry: registry) }
    #expect(error?.issues.count == 9_999)
  }
}
