import Heads

/// Makes the numbers of an identity code count alike: mean 0 and deviation 1 over random looks.
///
/// Without it the tints of clothes outweigh who is seen. What changes a picture most counts more: the shares of
/// identities and the tint of the skin.
struct AppearanceStandard: Sendable {
  private let mean: [Float]
  private let scale: [Float]

  /// Measures looks drawn from a fixed seed.
  init(library: HeadLibrary, names: [String], heldOut: [String]) throws {
    var sampler = try HeadSampler(library: library, seed: 20_240_601, heldOut: heldOut)
    let length = Look.codeLength(names: names.count)
    var sums = [Double](repeating: 0, count: length)
    var squares = sums
    let draws = 4000
    for _ in 0..<draws {
      var look = sampler.look()
      look.backdrop = HeadViews.backdrop
      for (index, value) in look.code(names: names).enumerated() {
        sums[index] += Double(value)
        squares[index] += Double(value * value)
      }
    }
    let count = names.count
    mean = sums.map { Float($0 / Double(draws)) }
    scale = squares.indices.map { index in
      let average = sums[index] / Double(draws)
      let deviation = max(squares[index] / Double(draws) - average * average, 0).squareRoot()
      let weight: Double =
        switch index {
        case ..<count: 1.5  // shares
        case (2 * count)..<(4 * count): 0.7  // wigs and clothes
        case (4 * count)..<(4 * count + 3): 3  // skin tint
        default: 1
        }
      return deviation < 1e-4 ? 0 : Float(weight / deviation)
    }
  }

  func code(_ look: Look, names: [String]) -> [Float] {
    look.code(names: names).enumerated().map { ($1 - mean[$0]) * scale[$0] }
  }
}
