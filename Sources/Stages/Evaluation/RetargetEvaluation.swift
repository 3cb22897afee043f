import Foundation
import Heads
import Media
import PV3D
import Pipeline
import Tensors

extension ModelEvaluation {
  /// What the pipeline multiplies the motion with.
  private static let strength = 1.0

  /// The motion of one person on another, and how still a still stays.
  func retargeted() async throws -> EvaluationResult {
    guard let folder = folders.clips else { return .needing("--clips", "real clips") }
    let files = try PortraitClips(folder: folder)
    var table = Self.retargetTable()
    var sheet = ContactSheet(columns: 8, side: EvaluationSettings.thumbnail / 2)
    var sources: [String: (clip: CroppedClip, motion: LatentTrack)] = [:]
    for (source, target) in files.pairs(settings.pairs) {
      progress("retarget: \(source.name) on \(target.name)")
      if sources[source.name] == nil {
        let clip = try await CroppedClip(
          source.name, path: source.path, side: generator.config.imageResolution,
          count: settings.frames)
        sources[source.name] = (clip, try await clip.moved(model))
      }
      guard let source = sources[source.name] else { continue }
      let subject = try await inversion(of: target, moves: true)
      let result = try await moved(subject.latents, by: source.motion)
      try add(
        "\(source.clip.name) on \(target.name)", source.clip.crops, subject.clip.crops, result,
        &table, &sheet)
    }
    let check = try await selfCheck(&table, &sheet)
    let jitter = try await jitter(files)
    return EvaluationResult(tables: [table, check, jitter], sheets: [("retarget", sheet)])
  }

  private func moved(_ target: LatentTrack, by source: LatentTrack) async throws -> [Frame] {
    var edit = MotionEdit()
    edit.strength = Self.strength
    var inputs = Ports(MotionEdit.latents, target)
    inputs[MotionEdit.source] = source
    let latents = try await edit.run(inputs, in: RunContext())[MotionEdit.edited]
    return try latents.drawn(Array(0..<latents.count))
  }

  private func add(
    _ name: String, _ source: [Frame], _ target: [Frame], _ result: [Frame],
    _ table: inout EvaluationTable, _ sheet: inout ContactSheet, isControl: Bool = false
  ) throws {
    let seen = try ObservedFrames(result)
    let motion = try ObservedFrames(source).compared(seen)
    let likeness = try ObservedFrames([target[0]]).compared(seen)
    func share(_ deviations: [Double?]) -> Double? {
      deviations[1].flatMap { after in deviations[0].map { after / max($0, 1e-9) } }
    }
    table.add(
      name,
      [
        likeness.identityDistance, motion.mouthCorrelation, share(motion.mouthDeviations),
        motion.blinkCorrelation, motion.browCorrelation, share(motion.browDeviations),
        motion.yawCorrelation, motion.yawDeviations[0], motion.yawDifference,
        Double(motion.facelessFrames[1]),
      ], isControl: isControl)
    let moments = Self.moments(result.count, sheet.columns)
    for moment in moments { try sheet.add(source[moment], caption: "\(name)") }
    for moment in moments { try sheet.add(result[moment], caption: "\(moment)") }
  }

  /// So many of the frames, spread evenly.
  private static func moments(_ frames: Int, _ count: Int) -> [Int] {
    (0..<count).map { $0 * frames / count }
  }

  /// One performance by two heads that training never saw: the second one's own is the truth.
  private func selfCheck(
    _ table: inout EvaluationTable, _ sheet: inout ContactSheet
  ) async throws -> EvaluationTable {
    progress("retarget: self-check")
    let side = generator.config.imageResolution
    let (actor, _) = try acting("Hispanic_F_1")
    let (truth, still) = try acting("White_M_3")
    let source = try await CroppedClip("actor", actor, side: side)
    let target = try await CroppedClip(
      "White_M_3", Frames([still], rate: Ratio(25, 1)), side: side)
    let wanted = try await CroppedClip("truth", truth, side: side)
    let latents = try await target.inverted(
      model, settings.inversion(moves: true), seed: settings.seed,
      progress: steps("self-check"))
    let result = try await moved(latents, by: source.moved(model))
    try add(
      "self-check", source.crops, target.crops, result, &table, &sheet, isControl: true)
    for moment in Self.moments(result.count, sheet.columns) {
      try sheet.add(wanted.crops[min(moment, wanted.crops.count - 1)], caption: "truth")
    }
    let metrics = try ObservedFrames(wanted.crops).compared(ObservedFrames(result))
    var check = EvaluationTable(
      "Self-check: the result against the truth",
      note: """
        Held-out Hispanic_F_1 acts; held-out White_M_3 is given her motion from one picture, and \
        White_M_3 acting the same is the truth. PSNR in dB; correlations over time.
        """, heading: "",
      columns: [
        .init("face PSNR", .higher), .init("PSNR", .higher), .init("id", .lower),
        .init("mouth", .higher), .init("blink", .higher), .init("yaw", .higher),
      ], hasMeans: false)
    check.add(
      "self-check",
      [
        metrics.facePSNR, metrics.psnr, metrics.identityDistance, metrics.mouthCorrelation,
        metrics.blinkCorrelation, metrics.yawCorrelation,
      ])
    return check
  }

  /// A head that acts, and a picture of it nearly at rest.
  private func acting(_ name: String) throws -> (Frames, still: Frame) {
    let library = try views().library
    var sampler = try HeadSampler(library: library, seed: 1)
    var look = sampler.look()
    look.recipe = try library.recipe(name)
    let size = 512
    let stage = ActingStage(
      look: look, head: try library.blend(look.recipe), focal: 2.6, size: size)
    func frame(_ scene: Scene, _ index: Int) -> Frame {
      Frame(
        width: size, height: size,
        pixels: Rasterizer(supersampling: 2).render(scene, size: size).image.pixels,
        time: MediaTime(Int64(index), 25), index: index)
    }
    let clip = ActingClip(seed: 5, seconds: Double(settings.frames) / 25, rate: 25)
    let frames = clip.frames.enumerated().map { frame(stage.scene($1), $0) }
    return (Frames(frames, rate: Ratio(25, 1)), frame(stage.rest, 0))
  }

  private static func retargetTable() -> EvaluationTable {
    EvaluationTable(
      "Motion of one on another",
      note: """
        The source's motion, \(strength) times, and its cameras on the target, seen as the source is. \
        'id' is the identity distance of the result from the target's first frame; mouth, blink, brow and \
        yaw are correlations of the result with the source over time, 'mouth share' how much the \
        result's mouth moves of the source's (ratio of standard deviations), brow and 'brow share' the same of \
        the brows' height above the eyes; the source's yaw \
        deviation tells whether the head turns at all (the mesh's noise is half a degree); 'off' is \
        the mean difference of the yaws in degrees; 'no face' counts frames of the result in which none \
        is found. 'self-check' is synthetic and not in the mean.
        """, heading: "source and target",
      columns: [
        .init("id", .lower), .init("mouth", .higher, goal: 0.8), .init("mouth share", .higher),
        .init("blink", .higher, goal: 0.6), .init("brow", .higher), .init("brow share", .higher),
        .init("yaw", .higher), .init("source's yaw"),
        .init("off", .lower), .init("no face", .lower),
      ])
  }
}
