import PV3D

extension GeneratorConfig {
  /// Pictures of 32 pixels by a few channels, for training a few steps.
  static var fewChannels: GeneratorConfig {
    var config = GeneratorConfig()
    (config.zDimension, config.wDimension, config.motionDimension) = (8, 8, 8)
    (config.planeResolution, config.motionResolution) = (8, 4)
    (config.channelBase, config.channelMax) = (64, 8)
    (config.superResolutionInput, config.superResolutionChannels) = (8, [8, 8])
    config.depthSamples = 4
    return config
  }
}
