import Foundation
import TestSupport
import Tensors
import Testing

/// That no official number is passed over.
///
/// Whether each tensor is read shows only in a whole run: `make parity` lists those that are not.
@Suite(.enabled(if: Fixture.has("index.json"))) struct FixtureCoverageTests {
  /// The text of all tests but this one.
  private let tests: String

  init() throws {
    let folder = Shared.root.appendingPathComponent("Tests")
    let own = URL(fileURLWithPath: #filePath).lastPathComponent
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") && !$0.hasSuffix(own) }
    tests = try paths.sorted()
      .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
      .joined(separator: "\n")
  }

  private static func files() throws -> [String] {
    try Fixture.json("index.json").members["files"]?.members.keys.sorted() ?? []
  }

  @Test(.enabled(if: Fixture.has("ops/ops.json"))) func everyRecordedOperationHasATest() throws {
    let cases = try Fixture.json("ops/ops.json").members["cases"]?.values ?? []
    let recorded = Set(cases.compactMap { $0.members["op"]?.string })
    let tested = Set(
      tests.matches(of: /OperationCase\.all\("([^"]+)"\)/).map { String($0.output.1) })
    #expect(!recorded.isEmpty)
    #expect(recorded.subtracting(tested).sorted() == [])
  }

  @Test func everyRecordedFileIsOpenedByATest() throws {
    let files = try Self.files()
    #expect(!files.isEmpty)
    for path in files {
      let url = URL(fileURLWithPath: path)
      // A set of tensors is opened by its folder and name, everything else by its path.
      let isOpened =
        path.hasSuffix(".safetensors")
        ? tests.contains("\"\(url.deletingPathExtension().lastPathComponent)\"")
        : tests.contains("\"\(path)\"") || tests.contains("/\(url.lastPathComponent)\"")
      #expect(isOpened, "\(path) is opened by no test")
    }
  }

  @Test func everyListedFileIsThereWithItsLength() throws {
    for (path, entry) in try Fixture.json("index.json").members["files"]?.members ?? [:] {
      let url = Shared.fixtures.appendingPathComponent(path)
      let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int
      #expect(size == entry.members["bytes"]?.int, "\(path)")
    }
  }

  @Test(.enabled(if: Parity.isOn, "PVPIPE_PARITY names no file"))
  func recordedTensorsAreListed() throws {
    for path in try Self.files() where path.hasSuffix(".safetensors") {
      let name = path.dropLast(".safetensors".count)
      let file = try Safetensors(path: Shared.fixtures.appendingPathComponent(path).path)
      for tensor in file.entries.keys { Parity.recorded("\(name)/\(tensor)") }
    }
  }
}
