import Pipeline
import Testing

/// Another artifact that is called as one of the samples is.
private struct OtherTotal: Artifact {
  static let kind = "total"
}

/// A stage that breaks most laws of names and words.
private struct Lawless: Stage {
  static let name = "Law_less"
  static let summary = "breaks laws. Many of them"
  static let inputs: [any AnyPort] = [Port<Total>("a"), Port<Total>("a")]
  static let outputs: [any AnyPort] = [OptionalPort<OtherTotal>("b b")]

  @Parameter("no sentence", in: 0...1) var first_one = 3
  var hidden = 1

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports { Ports() }
}

/// A stage whose defaults are refused by its own check.
private struct Refusing: Stage {
  static let name = "refusing"
  static let summary = "Refuses."

  @Parameter("How many.") var count = 3

  func validate() throws { throw ParameterError("count", "must be even") }
  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports { Ports() }
}

@Suite struct StageConformanceTests {
  func messages(_ stages: any Stage.Type...) -> [String] {
    StageConformance(StageRegistry(stages)).violations.map(\.description)
  }

  @Test func stagesThatKeepTheLawsHaveNoViolations() {
    #expect(StageConformance(registry).violations == [])
  }

  @Test func everyBrokenLawIsALine() {
    #expect(
      messages(Lawless.self) == [
        "Law_less: port 'b b': another type of artifact is called 'total' too",
        "Law_less: its name must be words of lower-case letters and digits joined by hyphens",
        "Law_less: its summary must be one sentence that ends in a full stop",
        "Law_less: two of its ports have one name",
        "Law_less: port 'b b' must be called by letters, digits and hyphens",
        "Law_less: output 'b b' must not be optional",
        "Law_less: parameter 'first_one' must be called by letters and digits",
        "Law_less: the help of 'first_one' must be a sentence that ends in a full stop",
        "Law_less: its default is wrong: 'first_one' must be within 0...1, not 3",
        "Law_less: 'hidden' must be a parameter: a stored property with @Parameter and a default",
      ])
  }

  @Test func defaultsMustPassTheStagesOwnCheck() {
    #expect(
      messages(Refusing.self) == [
        "refusing: its defaults are not valid: /count: 'count' must be even"
      ])
  }

  @Test func twoStagesOfOneNameAreAViolation() {
    #expect(
      messages(Refusing.self, Refusing.self).contains("refusing: another stage has this name"))
  }
}
