import Foundation
import PV3D
import Stages
import TestSupport
import Testing

@Suite(.enabled(if: Shared.has("data/portraits"))) struct PortraitFolderTests {
  let shop: Workshop

  init() throws { shop = try Workshop("portraits") }

  private func folder(_ names: [String]) throws -> String {
    let folder = shop.folder.appendingPathComponent("faces")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (index, name) in names.enumerated() {
      try FileManager.default.copyItem(
        at: Shared.folder.appendingPathComponent("data/portraits/\(name)"),
        to: folder.appendingPathComponent("\(index).jpg"))
    }
    return folder.path
  }

  @Test func portraitsAreCroppedPlacedAndCutOut() throws {
    let table = try String(
      contentsOf: Shared.folder.appendingPathComponent("data/portraits/portraits.csv"),
      encoding: .utf8)
    let rows = table.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
    func width(_ row: [Substring]) -> Double { (Double(row[6]) ?? 0) - (Double(row[4]) ?? 0) }
    let large = rows.filter { width($0) > 200 }.prefix(2).map { String($0[0]) }
    let small = try #require(rows.first { width($0) > 72 && width($0) < 76 }.map { String($0[0]) })
    let path = try folder(large + [small])
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(path)/3.png"))
    let read = try PortraitFolder(path, side: 128, motionLength: 32)
    #expect(read.portraits.map(\.name) == ["0.jpg", "1.jpg"])
    #expect(read.rejected.map(\.file) == ["2.jpg", "3.png"])
    #expect(read.rejected[0].reason.contains("pixels a side, 150 are wanted"))
    for portrait in read.portraits {
      #expect(portrait.motion.count == 32 && portrait.view.label.count == 25)
      #expect(portrait.view.colors.count == 128 * 128 * 3)
      let mask = portrait.view.mask
      // The middle is the face, the upper corners are not the person.
      #expect(mask[64 * 128 + 64] > 0.9 && mask[0] < 0.3)
      #expect(abs(portrait.view.colors[0]) < 0.3)
      #expect(abs(Camera(label: portrait.view.label).yaw) < 0.5)
    }
  }

  @Test func aFolderWithoutFacesIsOneSentence() throws {
    let path = try folder([])
    #expect(throws: PortraitFolderError.self) {
      try PortraitFolder(path, side: 64, motionLength: 8)
    }
    let error = try #require(throws: PortraitFolderError.self) {
      try PortraitFolder(path + "/none", side: 64, motionLength: 8)
    }
    #expect(error.description == "\(path)/none: cannot be read as a folder")
  }

  @Test func everyTenthIsLeftToMeasureOnAndRoundsShowAll() throws {
    let path = try folder([])
    for index in 0..<25 {
      try Data().write(to: URL(fileURLWithPath: "\(path)/\(String(format: "%02d", index)).jpg"))
    }
    let names = try PortraitFolder.trained(in: path, kept: 10)
    #expect(names.count == 23 && !names.contains("09.jpg") && !names.contains("19.jpg"))
    let portraits = (0..<5).map {
      PortraitView(
        name: "\($0)", side: 1, view: .init(label: [], colors: [], depths: [], mask: []), motion: []
      )
    }
    let source = PortraitFolder(portraits)
    let seen = (0..<5).flatMap { source.batch($0, count: 3, seed: 1).map(\.name) }
    for round in 0..<3 { #expect(Set(seen[round * 5..<round * 5 + 5]).count == 5) }
    #expect(seen == (0..<5).flatMap { source.batch($0, count: 3, seed: 1).map(\.name) })
    #expect(seen != (0..<5).flatMap { source.batch($0, count: 3, seed: 2).map(\.name) })
  }
}
