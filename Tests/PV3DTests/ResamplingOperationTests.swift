import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct ResamplingOperationTests {
  @Test(arguments: OperationCase.all("setup_filter")) func filter(_ record: OperationCase) throws {
    let ours = try Resampling.filter(
      record.parameters["taps"]?.floats ?? [], gain: record.parameters["gain"]?.float ?? 1,
      flipped: record.parameters["flip"]?.bool ?? false)
    try record.check(ours, "f")
  }

  @Test(arguments: OperationCase.all("upfirdn2d")) func upfirdn(_ record: OperationCase) throws {
    func pair(_ name: String) -> (x: Int, y: Int) {
      let numbers = record.parameters[name]?.ints ?? [1]
      return (numbers[0], numbers[numbers.count - 1])
    }
    let sides = record.parameters["padding"]?.ints ?? []
    try #require(sides.count == 4)
    let x = try record.leaf("x")
    let y = try Resampling.upfirdn(
      x, record("f"), up: pair("up"), down: pair("down"),
      padding: Resampling.Padding(
        left: sides[0], right: sides[1], top: sides[2], bottom: sides[3]),
      gain: record.parameters["gain"]?.float ?? 1,
      flipped: record.parameters["flip_filter"]?.bool ?? false)
    try record.check(y, "y")
    try record.checkGradients(of: y, ["x": x])
  }

  @Test(arguments: OperationCase.all("filter2d")) func filtered(_ record: OperationCase) throws {
    try record.check(Resampling.filtered(record("x"), record("f")), "y")
  }

  @Test(arguments: OperationCase.all("upsample2d")) func upsampled(_ record: OperationCase) throws {
    try record.check(Resampling.upsampled(record("x"), record("f")), "y")
  }

  @Test(arguments: OperationCase.all("downsample2d"))
  func downsampled(_ record: OperationCase) throws {
    let ours = try Resampling.downsampled(
      record("x"), record("f"), extra: record.parameters["padding"]?.int ?? 0,
      flipped: record.parameters["flip_filter"]?.bool ?? false)
    try record.check(ours, "y")
  }

  @Test(arguments: OperationCase.all("conv2d_resample"))
  func convolved(_ record: OperationCase) throws {
    let ours = try Resampling.convolved(
      record("x"), record("w"), filter: record("f"), up: record.parameters["up"]?.int ?? 1,
      down: record.parameters["down"]?.int ?? 1, padding: record.parameters["padding"]?.int,
      groups: record.parameters["groups"]?.int ?? 1,
      correlated: record.parameters["flip_weight"]?.bool ?? true)
    try record.check(ours, "y")
  }

  @Test(arguments: OperationCase.all("resize_antialias") + OperationCase.all("resize_bilinear"))
  func resized(_ record: OperationCase) throws {
    let side = try #require(record.parameters["size"]?.int)
    let x = try record.leaf("x")
    let y = try x.resized(
      height: side, width: side, antialiased: record.operation == "resize_antialias")
    try record.check(y, "y")
    try record.checkGradients(of: y, ["x": x])
  }
}
