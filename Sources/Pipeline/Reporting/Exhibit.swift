public import Foundation

/// Something of a run that its report shows.
public enum Exhibit: Hashable, Codable, Sendable {
  case strip(Strip)
  case plot(Plot)
  case facts([Fact])

  /// Pictures in their order, side by side.
  public struct Strip: Hashable, Codable, Sendable {
    public var pictures: [Picture]

    public init(_ pictures: [Picture]) { self.pictures = pictures }
  }

  /// A small picture and what stands below it.
  public struct Picture: Hashable, Codable, Sendable {
    public let jpeg: Data
    /// Pixels of a row.
    public let width: Int
    /// Rows.
    public let height: Int
    public let caption: String

    public init(jpeg: Data, width: Int, height: Int, caption: String) {
      self.jpeg = jpeg
      self.width = width
      self.height = height
      self.caption = caption
    }
  }

  /// A name and its value: `frames`, `24`.
  public struct Fact: Hashable, Codable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// What can be shown of an artifact when a run is over.
///
/// An artifact that is whole when it is made gives its exhibits alone. A lazy one is made as it is
/// read, and must not be read for a report: it gives itself with something that sees what its readers get.
public protocol Showable: Artifact {
  /// The same artifact, whose elements are made under the eyes of `meter`.
  func observed(by meter: Meter) -> Self

  /// What there is to show; of an observed lazy artifact, what was read until now.
  func exhibits() throws -> [Exhibit]
}

extension Showable {
  public func observed(by meter: Meter) -> Self { self }
}

extension RunContext {
  /// Shows something in the run's report; with the results of a costly stage it is kept.
  public func show(_ exhibit: Exhibit) { events(Event(stage: stage, kind: .exhibit(exhibit))) }
}
