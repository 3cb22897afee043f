import Foundation

/// Linear regression whose weights are kept small: `W = (XᵀX + λ n I)⁻¹ Xᵀ Y` on standardized features.
///
/// The sums over samples are kept in double precision, so that any number of samples fits in memory.
public struct RidgeRegression: Sendable {
  public let features: Int
  public let targets: Int
  private var count = 0.0
  /// The upper triangle of the sum of `(x, y)(x, y)ᵀ`, row-major over features and targets.
  private var products: [Double]
  private var sums: [Double]

  /// What was fitted: `y = bias + weightsᵀ (x - mean) / deviation`.
  public struct Fit: Sendable {
    public let mean: [Double]
    public let deviation: [Double]
    /// `[features, targets]`, row-major.
    public let weights: [Double]
    public let bias: [Double]
  }

  public init(features: Int, targets: Int) {
    self.features = features
    self.targets = targets
    let width = features + targets
    products = [Double](repeating: 0, count: width * width)
    sums = [Double](repeating: 0, count: width)
  }

  /// Takes a sample into account.
  public mutating func add(_ x: [Double], _ y: [Double]) {
    precondition(x.count == features && y.count == targets, "a sample of the wrong width")
    let row = x + y
    let width = row.count
    count += 1
    row.withUnsafeBufferPointer { row in
      for i in 0..<width { sums[i] += row[i] }
      products.withUnsafeMutableBufferPointer { products in
        for i in 0..<features {
          let factor = row[i]
          let start = i * width
          for j in i..<width { products[start + j] += factor * row[j] }
        }
      }
    }
  }

  /// The weights for a penalty; nil where the system is singular.
  public func fit(penalty: Double) -> Fit? {
    let (n, width) = (features, features + targets)
    let mean = sums.map { $0 / max(count, 1) }
    let deviation = (0..<n).map { i in
      let variance = products[i * width + i] / max(count, 1) - mean[i] * mean[i]
      return max(variance, 1e-12).squareRoot()
    }
    var matrix = [Double](repeating: 0, count: n * n)
    var right = [Double](repeating: 0, count: n * targets)
    for i in 0..<n {
      for j in i..<width {
        let covariance = (products[i * width + j] / count - mean[i] * mean[j]) / deviation[i]
        if j < n {
          matrix[j * n + i] = covariance / deviation[j]
        } else {
          right[i * targets + j - n] = covariance
        }
      }
      matrix[i * n + i] += penalty
    }
    guard let factor = Cholesky(matrix, size: n) else { return nil }
    return Fit(
      mean: Array(mean[..<n]), deviation: deviation,
      weights: factor.solved(right, columns: targets), bias: Array(mean[n...]))
  }
}

/// The factor L of a symmetric positive definite matrix `A = L Lᵀ`.
public struct Cholesky: Sendable {
  private let size: Int
  private var factor: [Double]

  /// - Parameter matrix: `[size, size]`, row-major; only the lower triangle is read
  /// - Returns: nil where the matrix is not positive definite
  public init?(_ matrix: [Double], size: Int) {
    self.size = size
    factor = matrix
    let isDefinite = factor.withUnsafeMutableBufferPointer { l in
      for i in 0..<size {
        for j in 0...i {
          var sum = l[i * size + j]
          for k in 0..<j { sum -= l[i * size + k] * l[j * size + k] }
          if i == j {
            guard sum > 0 else { return false }
            l[i * size + i] = sum.squareRoot()
          } else {
            l[i * size + j] = sum / l[j * size + j]
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
  }

  /// `A⁻¹ B`.
  /// - Parameter right: `[size, columns]`, row-major
  public func solved(_ right: [Double], columns: Int) -> [Double] {
    var x = right
    for i in 0..<size {
      for k in 0..<i {
        let entry = factor[i * size + k]
        for c in 0..<columns { x[i * columns + c] -= entry * x[k * columns + c] }
      }
      for c in 0..<columns { x[i * columns + c] /= factor[i * size + i] }
    }
    for i in (0..<size).reversed() {
      for k in i + 1..<size {
        let entry = factor[k * size + i]
        for c in 0..<columns { x[i * columns + c] -= entry * x[k * columns + c] }
      }
      for c in 0..<columns { x[i * columns + c] /= factor[i * size + i] }
    }
    return x
  }
}
