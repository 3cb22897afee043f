import Foundation
import PV3D
public import Pipeline
import Tensors

extension ModelArtifact: Showable {
  public func exhibits() throws -> [Exhibit] {
    let title = card.map { ModelCard($0) }?.title
    let numbers = generator.parameters.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let facts = [
      title.map { Exhibit.Fact("model", $0) },
      path.isEmpty ? nil : Exhibit.Fact("file", URL(fileURLWithPath: path).lastPathComponent),
      sha256.isEmpty ? nil : Exhibit.Fact("SHA-256", sha256),
      Exhibit.Fact("pictures", "\(config.imageResolution) × \(config.imageResolution) pixels"),
      Exhibit.Fact("parameters", "\(numbers)"),
    ]
    return [.facts(facts.compactMap(\.self))]
  }
}

extension Footage: Showable {
  public func exhibits() throws -> [Exhibit] {
    [.facts([Exhibit.Fact("videos", "\(paths.count)")])]
  }
}
