import Tensors

/// The mean and the covariance of feature vectors.
public struct FeatureStatistics: Sendable, Codable, Equatable {
  /// Of each feature.
  public let mean: [Double]
  /// `mean.count²` numbers row by row, divided by the number of vectors.
  public let covariance: [Double]

  /// Takes statistics that were computed before.
  public init(mean: [Double], covariance: [Double]) {
    precondition(covariance.count == mean.count * mean.count, "a covariance is square")
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// - Parameter features: `[vectors, features]`, at least one vector
  public init(_ features: Tensor) throws {
    let shape = features.shape
    guard shape.count == 2, shape[0] > 0 else {
      throw TensorError(
        operation: "feature statistics", reason: "shape \(shape) holds no rows of features")
    }
    let (count, width) = (shape[0], shape[1])
    let values = try features.floats().map { Double($0) }
    var mean = [Double](repeating: 0, count: width)
    for (index, value) in values.enumerated() { mean[index % width] += value / Double(count) }
    var covariance = [Double](repeating: 0, count: width * width)
    for row in 0..<count {
      let centered = (0..<width).map { values[row * width + $0] - mean[$0] }
      for i in 0..<width {
        let factor = centered[i] / Double(count)
        for j in 0..<width { covariance[i * width + j] += factor * centered[j] }
      }
    }
    self.init(mean: mean, covariance: covariance)
  }
}

/// How far two sets of features are apart, each taken for a normal distribution.
///
/// `|μ₁ - μ₂|² + tr(C₁ + C₂ - 2 √(C₁ C₂))`. With `C₁ = A Aᵀ` the eigenvalues of `C₁ C₂` are those of the
/// symmetric `Aᵀ C₂ A`, so that the trace of the root is the sum of their roots.
/// - Source: Heusel et al. 2017, section 2; PV3D-SPEC section 18
public enum FrechetDistance {
  /// - Returns: 0 for equal statistics
  public static func between(_ a: FeatureStatistics, _ b: FeatureStatistics) throws -> Double {
    let width = a.mean.count
    guard b.mean.count == width else {
      throw TensorError(
        operation: "Fréchet distance",
        reason: "features of lengths \(width) and \(b.mean.count) cannot be compared")
    }
    let shift = zip(a.mean, b.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let spread = (0..<width).reduce(0.0) {
      $0 + a.covariance[$1 * width + $1] + b.covariance[$1 * width + $1]
    }
    let (values, vectors) = try SymmetricMatrix(a.covariance, side: width).eigen()
    // Columns of A: eigenvectors times the roots of eigenvalues, which rounding may make negative.
    var root = vectors
    for row in 0..<width {
      for column in 0..<width { root[row * width + column] *= max(values[column], 0).squareRoot() }
    }
    let inner = product(transposed(root, width), product(b.covariance, root, width), width)
    let crossed = try SymmetricMatrix(inner, side: width).eigen().values
    return shift + spread - 2 * crossed.reduce(0) { $0 + max($1, 0).squareRoot() }
  }

  private static func transposed(_ matrix: [Double], _ side: Int) -> [Double] {
    (0..<side * side).map { matrix[$0 % side * side + $0 / side] }
  }

  private static func product(_ a: [Double], _ b: [Double], _ side: Int) -> [Double] {
    var result = [Double](repeating: 0, count: side * side)
    for row in 0..<side {
      for middle in 0..<side {
        let factor = a[row * side + middle]
        for column in 0..<side {
          result[row * side + column] += factor * b[middle * side + column]
        }
      }
    }
    return result
  }
}
