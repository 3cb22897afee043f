import Pipeline
import Synchronization
import Testing

@Suite struct ProvenanceTests {
  /// Gives numbers that were made of a file.
  struct Source: Stage {
    static let name = "source"
    static let summary = "Gives numbers of a file."
    static let numbers = Port<Numbers>("numbers")
    static let outputs: [any AnyPort] = [numbers]

    @Parameter("The file.") var file = "a"
    @Parameter("Whether it is a model.") var isModel = false

    func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
      let origin = Origin(isModel ? .model : .recording, name: file) { [file] in "hash of \(file)" }
      return Ports(Self.numbers, Numbers { _ in nil }).made(of: origin)
    }
  }

  static func ran(_ stages: String) async throws -> [String: Ports] {
    let registry = StageRegistry([Source.self, Scale.self, Sum.self])
    let spec = try PipelineSpec(text: #"{"stages": [\#(stages)]}"#)
    return try await Plan(spec, registry: registry).run(in: RunContext())
  }

  static let source = #"{"id": "a", "use": "source"}, "#
  static let model = #"{"id": "m", "use": "source", "with": {"file": "m", "isModel": true}}, "#

  @Test func stagesThatKnowNothingOfOriginsHandThemOn() async throws {
    let outputs = try await Self.ran(
      Self.source + Self.model
        + #"{"id": "t", "use": "sum", "from": {"numbers": "m.numbers"}}, "#
        + #"{"id": "b", "use": "scale", "from": {"numbers": "a.numbers", "offset": "t.total"}}, "#
        + #"{"id": "c", "use": "scale", "from": {"numbers": "b.numbers"}}, "#
        + #"{"id": "d", "use": "scale", "from": {"numbers": "a.numbers"}}"#)
    let drawn = try #require(outputs["c"]).provenance(of: Scale.numbers)
    #expect(drawn.isSynthesized)
    #expect(Set(drawn.origins.map(\.name)) == ["a", "m"] && drawn.origins.count == 2)
    #expect(try drawn.origins.map { try $0.sha256() }.sorted() == ["hash of a", "hash of m"])
    let plain = try #require(outputs["d"]).provenance(of: Scale.numbers)
    #expect(!plain.isSynthesized && plain.origins.map(\.name) == ["a"])
  }

  @Test func aFileThatSaysSoIsSynthesizedWithoutAModel() {
    let origins = [Origin(.recording, name: "a") { "" }, Origin(.synthesis, name: "b") { "" }]
    #expect(Provenance(origins).isSynthesized)
    #expect(!Provenance([origins[0]]).isSynthesized && !Provenance().isSynthesized)
    let joined = Provenance([origins[0]]).joined(Provenance(origins))
    #expect(joined.origins.map(\.name) == ["a", "b"])
  }

  @Test func aHashIsFoundOnceAndAFailureMoreOften() throws {
    let count = Mutex(0)
    let origin = Origin(.recording, name: "a") {
      try count.withLock { count in
        count += 1
        if count == 1 { throw Torn(index: 0) }
        return "\(count)"
      }
    }
    #expect(throws: Torn.self) { try origin.sha256() }
    #expect(try origin.sha256() == "2")
    #expect(try origin.sha256() == "2")
  }
}
