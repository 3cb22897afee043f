import Foundation
import Pipeline
import Testing

@Suite struct JSONTests {
  @Test func everyKindOfValueIsReadAndWritten() throws {
    let text =
      #" {"a": [1, -2.5, 1e-3, true, false, null], "b": {"c": "é\n\"\\\/\u00e9\ud83d\ude00"}} "#
    let value = try JSONText(text).value
    let list: JSON = .array([
      .integer(1), .number(-2.5), .number(0.001), .bool(true), .bool(false), .null,
    ])
    #expect(value == .object(["a": list, "b": .object(["c": .string("é\n\"\\/é😀")])]))
    #expect(try JSONText(value.description).value == value)
    #expect(try value.decoded(as: JSON.self) == value)
    #expect(try JSON(encoding: value) == value)
  }

  @Test(arguments: [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
  ])
  func integersOf64BitsAreExact(text: String) throws {
    let value = try JSONText(text).value
    #expect(value == .integer(try #require(Int128(text))))
    #expect(value.description == text)
    #expect(try JSON(encoding: value) == value)
    #expect(try value.decoded(as: JSON.self) == value)
  }

  @Test func aNumberWithAnExponentIsNoInteger() throws {
    #expect(try JSONText("1E+3").value == .number(1000))
    #expect(try JSONText(JSON.number(1000).description).value == .number(1000))
  }

  @Test func greaterIntegersAreNumbers() throws {
    #expect(try JSONText("18446744073709551616").value == .number(18_446_744_073_709_551_616))
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends, wanted a value"),
    ("{", "line 1, column 2: the text ends, wanted a key in quotes"),
    ("{\n  \"é\": ]", "line 2, column 8: found ']', wanted a value"),
    ("{\"a\" 1}", "line 1, column 6: found '1', wanted ':' after a key"),
    ("{\"a\": 1 \"b\"}", "line 1, column 9: found '\"', wanted ',' or '}'"),
    ("[1, 2,]", "line 1, column 7: found ']', wanted a value"),
    ("[1\n2]", "line 2, column 1: found '2', wanted ',' or ']'"),
    ("{\"a\": 1,}", "line 1, column 9: found '}', wanted a key in quotes"),
    ("01", "line 1, column 2: found '1', wanted the end of the text"),
    ("-", "line 1, column 2: the text ends, wanted a digit"),
    ("1.", "line 1, column 3: the text ends, wanted a digit"),
    ("[1e999]", "line 1, column 2: the number 1e999 is too large"),
    ("nul", "line 1, column 1: found 'n', wanted a value"),
    ("\"a\nb\"", "line 1, column 3: a line break or control character stands inside quotes"),
    ("\"a", "line 1, column 3: the text ends, wanted the closing quote"),
    ("\"\\x\"", "line 1, column 3: found 'x', wanted one of \" \\ / b f n r t u after '\\'"),
    ("\"\\ud800\"", "line 1, column 8: half of a surrogate pair stands alone"),
    ("\"\\u12g4\"", "line 1, column 6: found 'g', wanted four hexadecimal digits after '\\u'"),
    ("// no\n1", "line 1, column 1: found '/', wanted a value"),
  ])
  func textThatIsNoJSONIsPlacedByLineAndColumn(text: String, message: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONText(text) }
    do throws(JSONSyntaxError) { _ = try JSONText(text) } catch {
      #expect(error.description == message)
    }
  }

  @Test func nestingHasALimit() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try JSONText(nested(JSONText.deepest)) }
    #expect(throws: JSONSyntaxError.self) { try JSONText(nested(100_000)) }
  }

  @Test func aKeyGivenTwiceIsPlacedAndItsLastValueCounts() throws {
    let text = try JSONText(#"[{"a": 1}, {"b": {"a": 1, "a": 2}, "b/~": 0, "b/~": 1}]"#)
    #expect(text.repeatedKeys.map(\.description) == ["/1/b/a", "/1/b~1~0"])
    #expect(
      text.value
        == .array([
          .object(["a": .integer(1)]),
          .object(["b": .object(["a": .integer(2)]), "b/~": .integer(1)]),
        ]))
  }

  @Test func aPointerEscapesSlashesAndTildes() {
    #expect((JSONPointer.root / "a/b" / 3 / "~").description == "/a~1b/3/~0")
    #expect(JSONPointer.root.description == "")
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("abc", "abd", 1), ("abc", "acb", 1),
    ("kitten", "sitting", 3), ("frames", "fraems", 1), ("size", "sise", 1), ("ca", "abc", 3),
  ])
  func distanceCountsEditsAndSwaps(first: String, second: String, distance: Int) {
    #expect(NearestName.distance(first, second) == distance)
    #expect(NearestName.distance(second, first) == distance)
  }

  @Test(arguments: [
    ("sise", "size"), ("fames", "frames"), ("Frames", "frames"), ("frmaes", "frames"),
    ("camera-estimtae", "camera-estimate"), ("zzz", nil), ("x", nil), ("", nil), ("sz", nil),
  ])
  func onlyASlipHasANearestName(name: String, nearest: String?) {
    let names = ["size", "side", "frames", "camera-estimate", "y"]
    #expect(NearestName.of(name, among: names) == nearest)
  }
}
