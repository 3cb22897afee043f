import Faces
import Media
public import Pipeline

/// Puts drawn crops back into the frames that they were taken from.
///
/// Drawn frame k lies where crop k was: turned, sized and faded at its edge into the whole frame. Where the crops end
/// before what is drawn, as those of a still, the last one and its frame stay.
public struct PasteBack: Stage {
  public static let name = "paste-back"
  public static let summary = "Puts drawn crops back into the frames that they were taken from."
  public static let frames = Port<Frames>("frames")
  public static let whole = Port<Frames>("whole")
  public static let track = Port<FaceTrack>("track")
  public static let pasted = Port<Frames>("pasted")
  public static let inputs: [any AnyPort] = [frames, whole, track]
  public static let outputs: [any AnyPort] = [pasted]
  public static let influences: Set<Influence> = []

  @Parameter("The part of a crop's side over which its edge fades into the frame.", in: 0...0.5)
  public var feather = 0.1

  public init() {}

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    let whole = inputs[Self.whole.name]
    return [
      Self.pasted.name: Extent(
        frames: inputs[Self.frames.name]?.frames, width: whole?.width, height: whole?.height)
    ]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let (drawn, whole, track) = (inputs[Self.frames], inputs[Self.whole], inputs[Self.track])
    guard drawn.info.width == drawn.info.height else {
      throw StageInputError(
        "'frames' are \(drawn.info.width) × \(drawn.info.height) pixels; wanted is one view of each, a square "
          + "('yawDegrees' of one angle, nothing at 'beside')")
    }
    guard whole.info.width == track.width, whole.info.height == track.height else {
      throw StageInputError(
        "'whole' are frames of \(whole.info.width) × \(whole.info.height) pixels, 'track' is of "
          + "\(track.width) × \(track.height); wanted are the frames that were cropped")
    }
    guard !track.entries.isEmpty else { throw StageInputError("'track' has no crop") }
    var info = drawn.info
    (info.width, info.height) = (whole.info.width, whole.info.height)
    let feather = feather
    return Ports(
      Self.pasted,
      Frames(info) {
        var drawings = drawn.makeAsyncIterator()
        var wholes = whole.makeAsyncIterator()
        var shown: Frame?
        return {
          guard let drawing = try await drawings.next() else { return nil }
          let entry = track.entries[min(drawing.index, track.entries.count - 1)]
          while (shown?.index ?? -1) < entry.sourceIndex {
            guard let next = try await wholes.next() else { break }
            shown = next
          }
          guard var frame = shown else { throw StageInputError("'whole' has no frames") }
          try CropPaste(entry.crop, feather: feather).paste(drawing, into: &frame)
          (frame.time, frame.duration) = (drawing.time, drawing.duration)
          frame.index = drawing.index
          return frame
        }
      })
  }
}
