extension GeneratorConfig {
  /// Throws where a size is none that a network can have, or far beyond what any has.
  ///
  /// Files of strangers say sizes too: what passes here asks for tensors of these shapes and nothing else.
  public func checkLimits() throws(LimitError) {
    let few = 1...8192
    let sides = 1...4096
    let sizes: [(String, Int, ClosedRange<Int>)] = [
      ("zDimension", zDimension, few), ("wDimension", wDimension, few),
      ("motionDimension", motionDimension, few), ("labelDimension", labelDimension, few),
      ("mappingLayers", mappingLayers, 1...64), ("planeResolution", planeResolution, 4...4096),
      ("planeFeatures", planeFeatures, few), ("channelBase", channelBase, 1...1 << 24),
      ("channelMax", channelMax, few), ("motionResolution", motionResolution, 0...4096),
      ("decoderHidden", decoderHidden, few), ("depthSamples", depthSamples, sides),
      ("superResolutionInput", superResolutionInput, sides),
      ("motionOffsets", motionOffsets, 0...8192),
      ("motionOffsetResolution", motionOffsetResolution, sides),
      ("motionFlowResolution", motionFlowResolution, 0...4096),
      ("appearanceOffsets", appearanceOffsets, 0...8192),
      ("appearanceOffsetResolution", appearanceOffsetResolution, sides),
      ("appearanceBank", appearanceBank, 0...1 << 24),
      ("styleBank", styleBank, 0...1 << 24),
      ("renderingResolution", renderingResolution, sides),
    ]
    for (name, value, range) in sizes where !range.contains(value) {
      throw LimitError(name, "\(value)", "from \(range.lowerBound) to \(range.upperBound)")
    }
    guard planeResolution.nonzeroBitCount == 1 else {
      throw LimitError("planeResolution", "\(planeResolution)", "a power of two")
    }
    guard channelBase >= planeResolution else {
      throw LimitError("channelBase", "\(channelBase)", "at least 'planeResolution'")
    }
    guard superResolutionChannels.count == 2, superResolutionChannels.allSatisfy(few.contains)
    else {
      throw LimitError(
        "superResolutionChannels", "\(superResolutionChannels)", "two numbers above 0")
    }
    guard bipolarOffsets.allSatisfy({ (0..<max(motionOffsets, 1)).contains($0) }) else {
      throw LimitError("bipolarOffsets", "\(bipolarOffsets)", "numbers below 'motionOffsets'")
    }
    for (name, value) in [
      ("decoderRate", decoderRate), ("densityGain", densityGain), ("boxWarp", boxWarp),
      ("labelScale", labelScale), ("styleDeviation", styleDeviation),
    ] where !(value > 0 && value.isFinite) {
      throw LimitError(name, "\(value)", "above 0")
    }
    guard rayStart >= 0, rayStart < rayEnd, rayEnd.isFinite else {
      throw LimitError("rayEnd", "\(rayEnd)", "above 'rayStart', which is \(rayStart)")
    }
  }

  /// A size that no network has.
  public struct LimitError: Error, CustomStringConvertible {
    public let description: String

    init(_ name: String, _ found: String, _ wanted: String) {
      description = "'\(name)' must be \(wanted), not \(found)"
    }
  }
}
