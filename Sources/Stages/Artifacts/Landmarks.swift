/// The points of one face of a video, in memory or in a file that the faces of the video share.
///
/// 468 points are 11 kB: those of a long video would take more memory than all else of a run.
public struct Landmarks: Sendable {
  private enum Place: Sendable {
    case memory([SIMD3<Double>])
    case file(LandmarkFile, offset: Int, count: Int)
    indirect case between(Landmarks, Landmarks, Double)
  }

  private let place: Place

  /// Points in memory.
  public init(_ points: [SIMD3<Double>]) { place = .memory(points) }

  /// Points of which the first lies at a byte of a file.
  init(in file: LandmarkFile, offset: Int, count: Int) {
    place = .file(file, offset: offset, count: count)
  }

  private init(_ place: Place) { self.place = place }

  /// The points, read where they are not in memory.
  public var points: [SIMD3<Double>] {
    get throws {
      switch place {
      case .memory(let points): points
      case .file(let file, let offset, let count): try file.points(at: offset, count: count)
      case .between(let first, let second, let part):
        try zip(first.points, second.points).map { $0 + part * ($1 - $0) }
      }
    }
  }

  /// What lies `part` of the way to `other`; mixed when it is asked for.
  func mixed(_ other: Landmarks, _ part: Double) -> Landmarks {
    Landmarks(.between(self, other, part))
  }
}

extension Landmarks: Equatable {
  /// Whether both have the same points; what cannot be read is equal to nothing.
  public static func == (first: Landmarks, second: Landmarks) -> Bool {
    guard let points = try? first.points, let others = try? second.points else { return false }
    return points == others
  }
}

extension Landmarks: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([SIMD3<Double>].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(points)
  }
}
