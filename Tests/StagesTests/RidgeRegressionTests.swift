import Stages
import Testing

@Suite struct RidgeRegressionTests {
  @Test func choleskySolvesASystemExactly() throws {
    let matrix: [Double] = [4, 0, 0, 2, 5, 0, -2, 3, 14]
    // Of A = L Lᵀ with L = [2; 1 2; -1 2 3].
    let factor = try #require(Cholesky(matrix, size: 3))
    let x = factor.solved([4 + 4 - 6, 2 + 10 + 9, -2 + 6 + 42], columns: 1)
    for (found, wanted) in zip(x, [1.0, 2, 3]) { #expect(abs(found - wanted) < 1e-13) }
  }

  @Test func whatIsNotPositiveDefiniteIsRefused() {
    #expect(Cholesky([1, 0, 2, 1], size: 2) == nil)
  }

  /// `y = 5 + 3 a - 2 b`, `z = a` at points without any symmetry.
  private var regression: RidgeRegression {
    var regression = RidgeRegression(features: 2, targets: 2)
    for index in 0..<50 {
      let a = Double(index * index % 17)
      let b = Double(index * 7 % 13) / 4
      regression.add([a, b], [5 + 3 * a - 2 * b, a])
    }
    return regression
  }

  @Test func aLinearLawIsFoundExactlyWithoutPenalty() throws {
    let fit = try #require(regression.fit(penalty: 0))
    let slopes = (0..<4).map { fit.weights[$0] / fit.deviation[$0 / 2] }
    for (found, wanted) in zip(slopes, [3.0, 1, -2, 0]) { #expect(abs(found - wanted) < 1e-10) }
    let start = fit.bias[0] - slopes[0] * fit.mean[0] - slopes[2] * fit.mean[1]
    #expect(abs(start - 5) < 1e-10)
  }

  @Test func thePenaltyShrinksAnUncorrelatedWeightByItsLaw() throws {
    var regression = RidgeRegression(features: 1, targets: 1)
    for x in [-1.0, 1, -1, 1] { regression.add([x], [2 * x]) }
    let fit = try #require(regression.fit(penalty: 0.25))
    #expect(abs(fit.weights[0] - 2 / 1.25) < 1e-12)
  }
}
