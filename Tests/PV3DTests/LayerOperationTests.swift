import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct LayerOperationTests {
  @Test(arguments: OperationCase.all("bias_act")) func activation(_ record: OperationCase) throws {
    let name = try #require(record.parameters["act"]?.string)
    let activation = try #require(Activation(rawValue: name), "there is no activation \(name)")
    let x = try record.leaf("x")
    let bias = try record.optional("b")?.leaf()
    let y = try activation(
      x, bias: bias, slope: record.parameters["alpha"]?.float ?? 0.2,
      gain: record.parameters["gain"]?.float, clamp: record.parameters["clamp"]?.float)
    try record.check(y, "y")
    var inputs = ["x": x]
    inputs["b"] = bias
    try record.checkGradients(of: y, inputs)
  }

  @Test(arguments: OperationCase.all("modulated_conv2d"))
  func modulatedConvolution(_ record: OperationCase) throws {
    let (x, weight) = (try record.leaf("x"), try record.leaf("weight"))
    let style = try record.leaf("styles")
    let y = try ModulatedConvolution.apply(
      x, weight: weight, style: style, noise: record.optional("noise"),
      filter: Resampling.filter(), up: record.parameters["up"]?.int ?? 1,
      down: record.parameters["down"]?.int ?? 1, padding: record.parameters["padding"]?.int,
      demodulating: record.parameters["demodulate"]?.bool ?? true,
      correlated: record.parameters["flip_weight"]?.bool ?? true)
    try record.check(y, "y")
    try record.checkGradients(of: y, ["x": x, "weight": weight, "styles": style])
  }

  @Test(arguments: OperationCase.all("normalize_2nd_moment"))
  func normalized(_ record: OperationCase) throws {
    try record.check(Mapping.normalized(record("x")), "y")
  }

  @Test(arguments: OperationCase.all("FullyConnectedLayer"))
  func fullyConnected(_ record: OperationCase) throws {
    let weights = try record.weights()
    let shape = try record("p.weight").shape
    let name = try #require(record.parameters["activation"]?.string)
    let layer = try FullyConnected(
      weights.scope("p"), inputs: shape[1], outputs: shape[0],
      activation: #require(Activation(rawValue: name)),
      rate: record.parameters["lr_multiplier"]?.float ?? 1)
    let x = try record.leaf("x")
    let y = try layer(x)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["x": x]) { $1 })
  }

  @Test(arguments: OperationCase.all("SynthesisLayer"))
  func styledConvolution(_ record: OperationCase) throws {
    let weights = try record.weights()
    let (shape, code) = (try record("p.weight").shape, try record("p.affine.weight").shape)
    let layer = try StyledConvolution(
      weights.scope("p"), inputs: shape[1], outputs: shape[0], styles: code[1],
      resolution: #require(record.parameters["resolution"]?.int),
      up: record.parameters["up"]?.int ?? 1, clamp: record.parameters["conv_clamp"]?.float)
    let (x, w) = (try record.leaf("x"), try record.leaf("w"))
    let still = record.parameters["noise_mode"]?.string == "const"
    let y = try layer(
      x, w, noise: still ? .constant : .none, gain: record.parameters["gain"]?.float ?? 1)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["x": x, "w": w]) { $1 })
  }

  @Test(arguments: OperationCase.all("ToRGBLayer")) func toRGB(_ record: OperationCase) throws {
    let weights = try record.weights()
    let (shape, code) = (try record("p.weight").shape, try record("p.affine.weight").shape)
    let layer = try ToRGB(
      weights.scope("p"), inputs: shape[1], outputs: shape[0], styles: code[1],
      clamp: record.parameters["conv_clamp"]?.float)
    let (x, w) = (try record.leaf("x"), try record.leaf("w"))
    let y = try layer(x, w)
    try record.check(y, "y")
    try record.checkGradients(of: y, weights.parameters.merging(["x": x, "w": w]) { $1 })
  }

  @Test(arguments: OperationCase.all("TimeConvFuser"))
  func motionLayer(_ record: OperationCase) throws {
    let weights = try record.weights()
    let x = try record.leaf("x")
    let (motion, time) = (try record.leaf("z_motion"), try record.leaf("t"))
    var config = GeneratorConfig()
    config.motionDimension = motion.shape[1]
    let layer = try MotionLayer(
      weights.scope("p"), channels: x.shape[1], resolution: x.shape[2], config)
    let y = try layer(x, motion * time.reshaped(-1, 1), noise: .constant)
    try record.check(y, "y")
    let inputs = ["x": x, "z_motion": motion, "t": time]
    try record.checkGradients(of: y, weights.parameters.merging(inputs) { $1 })
  }

  @Test(arguments: OperationCase.all("OSGDecoder")) func decoder(_ record: OperationCase) throws {
    let weights = try record.weights()
    let hidden = try record("p.net.0.weight").shape
    var config = GeneratorConfig()
    (config.decoderHidden, config.planeFeatures) = (hidden[0], hidden[1])
    let (density, colors) = try FeatureDecoder(weights.scope("p"), config)(
      record("features").mean(1))
    try record.check(density, "sigma")
    try record.check(colors, "rgb")
  }
}
