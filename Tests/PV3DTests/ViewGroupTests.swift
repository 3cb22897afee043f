import PV3D
import Testing

@Suite struct ViewGroupTests {
  @Test func thePartThatMovesIsWhereColorsDiffer() {
    func view(_ colors: [Float]) -> ViewGroup.View {
      ViewGroup.View(
        label: [], colors: colors, depths: [1, 1, .infinity], mask: [1, 1, 0])
    }
    let rest = view([0, 0, 0, 0.5, 0.5, 0.5, -1, -1, -1])
    let smile = view([0, 0, 0, 0.5, 0.4, 0.45, -1, 1, -1])
    // The largest difference of a channel over 0.2: nothing, half of it, far beyond it.
    #expect(zip(smile.change(from: rest), [0, 0.5, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(rest.change(from: smile) == smile.change(from: rest))
    #expect(smile.change(from: rest, full: 1)[1] < 0.11)
  }
}
