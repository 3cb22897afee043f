import Foundation
import TestSupport
import Testing

@Suite struct SchemaTests {
  static let folder = Shared.root.appendingPathComponent("pipelines")

  /// Debian's python3-jsonschema, as an independent judge; prints the reason when a test must be skipped.
  static let hasValidator: Bool = {
    let found = (try? Workshop("schema").python("import jsonschema")) != nil
    if !found { print("skipped: python3-jsonschema is not installed") }
    return found
  }()

  /// What the judge says of documents, one line each: `valid`, or the place of the best error.
  func judged(_ documents: [String]) throws -> [String] {
    let shop = try Workshop("schema")
    let paths = try documents.enumerated().map { index, text in
      let path = shop.path("\(index).json")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
    let script = """
      import json, sys
      from jsonschema import Draft7Validator
      from jsonschema.exceptions import best_match
      schema = json.load(open(sys.argv[1]))
      Draft7Validator.check_schema(schema)
      for path in sys.argv[2:]:
          error = best_match(Draft7Validator(schema).iter_errors(json.load(open(path))))
          print("/" + "/".join(map(str, error.absolute_path)) if error else "valid")
      """
    let schema = Self.folder.appendingPathComponent("schema.json").path
    return try shop.python(script, [schema] + paths).split(separator: "\n").map(String.init)
  }

  @Test func theSchemaOfThePackageIsWhatTheProgramPrints() throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("schema.json"), encoding: .utf8)
    #expect(try Program.run("schema").output == text, "pvpipe schema > pipelines/schema.json")
  }

  @Test func everyPipelineRefersToTheSchema() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    where name.hasSuffix(".json") && name != "schema.json" {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
      #expect(text.contains("\"$schema\": \"schema.json\""), "\(name)")
    }
  }

  @Test(.enabled(if: hasValidator)) func everyPipelineIsValid() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".json") && $0 != "schema.json" }
    let texts = try names.map {
      try String(contentsOf: Self.folder.appendingPathComponent($0), encoding: .utf8)
    }
    #expect(try judged(texts) == names.map { _ in "valid" })
  }

  @Test(.enabled(if: hasValidator)) func mistakesAreFoundWhereTheyAre() throws {
    func document(_ entry: String) -> String { #"{"stages": [\#(entry)]}"# }
    let mistakes = [
      (document(#"{"id": "a", "use": "decod"}"#), "/stages/0/use"),
      (document(#"{"id": "a", "use": "decode", "with": {"cuont": 1}}"#), "/stages/0/with"),
      (document(#"{"id": "a", "use": "decode", "with": {"count": 0}}"#), "/stages/0/with/count"),
      (document(#"{"id": "a", "use": "decode", "with": {"count": null}}"#), "valid"),
      (document(#"{"id": "a", "use": "encode"}"#), "/stages/0"),
      (
        document(#"{"id": "a", "use": "encode", "from": {"frames": "b.track"}}"#),
        "/stages/0/from/frames"
      ),
      (
        document(
          #"{"id": "a", "use": "encode", "with": {"codec": "h265"}, "from": {"frames": "b.crops"}}"#
        ),
        "valid"
      ),
      (
        document(
          #"{"id": "a", "use": "encode", "with": {"codec": "vp9"}, "from": {"frames": "b.crops"}}"#),
        "/stages/0/with/codec"
      ),
      (#"{"stages": [], "x": 1}"#, "/"),
    ]
    #expect(try judged(mistakes.map(\.0)) == mistakes.map(\.1))
  }
}
