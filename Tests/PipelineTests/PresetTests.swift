import Pipeline
import Testing

@Suite struct PresetTests {
  static let document = """
    {"presets": {"fast": {"a": {"steps": 3}}, "lost": {"b": {}}, "flat": 1},
     "stages": [{"id": "a", "use": "x", "with": {"steps": 9, "rate": 2}}]}
    """

  @Test func aPresetIsLaidOverTheParametersOfItsEntries() throws {
    let spec = try PipelineSpec(text: Self.document)
    #expect(spec.presetNames == ["fast", "flat", "lost"])
    let fast = try spec.applying(preset: "fast")
    #expect(fast.stages[0].with == ["steps": .integer(3), "rate": .integer(2)])
    #expect(spec.stages[0].with["steps"] == .integer(9))
  }

  @Test(arguments: [
    ("fats", "--preset fats: the document has no such preset; did you mean 'fast'?"),
    ("lost", "/presets/lost/b: no stage has the id 'b'"),
    ("flat", "/presets/flat: must be an object of ids"),
  ])
  func aPresetThatCannotBeAppliedIsNamed(_ name: String, _ beginning: String) throws {
    let spec = try PipelineSpec(text: Self.document)
    let error = try #require(throws: OverrideError.self) { try spec.applying(preset: name) }
    #expect(error.description.hasPrefix(beginning), "\(error)")
  }

  @Test func whatAPresetSetIsWrongInThePreset() throws {
    let spec = try PipelineSpec(text: Self.document).applying(preset: "fast")
    func place(_ place: String) -> String {
      spec.placing(PipelineError([Issue("is wrong", at: place)]), in: "fast").issues[0].place
    }
    #expect(place("/stages/0/with/steps") == "/presets/fast/a/steps")
    #expect(place("/stages/0/with/steps/1/x") == "/presets/fast/a/steps/1/x")
    #expect(place("/stages/0/with/rate") == "/stages/0/with/rate")
    #expect(place("/stages/7/with/steps") == "/stages/7/with/steps")
    #expect(place("/stages/0/from") == "/stages/0/from")
    #expect(place("") == "")
  }
}
