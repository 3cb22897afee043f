import Foundation
import Media
import PV3D

extension ModelEvaluation {
  /// Views beside the clip's own, in degrees.
  private static let sides = [-30.0, -15, 15, 30]

  /// Real clips, each inverted and drawn again from its own view and from others.
  func clips() async throws -> EvaluationResult {
    guard let folder = folders.clips else { return .needing("--clips", "real clips") }
    let files = try PortraitClips(folder: folder)
    var table = Self.clipTable(settings.stride)
    var sheet = ContactSheet(columns: 3 + Self.sides.count, side: EvaluationSettings.thumbnail)
    for file in files.chosen(settings.clips) {
      let subject = try await inversion(of: file)
      try measure(file.name, subject, &table, &sheet)
    }
    let control = ModelArtifact(generator: try control())
    for file in files.controlled(settings.controls) {
      let clip = try await inversion(of: file).clip
      let latents = try await clip.inverted(
        control, settings.inversion(moves: false), seed: settings.seed,
        progress: steps("\(file.name), control"))
      try measure(
        "\(file.name), control", InvertedClip(clip: clip, latents: latents), &table, &sheet,
        isControl: true)
    }
    return EvaluationResult(tables: [table], sheets: [("clips", sheet)])
  }

  /// A clip as the model explains it; made once.
  /// - Parameter moves: whether the person is to be given another motion
  func inversion(of file: PortraitClips.File, moves: Bool = false) async throws -> InvertedClip {
    let name = moves ? "\(file.name), to move" : file.name
    if let known = inverted[name] { return known }
    let clip = try await CroppedClip(
      file.name, path: file.path, side: generator.config.imageResolution, count: settings.frames)
    let made = InvertedClip(
      clip: clip,
      latents: try await clip.inverted(
        model, settings.inversion(moves: moves), seed: settings.seed, progress: steps(file.name)))
    inverted[name] = made
    return made
  }

  /// Tells every twentieth step of an inversion.
  func steps(_ name: String) -> @Sendable (Int, Int) -> Void {
    let tell = progress
    return { step, total in
      if step % 20 == 0 || step == total { tell("\(name): step \(step) of \(total)") }
    }
  }

  private func measure(
    _ name: String, _ subject: InvertedClip, _ table: inout EvaluationTable,
    _ sheet: inout ContactSheet, isControl: Bool = false
  ) throws {
    progress("\(name): measured")
    let all = Array(subject.clip.crops.indices)
    let some = all.filter { $0 % settings.stride == 0 }
    let truth = try ObservedFrames(subject.clip.crops)
    let tuned = try ObservedFrames(subject.latents.drawn(all))
    let before = try ObservedFrames(subject.untuned.drawn(some))
    let sides = try Self.sides.map { try ObservedFrames(subject.latents.drawn(some, yaw: $0)) }
    let (after, first) = (try truth.compared(tuned), try truth.picked(some).compared(before))
    let turned = try sides.map { try truth.picked(some).compared($0).identityDistance }
    table.add(
      name,
      [first.psnr, after.psnr, first.facePSNR, after.facePSNR, first.identityDistance]
        + [after.identityDistance] + turned
        + [
          after.mouthCorrelation, after.blinkCorrelation, after.yawCorrelation,
          Double(after.facelessFrames[1]),
        ],
      isControl: isControl)
    // The first frame and the one that came out worst.
    let ratios = try some.map {
      try ImageMetrics(UnitImage(truth.frames[$0]), UnitImage(tuned.frames[$0])).psnr()
    }
    let worst = ratios.indices.min { ratios[$0] < ratios[$1] } ?? 0
    for place in worst == 0 ? [0] : [0, worst] {
      let moment = some[place]
      let shown = [truth.frames[moment], before.frames[place], tuned.frames[moment]]
      let captions = ["crop", "before tuning", "after"] + Self.sides.map { "\(Int($0))" }
      for (frame, caption) in zip(shown + sides.map { $0.frames[place] }, captions) {
        try sheet.add(frame, caption: "\(name) \(moment) \(caption)")
      }
    }
  }

  private static func clipTable(_ stride: Int) -> EvaluationTable {
    let angles = sides.map { side in
      EvaluationTable.Column(
        String(format: "id %+.0f", side), .lower, goal: abs(side) < 20 ? 0.40 : 0.45)
    }
    return EvaluationTable(
      "Real clips, reconstruction",
      note: """
        Each clip's first frames, fitted to at most six of them, against its crops at the model's \
        resolution: PSNR in dB over the whole picture and in the face window, before the generator is \
        tuned (a) and after (b); the background plate comes from the very frames, which flatters the \
        whole picture. 'id' is the Euclidean distance of dlib's identity vectors from the crop, below \
        0.6 for one person; it is a term of the inversion's loss as well. Then the same from views \
        beside the clip's own. Mouth, blink and yaw are correlations over time; 'no face' counts \
        drawn frames in which none is found, which identities leave out. (a) and the views \
        take one frame in \(stride). The control is a generator of random weights inverted by as \
        many steps.
        """, heading: "clip",
      columns: [
        .init("PSNR a", .higher), .init("PSNR b", .higher, goal: 29),
        .init("face PSNR a", .higher), .init("face PSNR b", .higher), .init("id a", .lower),
        .init("id b", .lower, goal: 0.27),
      ] + angles + [
        .init("mouth", .higher), .init("blink", .higher), .init("yaw", .higher),
        .init("no face", .lower),
      ])
  }
}

extension EvaluationResult {
  /// Nothing, for an option was not given.
  static func needing(_ option: String, _ what: String) -> EvaluationResult {
    EvaluationResult(
      skipped: ["it needs \(what), which \(option) names, and \(option) is not given"])
  }
}

extension EvaluationSettings {
  /// The inversion of the pipelines, those that move the person or others, with as many steps as are set.
  func inversion(moves: Bool) -> Inversion {
    var stage = Inversion()
    stage.styleSteps = inversion.styleSteps
    stage.extendedSteps = inversion.extendedSteps
    stage.tuningSteps = inversion.tuningSteps
    if moves { stage.motionPriorWeight = Inversion.movedPriorWeight }
    return stage
  }
}
