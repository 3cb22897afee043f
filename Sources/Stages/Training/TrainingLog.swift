import Foundation
import Media
import PV3D
import Tensors

/// The measures of a training, one JSON object a line and one line an update.
public final class TrainingLog {
  /// One line; what did not run in an update is left out.
  public struct Line: Sendable, Codable, Equatable {
    /// Updates made, this one included.
    public var update: Int
    /// Pairs seen.
    public var samples: Int
    /// Since the training began, without the time between an end and its resumption.
    public var seconds: Double
    /// Real frames shown in a second, two of each pair.
    public var imagesPerSecond: Double
    /// The probability of each change by augmentation.
    public var augmentation: Double
    public var gmain_image, gmain_video, greg: Float?
    public var dmain_image, dmain_video: Float?
    /// Mean squared gradients, before any weight.
    public var r1_image, r1_video: Float?
    /// Means of the signs of the logits, 1 where all are judged to be real.
    public var sign_real_image, sign_fake_image, sign_real_video, sign_fake_video: Float?

    init(
      update: Int, samples: Int, seconds: Double, imagesPerSecond: Double, strength: Double,
      _ measures: AdversarialMeasures
    ) throws {
      (self.update, self.samples) = (update, samples)
      (self.seconds, self.imagesPerSecond) = (seconds, imagesPerSecond)
      augmentation = strength
      let losses = measures.losses
      gmain_image = try losses[.generatorMain]?.image.item()
      gmain_video = try losses[.generatorMain]?.video.item()
      greg = try losses[.generatorRegularization]?.total.item()
      dmain_image = try losses[.discriminatorMain]?.image.item()
      dmain_video = try losses[.discriminatorMain]?.video.item()
      (r1_image, r1_video) = (measures.penalties?.image, measures.penalties?.video)
      (sign_real_image, sign_fake_image) = (
        measures.signs?.realImage, measures.signs?.generatedImage
      )
      (sign_real_video, sign_fake_video) = (
        measures.signs?.realVideo, measures.signs?.generatedVideo
      )
    }
  }

  private let file: FileHandle
  private let encoder = JSONEncoder()

  /// Opens the log behind the line of an update; later lines are of updates that are made again.
  public init(path: String, after update: Int) throws {
    let url = URL(fileURLWithPath: path)
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    let kept = text.split(separator: "\n").filter { Self.update($0) ?? .max <= update }
    try OutputFile.write(Data(kept.map { "\($0)\n" }.joined().utf8), to: path)
    file = try FileHandle(forWritingTo: url)
    try file.seekToEnd()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }

  /// The update of a line; nothing where the line is not whole.
  private static func update(_ line: Substring) -> Int? {
    struct Start: Decodable { let update: Int }
    return try? JSONDecoder().decode(Start.self, from: Data(line.utf8)).update
  }

  func write(_ line: Line) throws {
    try file.write(contentsOf: encoder.encode(line) + Data("\n".utf8))
  }
}
