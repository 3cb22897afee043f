import PV3D
import TestSupport
import Tensors

/// The small discriminators, losses and schedules that the official code was run with.
enum TinyDiscriminators {
  private static func sizes() throws -> [String: Parameter] {
    try Fixture.json("tiny/index.json").members["config"]?.members ?? [:]
  }

  static func config() throws -> DiscriminatorConfig {
    let sizes = try sizes()
    var config = DiscriminatorConfig()
    config.imageResolution = sizes["image"]?.int ?? config.imageResolution
    config.channelBase = sizes["d_base"]?.int ?? config.channelBase
    config.channelMax = sizes["d_max"]?.int ?? config.channelMax
    config.groupSize = sizes["mbstd"]?.int ?? config.groupSize
    return config
  }

  static func loss() throws -> AdversarialLoss {
    let sizes = try sizes()
    var loss = AdversarialLoss()
    loss.videoWeight = sizes["loss_vid_weight"]?.float ?? loss.videoWeight
    loss.gradientWeight = sizes["r1_gamma"]?.float ?? loss.gradientWeight
    loss.densityWeight = sizes["density_reg"]?.float ?? loss.densityWeight
    return loss
  }

  static func schedule() throws -> AdversarialSchedule {
    let sizes = try sizes()
    var schedule = AdversarialSchedule()
    schedule.batch = sizes["batch"]?.int ?? schedule.batch
    schedule.batchPerDevice = schedule.batch
    schedule.firstResolution = sizes["nr0"]?.int ?? schedule.firstResolution
    schedule.lastResolution = sizes["nr1"]?.int ?? schedule.lastResolution
    return schedule
  }

  /// Both discriminators with the weights of the state.
  static func make(
    gradients: Bool = false, on device: Device = .cpu
  ) throws -> (images: ImageDiscriminator, videos: VideoDiscriminator) {
    let state = try Fixture("tiny", "state").group("")
    let (ofImages, ofVideos) = (
      Weights(checkpoint: state, gradients: gradients, device: device),
      Weights(checkpoint: state, gradients: gradients, device: device)
    )
    let config = try config()
    let images = try ImageDiscriminator(ofImages, config)
    let videos = try VideoDiscriminator(ofVideos, config)
    try ofImages.checkAllUsed(prefix: "img_discriminator.")
    try ofVideos.checkAllUsed(prefix: "vid_discriminator.")
    return (images, videos)
  }

  /// The random numbers recorded as `<phase>.…`.
  static func draw(
    _ fixture: Fixture, _ phase: String, labels: Tensor
  ) throws -> AdversarialDraw {
    var rendering = RenderingOptions()
    func optional(_ name: String) throws -> Tensor? {
      fixture.has("\(phase).\(name)") ? try fixture("\(phase).\(name)") : nil
    }
    rendering.jitter = try optional("jitter")
    rendering.u = try optional("u")
    return AdversarialDraw(
      z: try fixture("\(phase).z"), motion: try fixture("\(phase).z_motion"),
      time: try fixture("\(phase).t"), labels: labels,
      swap: try fixture("\(phase).swap_u").floats(), noise: try TinyModel.noise(fixture, phase),
      rendering: rendering, points: try optional("greg.coords"),
      perturbations: try optional("greg.perturb"))
  }

  /// The recorded real batch.
  static func real(_ fixture: Fixture) throws -> FramePairs {
    FramePairs(
      frames: try fixture("frames"), labels: try fixture("real_cam"), time: try fixture("real_t"))
  }
}
