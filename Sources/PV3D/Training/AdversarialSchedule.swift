import Foundation

/// What changes in adversarial training with the number of samples seen.
/// - Source: PV3D-SPEC section 14, `Schedules`
public struct AdversarialSchedule: Sendable, Codable, Equatable {
  /// Identities of one update over all devices.
  public var batch = 32
  /// Identities of one update on one device.
  public var batchPerDevice = 32
  /// Standard deviation of the blur at the first sample, in pixels.
  public var blurSigma = 10.0
  /// Samples after which nothing is blurred, for 32 identities on a device.
  public var blurFade = 200_000.0
  /// Probability that cameras are swapped once everything has faded.
  public var swapFloor = 0.5
  /// Samples over which swapping and the rendering resolution fade.
  public var fade = 1_000_000.0
  /// Side at which rays are cast at first, and at the end.
  public var firstResolution = 64
  public var lastResolution = 64
  /// Samples over which the average forgets half, for a batch of 32.
  public var averageHalfLife = 10_000.0
  /// Part of the samples seen that the half-life may not exceed.
  public var averageRampUp = 0.05

  public init() {}

  /// What holds at one point of the training.
  public struct Setting: Sendable, Equatable {
    /// Standard deviation of the blur in pixels.
    public var blurSigma: Double
    /// Probability that an identity is conditioned on another one's cameras.
    public var swapProbability: Double
    /// Side at which rays are cast.
    public var resolution: Int
    /// The part of itself that the average of the generator keeps.
    public var averageKept: Double

    public init(
      blurSigma: Double, swapProbability: Double, resolution: Int, averageKept: Double
    ) {
      self.blurSigma = blurSigma
      self.swapProbability = swapProbability
      self.resolution = resolution
      self.averageKept = averageKept
    }
  }

  /// What holds after `samples` identities.
  public func setting(at samples: Int) -> Setting {
    let seen = Double(samples)
    let blurEnd = blurFade * Double(batchPerDevice) / 32
    let faded = min(seen / fade, 1)
    let side = Double(firstResolution) * (1 - faded) + Double(lastResolution) * faded
    let halfLife = min(averageHalfLife * Double(batch) / 32, seen * averageRampUp)
    return Setting(
      blurSigma: max(1 - seen / blurEnd, 0) * blurSigma,
      swapProbability: 1 - faded * (1 - swapFloor),
      resolution: Int(side.rounded(.toNearestOrEven)),
      averageKept: pow(0.5, Double(batch) / max(halfLife, 1e-8)))
  }
}
