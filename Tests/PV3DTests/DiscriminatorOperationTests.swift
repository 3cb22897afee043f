import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct DiscriminatorOperationTests {
  @Test(arguments: OperationCase.all("Conv2dLayer"))
  func convolution(_ record: OperationCase) throws {
    let weights = try record.weights()
    let shape = try record("p.weight").shape
    let layer = try Convolution(
      weights.scope("p"), inputs: shape[1], outputs: shape[0], size: shape[2],
      up: record.parameters["up"]?.int ?? 1, down: record.parameters["down"]?.int ?? 1,
      activation: #require(
        record.parameters["activation"]?.string.flatMap { Activation(rawValue: $0) }),
      biased: record.has("p.bias"), gain: record.parameters["gain"]?.float ?? 1,
      clamp: record.parameters["conv_clamp"]?.float)
    try weights.checkAllUsed(prefix: "p.")
    let x = try record.leaf("x")
    let y = try layer(x)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["x": x]) { $1 })
  }

  @Test(arguments: OperationCase.all("MinibatchStdLayer"))
  func deviation(_ record: OperationCase) throws {
    let size = try #require(record.parameters["group_size"]?.int)
    try record.check(MinibatchStdDev.appended(to: record("x"), size: size), "y")
  }

  @Test func batchThatDoesNotDivideIntoGroupsIsRefused() throws {
    let x = try Tensor.zeros([5, 2, 4, 4])
    #expect(throws: TensorError.self) { try MinibatchStdDev.appended(to: x, size: 4) }
  }

  @Test(arguments: OperationCase.all("DiscriminatorBlock"))
  func block(_ record: OperationCase) throws {
    let weights = try record.weights()
    let shape = try record("p.conv1.weight").shape
    let name = record.has("img") ? "img" : "x"
    let x = try record.leaf(name)
    let block = try DiscriminatorBlock(
      weights.scope("p"), image: name == "img" ? x.shape[1] : nil, inputs: shape[1],
      outputs: shape[0])
    try weights.checkAllUsed(prefix: "p.")
    let y = try block(x)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging([name: x]) { $1 })
  }

  @Test(arguments: OperationCase.all("DiscriminatorEpilogue"))
  func epilogue(_ record: OperationCase) throws {
    let weights = try record.weights()
    let (x, label) = (try record.leaf("x"), try record.leaf("cmap"))
    let epilogue = try DiscriminatorEpilogue(
      weights.scope("p"), channels: x.shape[1], label: label.shape[1], resolution: x.shape[2],
      groupSize: #require(record.parameters["mbstd_group_size"]?.int))
    try weights.checkAllUsed(prefix: "p.")
    let y = try epilogue(x, label: label)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["x": x, "cmap": label]) { $1 })
  }

  @Test(arguments: OperationCase.all("MappingNetwork_D"))
  func labelMapping(_ record: OperationCase) throws {
    let weights = try record.weights()
    let shape = try record("p.embed.weight").shape
    let mapping = try LabelMapping(
      weights.scope("p"), inputs: shape[1], outputs: shape[0],
      layers: #require(record.parameters["num_layers"]?.int))
    try weights.checkAllUsed(prefix: "p.")
    let label = try record.leaf("c")
    let y = try mapping(label)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["c": label]) { $1 })
  }
}
