import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct AdversarialScheduleTests {
  @Test(.enabled(if: Fixture.has("tiny/index.json"))) func schedulesAreTheOfficialOnes() throws {
    let record = try Fixture.json("tiny/index.json").members["schedules"]?.members ?? [:]
    let schedule = try TinyDiscriminators.schedule()
    let rows = record["table"]?.values ?? []
    #expect(!rows.isEmpty)
    for row in rows.map(\.members) {
      let samples = try #require(row["num_samples"]?.int)
      let ours = schedule.setting(at: samples)
      let numbers = [
        "blur_sigma": ours.blurSigma, "c_swap_prob": ours.swapProbability,
        "neural_rendering_resolution": Double(ours.resolution), "ema_beta": ours.averageKept,
        "blur_size": Double(try ((GaussianBlur(sigma: ours.blurSigma).kernel?.count ?? 1) / 2)),
      ]
      for (name, number) in numbers {
        let wanted = try #require(row[name]?.double)
        #expect(abs(number - wanted) < 1e-12, "\(name) at \(samples)")
      }
    }
  }

  @Test func resolutionFadesThroughSidesThatAreNoPowerOfTwo() {
    var schedule = AdversarialSchedule()
    schedule.lastResolution = 128
    let sides = [0, 7_812, 7_813, 500_000, 1_000_000].map { schedule.setting(at: $0).resolution }
    #expect(sides == [64, 64, 65, 96, 128])
  }
}
