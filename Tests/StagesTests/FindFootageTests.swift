import Foundation
import Pipeline
import Stages
import TestSupport
import Testing

@Suite struct FindFootageTests {
  let shop: Workshop

  init() throws { shop = try Workshop("footage") }

  private func found(_ path: String) async throws -> [String] {
    let ports = try await FindFootage(path: shop.path(path)).run(Ports(), in: RunContext())
    return ports[FindFootage.footage].paths
  }

  @Test func aLinkToAFolderIsFollowed() async throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: shop.path("real/inner"), withIntermediateDirectories: true)
    for name in ["b.mp4", "a.mp4", ".hidden"] {
      try Data().write(to: URL(fileURLWithPath: shop.path("real/\(name)")))
    }
    for (link, target) in [("link", "real"), ("real/c.mp4", "a.mp4"), ("real/folder", "inner")] {
      try files.createSymbolicLink(atPath: shop.path(link), withDestinationPath: target)
    }
    let names = ["a.mp4", "b.mp4", "c.mp4"]
    #expect(try await found("real") == names.map { shop.path("real/\($0)") })
    #expect(try await found("link") == names.map { shop.path("link/\($0)") })
  }

  @Test func aFolderWithoutFilesIsAnError() async throws {
    try FileManager.default.createDirectory(
      atPath: shop.path("empty/inner"), withIntermediateDirectories: true)
    await #expect {
      _ = try await found("empty")
    } throws: {
      "\($0)".hasSuffix("empty: holds no file")
    }
  }
}
