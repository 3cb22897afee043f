import Foundation
import Heads
import Testing

@Suite(.enabled(if: HeadFolder.isThere)) struct HeadLibraryTests {
  @Test func theFaceLiesWhereTheCropExpectsIt() throws {
    var (eyes, mouth) = ([SIMD2<Float>](), [Float]())
    for name in HeadFolder.names {
      let head = try HeadFolder.head(name)
      let size = 192
      let rest = Rasterizer().render(Scene(head: head), size: size).rgb
      func center(_ unit: MotionUnit) -> SIMD2<Float> {
        let moved = Rasterizer().render(
          Scene(head: head, expression: FacialExpression([unit: 1])), size: size
        ).rgb
        var (sum, total) = (SIMD2<Float>.zero, Float.zero)
        for place in rest.indices {
          let change = abs(moved[place] - rest[place])
          let pixel = place / 3
          sum += change * SIMD2(Float(pixel % size) + 0.5, Float(pixel / size) + 0.5)
          total += change
        }
        return sum / (total * Float(size))
      }
      let (left, right) = (center(.blinkLeft), center(.blinkRight))
      #expect(left.x > 0.6 && right.x < 0.4)
      eyes.append(SIMD2(left.x - right.x, (left.y + right.y) / 2))
      // The line between the lips: the lowest of what the upper lip and the highest of what the
      // lower lip moves most.
      let vertices = head.vertices(FacialExpression())
      func edge(_ unit: MotionUnit) -> [SIMD3<Float>] {
        let moved = head.vertices(FacialExpression([unit: 1]))
        let shifts = zip(moved, vertices).map { (($0 - $1) * ($0 - $1)).sum() }
        let most = shifts.max() ?? 0
        return vertices.indices.filter { shifts[$0] > 0.5 * most }.map { vertices[$0] }
      }
      let upper = edge(.upperLipUp).min { $0.y < $1.y }
      let lower = edge(.lowerLipDown).max { $0.y < $1.y }
      let camera = PortraitCamera()
      for point in [upper, lower] {
        mouth.append(camera.projected(PortraitCamera.world(try #require(point))).y)
      }
    }
    let count = Float(eyes.count)
    let mean = eyes.reduce(.zero, +) / count
    #expect(abs(mean.x - 0.263) < 0.012)
    #expect(abs(mean.y - 0.367) < 0.01)
    #expect(abs(mouth.reduce(0, +) / (2 * count) - 0.65) < 0.015)
  }

  @Test func blendsAreAffine() throws {
    let library = try HeadFolder.library()
    let expression = FacialExpression([.jawOpen: 0.7, .smile: 0.5, .blinkLeft: 0.4])
    func shape(_ weights: [(String, Float)]) throws -> [SIMD3<Float>] {
      try library.blend(
        HeadRecipe(
          shares: weights.map { .init($0.0, $0.1) }, scalp: "White_M_1", clothes: "White_M_1")
      ).vertices(expression)
    }
    let a = try shape([("White_M_1", 1)])
    let b = try shape([("Black_F_3", 1)])
    for weight in [Float(0.25), 1.5] {
      let mixed = try shape([("White_M_1", weight), ("Black_F_3", 1 - weight)])
      let worst = mixed.indices.map { place in
        let error = mixed[place] - (a[place] * weight + b[place] * (1 - weight))
        return (error * error).sum().squareRoot()
      }.max()
      #expect(try #require(worst) < 1e-6)
    }
    let apart = zip(a, b).map { (($0 - $1) * ($0 - $1)).sum().squareRoot() }.max()
    #expect(try #require(apart) > 0.005)
  }

  @Test func aWigComesWithItsOwnersScalp() throws {
    let library = try HeadFolder.library()
    #expect(library.wigOwners == ["AIAN_F_1"])
    var recipe = try library.recipe("White_M_1")
    #expect(try library.blend(recipe).vertexCount == 13_699)
    recipe.wig = "AIAN_F_1"
    #expect(throws: HeadLibraryError.self) { try library.blend(recipe) }
    recipe.scalp = "AIAN_F_1"
    let head = try library.blend(recipe)
    #expect(head.vertexCount == 18_562)
    #expect(head.triangleCount == 34_276)
  }

  @Test func errorsSayWhatIsWrong() throws {
    let library = try HeadFolder.library()
    let unknown = HeadRecipe(shares: [.init("Nobody", 1)], scalp: "Nobody", clothes: "Nobody")
    #expect {
      try library.blend(unknown)
    } throws: {
      "\($0)" == "recipe: knows no identity 'Nobody'"
    }
    var half = try library.recipe("White_M_1")
    half.shares[0].weight = 0.5
    #expect {
      try library.blend(half)
    } throws: {
      "\($0)" == "recipe: 'shares' must sum to 1, not 0.5"
    }
    var bald = try library.recipe("White_M_1")
    bald.wig = "White_M_1"
    bald.scalp = "White_M_1"
    #expect(throws: HeadLibraryError.self) { try library.blend(bald) }
  }

  @Test func codesHoldSharesAndDonors() throws {
    let recipe = HeadRecipe(
      shares: [.init("Black_F_3", 0.75), .init("Asian_M_1", 0.25)], scalp: "White_M_1",
      clothes: "Asian_M_1", skinTint: SIMD3(1.1, 1, 0.9))
    let code = Look(recipe: recipe).code(names: HeadFolder.names)
    #expect(code.count == Look.codeLength(names: 4))
    #expect(Array(code.prefix(16)) == [0, 0.25, 0.75, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0])
    #expect(abs(code[16] - 0.5) < 1e-5 && code[17] == 0 && abs(code[18] + 0.5) < 1e-5)
    #expect(code.allSatisfy { abs($0) <= 1 })
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(HeadRecipe.self, from: data) == recipe)
  }
}
