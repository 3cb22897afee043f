import Foundation
import PV3D
import Pipeline
import Tensors

/// What an adversarial training is told: its data, its sizes, its schedule.
///
/// As a JSON document every key may be left out but `data` and one of `updates` and `samples`; the schedule's
/// resolutions, the blur and the discriminators' sizes follow from the generator where they are not given.
public struct TrainingConfig: Sendable, Codable, Equatable {
  /// Where clips come from; exactly one folder is named.
  public struct Data: Sendable, Codable, Equatable {
    /// Folder in the layout of `ClipFolder`.
    public var clips = ""
    /// Folder of synthetic heads.
    public var heads = ""
    /// Probability that a real pair is shown in a mirror.
    public var mirrored = 0.5
    /// What stands behind synthetic heads.
    public var backdrop = HeadClips.Backdrop.gray
  }

  /// Learning rates, before they are slowed because regularizations take steps of their own.
  public struct Rates: Sendable, Codable, Equatable {
    public var generator = 0.0025
    public var discriminators = 0.002
  }

  public var data = Data()
  /// Folder of the training.
  public var out = ""
  public var seed: UInt64 = 1
  /// Pairs of one update over all devices.
  public var batch = 32
  /// Updates of the whole training; 0 where `samples` says it.
  public var updates = 0
  /// Pairs seen in the whole training; 0 where `updates` says it.
  public var samples = 0
  public var model = GeneratorConfig()
  public var discriminators = DiscriminatorConfig()
  public var loss = AdversarialLoss()
  public var schedule = AdversarialSchedule()
  public var rates = Rates()
  public var augment = TrainingAugmentation()
  /// A model file whose tensors the generator starts with; empty for random ones.
  public var from = ""
  /// Beginnings of the names of tensors that stay as they are.
  public var freeze: [String] = []
  /// Updates from one checkpoint to the next.
  public var checkpointEvery = 500
  /// Updates from one sheet of samples to the next; 0 for none.
  public var sheetEvery = 500
  /// `cpu` or `cuda`.
  public var device = RunContext.Device.cpu
  /// Of the convolutions of super-resolution and of the discriminators' blocks of 64 pixels and more.
  public var precision = Precision.full
  /// Threads of one tensor operation; 0 for one less than the cores.
  public var threads = 0

  public init() {}

  /// Updates of the whole training.
  public var length: Int { updates > 0 ? updates : (samples + batch - 1) / batch }
}

extension TrainingConfig {
  /// Reads the document at `path`; its relative paths are relative to its folder.
  /// - Parameter out: the folder of the training, instead of the document's
  public init(path: String, out: String? = nil) throws(PipelineError) {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let what = isFolder.boolValue ? "is a folder, not a training document" : "is not UTF-8 text"
      throw PipelineError([Issue(isThere ? what : "there is no such file", at: "")])
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try self.init(text: text, folder: folder, out: out)
  }

  /// Reads a document.
  /// - Parameter folder: to which its relative paths are relative
  public init(text: String, folder: URL, out: String? = nil) throws(PipelineError) {
    let document: JSONText
    do { document = try JSONText(text) } catch {
      throw PipelineError([Issue(error.reason, at: error.place)])
    }
    guard document.repeatedKeys.isEmpty else {
      throw PipelineError(document.repeatedKeys.map { Issue("is given twice", at: $0) })
    }
    guard case .object(var fields) = document.value else {
      throw PipelineError([
        Issue("a training must be an object, not \(document.value.found)", at: .root)
      ])
    }
    let issues = Self.issues(with: fields)
    guard issues.isEmpty else { throw PipelineError(issues) }
    func resolved(_ path: String) -> String {
      path.isEmpty || path.hasPrefix("/")
        ? path : folder.appendingPathComponent(path).standardizedFileURL.path
    }
    let from: String? = if case .string(let path)? = fields["from"] { resolved(path) } else { nil }
    var defaults = TrainingConfig()
    defaults.model = try ModelSize.model(fields.removeValue(forKey: "model"), from: from ?? "")
    defaults.batch = Self.integer(fields["batch"]) ?? defaults.batch
    defaults.schedule = .fitting(defaults.model, batch: defaults.batch)
    defaults.discriminators = .fitting(defaults.model)
    self = try JSON.object(fields).overlaid(on: defaults, called: "a training")
    data.clips = resolved(data.clips)
    data.heads = resolved(data.heads)
    self.out = out.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? resolved(self.out)
    self.from = from ?? ""
    try check()
  }

  private static func integer(_ json: JSON?) -> Int? {
    if case .integer(let value)? = json { Int(exactly: value) } else { nil }
  }

  /// Throws all that no training can be made of.
  private func check() throws(PipelineError) {
    var issues: [Issue] = []
    func expect(_ holds: Bool, _ message: String, _ tokens: String...) {
      if !holds { issues.append(Issue(message, at: JSONPointer(tokens: tokens))) }
    }
    do {
      try model.checkLimits()
    } catch {
      issues.append(Issue("\(error)", at: JSONPointer(tokens: ["model"])))
    }
    expect(
      data.clips.isEmpty != data.heads.isEmpty, "must name one folder, 'clips' or 'heads'", "data")
    expect(
      (0...1).contains(data.mirrored), "must be in 0...1, not \(data.mirrored)", "data", "mirrored")
    expect(!out.isEmpty, "must name the folder of the training", "out")
    expect(
      (updates > 0) != (samples > 0), "must say 'updates' or 'samples', one of them and above 0")
    let group = discriminators.groupSize
    expect(group > 0, "must be above 0, not \(group)", "discriminators", "groupSize")
    func divides(_ pairs: Int) -> Bool {
      group < 1 || [pairs, 2 * pairs].allSatisfy { $0 % min(group, $0) == 0 }
    }
    let small = (1..<max(1, group)).filter(divides).map { "\($0), " }.joined()
    expect(
      batch > 0 && divides(batch), "must be \(small)or a multiple of \(group), not \(batch)",
      "batch")
    expect(
      discriminators.imageResolution == model.imageResolution,
      "must be \(model.imageResolution) as the generator's images are, not "
        + "\(discriminators.imageResolution)", "discriminators", "imageResolution")
    let side = model.imageResolution
    expect(
      side >= 8 && side & (side - 1) == 0,
      "must be 2, 4, 8, …, a quarter of the image's side, not \(model.superResolutionInput)",
      "model", "superResolutionInput")
    expect(
      loss.generatorInterval > 0, "must be above 0, not \(loss.generatorInterval)", "loss",
      "generatorInterval")
    expect(
      loss.discriminatorInterval > 0, "must be above 0, not \(loss.discriminatorInterval)", "loss",
      "discriminatorInterval")
    expect(
      schedule.blurFade > 0, "must be above 0, not \(schedule.blurFade)", "schedule", "blurFade")
    expect(schedule.fade > 0, "must be above 0, not \(schedule.fade)", "schedule", "fade")
    expect(
      schedule.batch == batch, "must be \(batch) as 'batch' is, not \(schedule.batch)",
      "schedule", "batch")
    for (name, side) in [
      ("firstResolution", schedule.firstResolution), ("lastResolution", schedule.lastResolution),
    ] { expect(side > 0, "must be above 0, not \(side)", "schedule", name) }
    for (name, rate) in [
      ("generator", rates.generator), ("discriminators", rates.discriminators),
    ] { expect((0...1).contains(rate), "must be in 0...1, not \(rate)", "rates", name) }
    expect(
      (0...Double(max(0, model.imageResolution))).contains(schedule.blurSigma),
      "must be in 0...\(model.imageResolution), the side of the images, not \(schedule.blurSigma)",
      "schedule", "blurSigma")
    expect(batch <= 65536, "must be at most 65536, not \(batch)", "batch")
    let strength = augment.changes.strength
    expect(
      (0...1).contains(strength), "must be in 0...1, not \(strength)", "augment", "changes",
      "strength")
    expect(augment.span > 0, "must be above 0, not \(augment.span)", "augment", "span")
    expect(checkpointEvery > 0, "must be above 0, not \(checkpointEvery)", "checkpointEvery")
    expect(sheetEvery >= 0, "must be at least 0, not \(sheetEvery)", "sheetEvery")
    expect(threads >= 0, "must be at least 0, not \(threads)", "threads")
    guard issues.isEmpty else { throw PipelineError(issues) }
  }

  /// Where two configurations differ in what a training computes, as a pointer; not in where it is kept or runs.
  public func difference(from other: TrainingConfig) throws -> String? {
    func fields(_ config: TrainingConfig) throws -> JSON {
      var config = config
      (config.out, config.device) = ("", .cpu)
      return try JSON(encoding: config)
    }
    return try fields(self).difference(from: fields(other))?.description
  }
}

extension JSON {
  /// The first place at which two values differ.
  fileprivate func difference(from other: JSON, at place: JSONPointer = .root) -> JSONPointer? {
    guard case .object(let fields) = self, case .object(let others) = other else {
      return self == other ? nil : place
    }
    for key in Set(fields.keys).union(others.keys).sorted() {
      let (one, two) = (fields[key] ?? .null, others[key] ?? .null)
      if let found = one.difference(from: two, at: place / key) { return found }
    }
    return nil
  }
}
