import Foundation
import Tensors

/// The blur through which discriminators look in early training.
///
/// Taps `2^(-(x/σ)²)` for `x = -s...s`, `s = ⌊3σ⌋`, normalized to a sum of 1; zeros outside
/// the image.
/// - Source: Karras et al. 2021, appendix B; PV3D-SPEC section 14
public struct GaussianBlur: Sendable {
  /// The normalized taps; nil where nothing is blurred.
  public let kernel: Tensor?

  /// - Parameter sigma: in pixels
  public init(sigma: Double) throws {
    let reach = Int(3 * sigma)
    guard reach > 0 else {
      kernel = nil
      return
    }
    let taps = (-reach...reach).map { exp2(-pow(Double($0) / sigma, 2)) }
    let sum = taps.reduce(0, +)
    kernel = try Tensor(taps.map { Float($0 / sum) })
  }

  /// - Parameter image: `[batch, channels, height, width]`
  public func callAsFunction(_ image: Tensor) throws -> Tensor {
    guard let kernel else { return image }
    return try Resampling.filtered(image, kernel.to(image.device))
  }
}
