import Heads
import PV3D

/// The sizes of the default model: PV3D's network, small enough for a laptop's processor.
public enum CompactModel {
  /// - Parameters:
  ///   - codeLength: numbers in the appearance code of the synthetic heads
  ///   - portraits: whether it learns from real portraits, whose middles are stored
  public static func config(codeLength: Int, portraits: Bool = false) -> GeneratorConfig {
    var config = GeneratorConfig()
    config.zDimension = codeLength
    config.wDimension = 128
    config.motionDimension = 32
    config.planeResolution = 128
    config.planeFeatures = 16
    config.orthogonalPlanes = true
    config.channelBase = 4096
    config.channelMax = 128
    config.depthSamples = 24
    config.superResolutionInput = 64
    config.superResolutionChannels = [32, 16]
    config.hasPlaneMean = true
    config.motionOffsets = MotionUnit.allCases.count
    config.motionFlowResolution = 128
    config.bipolarOffsets = MotionUnit.allCases.filter { $0.range.lowerBound < 0 }.map(\.rawValue)
    config.appearanceOffsets = 32
    config.appearanceBank = 96
    config.styleBank = portraits ? 16 : 0
    config.styleDeviation = 0.05
    config.densityGain = 20
    config.renderingResolution = 64
    return config
  }
}
