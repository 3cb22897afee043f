import Foundation
import Media
import TestSupport
import Testing

@Suite struct OutputFileTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  @Test(arguments: [0, 1, 100_000]) func bytesAppearUnderTheirName(_ count: Int) throws {
    let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
    let file = try OutputFile(path: shop.path("a.bin"))
    try file.write(data)
    #expect(try !shop.names.contains("a.bin"))
    try file.commit()
    #expect(try shop.names == ["a.bin"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: shop.path("a.bin"))) == data)
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    try FileManager.default.createDirectory(
      atPath: shop.path("out"), withIntermediateDirectories: false)
    let file = try OutputFile(path: shop.path("out/a.bin"))
    try FileManager.default.removeItem(atPath: shop.path("out"))
    let error = try #require(throws: MediaError.self) { try file.write(Data([1])) }
    #expect(error.path == shop.path("out/a.bin"))
    #expect(error.message == "cannot be written (no such file or directory)")
  }
}
