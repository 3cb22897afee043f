import Foundation
import PV3D
import Tensors

/// Real portraits of a folder as training wants them: cropped, cut out by the matte over the background 0, with
/// estimated cameras and motions.
public struct PortraitFolder: Sendable {
  public let portraits: [PortraitView]
  /// Files that are not used, and why.
  public let rejected: [(file: String, reason: String)]

  /// Reads all pictures of a folder in the order of their names, but for every `kept`th, which is left to
  /// measure on.
  /// - Parameters:
  ///   - side: pixels along each side of a crop
  ///   - motionLength: numbers of a motion code
  ///   - least: the smallest crop in pixels of the picture that is not too coarse
  /// - Throws: `PortraitFolderError` where no picture can be used
  public init(
    _ folder: String, side: Int, motionLength: Int, least: Double = 150, kept: Int = 10
  ) throws {
    let names = try Self.trained(in: folder, kept: kept)
    let reader = try PortraitReader(side: side, motionLength: motionLength, least: least)
    var (portraits, rejected): ([PortraitView], [(file: String, reason: String)]) = ([], [])
    for name in names {
      try Task.checkCancellation()
      do {
        portraits.append(try reader.portrait("\(folder)/\(name)", name: name))
      } catch {
        rejected.append((name, "\(error)"))
      }
    }
    guard !portraits.isEmpty else {
      throw PortraitFolderError(
        folder: folder,
        reason: "no picture shows a face whose crop has \(Int(least)) pixels a side or more")
    }
    (self.portraits, self.rejected) = (portraits, rejected)
  }

  /// Portraits that are read already.
  package init(_ portraits: [PortraitView]) { (self.portraits, rejected) = (portraits, []) }

  /// The names of the pictures that are trained on, in order: all but every `kept`th.
  package static func trained(in folder: String, kept: Int) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw PortraitFolderError(folder: folder, reason: "cannot be read as a folder")
    }
    let pictures = names.filter { name in
      let ending = URL(fileURLWithPath: name).pathExtension.lowercased()
      return !name.hasPrefix(".") && ["jpg", "jpeg", "png", "webp"].contains(ending)
    }.sorted()
    guard !pictures.isEmpty else {
      throw PortraitFolderError(
        folder: folder, reason: "holds no pictures; .jpg, .png or .webp files are wanted")
    }
    return pictures.enumerated().filter { ($0.offset + 1) % kept != 0 }.map(\.element)
  }

  /// The portraits of one step: all in a shuffled round before any is seen again.
  public func batch(_ step: Int, count: Int, seed: UInt64) -> [PortraitView] {
    let total = portraits.count
    return (0..<min(count, total)).map { place in
      let index = step * count + place
      var random = RandomSource(seed: seed).derived("portraits \(index / total)")
      let round = portraits.indices.shuffled(using: &random)
      return portraits[round[index % total]]
    }
  }
}

/// A folder of portraits that cannot be trained on.
public struct PortraitFolderError: Error, CustomStringConvertible {
  let folder: String
  let reason: String

  public var description: String { "\(folder): \(reason)" }
}
