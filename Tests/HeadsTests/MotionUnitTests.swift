import Heads
import Testing

@Suite(.enabled(if: HeadFolder.isThere)) struct MotionUnitTests {
  /// How far every vertex goes under an expression, in meters.
  static func shifts(
    _ expression: FacialExpression, pose: JointPose = JointPose()
  ) throws -> [(from: SIMD3<Float>, by: SIMD3<Float>)] {
    let head = try HeadFolder.head("White_M_1")
    let rest = head.vertices(FacialExpression())
    return zip(rest, head.vertices(expression, pose: pose)).map { ($0, $1 - $0) }
  }

  @Test func openingTheJawLowersTheChinByFourteenMillimeters() throws {
    let shifts = try Self.shifts(FacialExpression([.jawOpen: 1]))
    // The tip of the chin: the lowest of what is far in front.
    let chin = try #require(
      shifts.filter { $0.from.z > 0.02 && abs($0.from.x) < 0.004 && $0.from.y > -0.14 }
        .min { $0.from.y < $1.from.y })
    #expect(chin.by.y < -0.012 && chin.by.y > -0.017)
    let brows = shifts.filter { $0.from.y > 0.02 }
    #expect(brows.allSatisfy { abs($0.by.y) < 0.001 })
    let half = try Self.shifts(FacialExpression([.jawOpen: 0.5]))
    #expect(zip(shifts, half).allSatisfy { abs($0.by.y - 2 * $1.by.y) < 1e-5 })
  }

  @Test func eachEyeBlinksAlone() throws {
    for (unit, side) in [(MotionUnit.blinkLeft, Float(1)), (.blinkRight, -1)] {
      let moved = try Self.shifts(FacialExpression([unit: 1])).filter {
        ($0.by * $0.by).sum() > 0.001 * 0.001
      }
      #expect(moved.count > 50)
      #expect(moved.allSatisfy { $0.from.x * side > 0.005 && abs($0.from.y) < 0.03 })
      #expect(try #require(moved.map(\.by.y).min()) < -0.006)
    }
  }

  @Test func theGazeTurnsTheFrontOfTheEyes() throws {
    func front(_ unit: MotionUnit, _ value: Float) throws -> SIMD3<Float> {
      let head = try HeadFolder.head("White_M_1")
      let rest = head.vertices(FacialExpression())
      let turned = head.vertices(FacialExpression([unit: value]))
      // The front of the left eyeball is its vertex that moves most.
      let near = rest.indices.filter {
        let away = rest[$0] - head.eyes.left
        return (away * away).sum() < 0.016 * 0.016 && away.z > 0.009 && abs(away.y) < 0.003
          && abs(away.x) < 0.003
      }
      let most = near.max {
        let (a, b) = (turned[$0] - rest[$0], turned[$1] - rest[$1])
        return (a * a).sum() < (b * b).sum()
      }
      let vertex = try #require(most)
      return turned[vertex] - rest[vertex]
    }
    #expect(try front(.gazeSide, 1).x > 0.004)
    #expect(try front(.gazeSide, -1).x < -0.004)
    #expect(try front(.gazeUp, 1).y > 0.002)
    #expect(try front(.gazeUp, -1).y < -0.002)
  }

  @Test func everyUnitMovesSomethingAndStaysInRange() throws {
    #expect(MotionUnit.allCases.count == 24)
    for unit in MotionUnit.allCases {
      let most = try Self.shifts(FacialExpression([unit: 1])).map { ($0.by * $0.by).sum() }.max()
      #expect(try #require(most).squareRoot() > 0.002, "\(unit)")
      #expect(FacialExpression([unit: 7])[unit] == 1)
      #expect(FacialExpression([unit: -7])[unit] == unit.range.lowerBound)
    }
  }

  @Test func pairsMoveBothSidesAlike() throws {
    for unit in [MotionUnit.smile, .browOuterUp, .squint, .upperLipUp] {
      let shifts = try Self.shifts(FacialExpression([unit: 1]))
      func most(_ side: Float) throws -> Float {
        try #require(
          shifts.filter { $0.from.x * side > 0 }.map { ($0.by * $0.by).sum() }.max()
        ).squareRoot()
      }
      let ratio = try most(1) / most(-1)
      #expect(ratio > 0.7 && ratio < 1.4, "\(unit): \(ratio)")
    }
  }

  @Test func lidsFollowTheGazeButNothingShutsTwice() throws {
    let shut = try Self.shifts(FacialExpression([.blinkLeft: 1]))
    let down = try Self.shifts(FacialExpression([.blinkLeft: 1, .gazeUp: -1, .eyesWide: 1]))
    let lids = zip(shut, down).filter {
      ($0.0.by * $0.0.by).sum() > 0.003 * 0.003 && $0.0.from.x > 0
    }
    #expect(lids.count > 20)
    let looking = try Self.shifts(FacialExpression([.gazeUp: -1]))
    #expect(try #require(looking.filter { $0.from.y > 0.003 }.map(\.by.y).min()) < -0.001)
    #expect(lids.filter { abs($0.0.by.y - $0.1.by.y) < 1e-4 }.count * 10 > lids.count * 9)
  }

  @Test func theHeadTurnsAboutTheNeck() throws {
    let pose = JointPose(head: Rotation(yaw: 0.3))
    let shifts = try Self.shifts(FacialExpression(), pose: pose)
    let nose = try #require(
      shifts.filter { abs($0.from.x) < 0.01 && $0.from.y < 0 && $0.from.y > -0.06 }
        .max { $0.from.z < $1.from.z })
    #expect(nose.by.x > 0.02)
    let body = try #require(shifts.min { $0.from.y < $1.from.y })
    #expect((body.by * body.by).sum() < 1e-8)
  }
}

@Suite struct MirroredMotionTests {
  @Test func leftAndRightChangePlaces() {
    var values = [Float](repeating: 0, count: MotionUnit.allCases.count + 2)
    values[MotionUnit.jawOpen.rawValue] = 0.5
    values[MotionUnit.gazeSide.rawValue] = 0.4
    values[MotionUnit.smileSide.rawValue] = -0.3
    values[MotionUnit.blinkLeft.rawValue] = 1
    values[values.count - 1] = 7
    let mirrored = MotionUnit.mirrored(values)
    #expect(mirrored[MotionUnit.jawOpen.rawValue] == 0.5)
    #expect(mirrored[MotionUnit.gazeSide.rawValue] == -0.4)
    #expect(mirrored[MotionUnit.smileSide.rawValue] == 0.3)
    #expect(mirrored[MotionUnit.blinkLeft.rawValue] == 0)
    #expect(mirrored[MotionUnit.blinkRight.rawValue] == 1)
    #expect(mirrored.last == 7)
    #expect(MotionUnit.mirrored(mirrored) == values)
    #expect(MotionUnit.mirrored([1, 2]) == [1, 2])
  }
}
