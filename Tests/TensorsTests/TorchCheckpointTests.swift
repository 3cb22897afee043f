import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct TorchCheckpointTests {
  /// A dictionary of one tensor `x` of shape `[2, 3]`, made by `change` where it is not the usual one.
  private func file(
    _ type: String = "FloatStorage", bytes: some Collection<UInt8>, stored: Int = 6,
    offset: Int = 0, shape: [Int] = [2, 3], strides: [Int] = [3, 1]
  ) -> Data {
    var pickle = PickleWriter()
    pickle.add("}")
    pickle.text("x")
    pickle.tensor(
      key: "0", type: type, stored: stored, offset: offset, shape: shape, strides: strides)
    pickle.add("s.")
    return TorchFile.file(pickle, storages: ["0": Data(bytes)])
  }

  private func floats(_ data: Data) throws -> [Float] {
    try TorchCheckpoint(data: data, path: "x").tensor("x").floats()
  }

  private func bytes<Element>(_ values: [Element]) -> Data { values.withUnsafeBytes { Data($0) } }

  @Test(.enabled(if: Fixture.has("tiny/pv3d_tiny.ckpt")))
  func theOfficialFileHoldsTheOfficialState() throws {
    let path = Shared.fixtures.appendingPathComponent("tiny/pv3d_tiny.ckpt").path
    let checkpoint = try TorchCheckpoint(path: path)
    let wanted = try Fixture("tiny", "ckpt_model_state")
    #expect(checkpoint.names == wanted.names)
    #expect(checkpoint.names.count > 500)
    let tensors = try checkpoint.tensors()
    for name in wanted.names {
      let (ours, reference) = (try #require(tensors[name]), try wanted(name))
      #expect(ours.shape == reference.shape, "\(name)")
      #expect(try ours.floats().map(\.bitPattern) == reference.floats().map(\.bitPattern))
      Parity.measured(
        "tiny/pv3d_tiny.ckpt/tensors", try Difference(ours, reference), tolerance: 0)
      #expect(try checkpoint.shape(name) == reference.shape)
    }
  }

  @Test func whatTorchSavesOnAGPUComesBack() throws {
    let tensors = [
      "a.weight": try Tensor([1, 2, 3, 4, 5, 6.5], [3, 2]), "scalar": try Tensor([-7], []),
      "empty": try Tensor([], [0, 4]),
    ]
    for prefix in ["", "module."] {
      let data = try TorchFile.checkpoint(tensors, prefix: prefix)
      let read = try TorchCheckpoint(data: data, path: "x").tensors()
      #expect(read.keys.sorted() == ["a.weight", "empty", "scalar"])
      for (name, tensor) in tensors {
        #expect(read[name]?.shape == tensor.shape)
        #expect(try read[name]?.floats() == tensor.floats())
      }
    }
  }

  @Test func stridesAndOffsetsChooseElements() throws {
    let values: [Float] = (0..<12).map { Float($0) }
    let turned = file(
      bytes: bytes(values), stored: 12, offset: 1, shape: [3, 2], strides: [1, 4])
    #expect(try floats(turned) == [1, 5, 2, 6, 3, 7])
    let repeated = file(bytes: bytes(values), stored: 12, shape: [2, 3], strides: [0, 1])
    #expect(try floats(repeated) == [0, 1, 2, 0, 1, 2])
  }

  @Test func everyElementTypeIsReadAsFloats() throws {
    let wanted: [Float] = [1, 0, 2, 3, 1, 100]
    let numbers: [Double] = [1, 0, 2, 3, 1, 100]
    #expect(try floats(file("FloatStorage", bytes: bytes(wanted))) == wanted)
    #expect(try floats(file("DoubleStorage", bytes: bytes(numbers))) == wanted)
    #expect(try floats(file("HalfStorage", bytes: bytes(wanted.map { Float16($0) }))) == wanted)
    let brain = wanted.map { UInt16($0.bitPattern >> 16) }
    #expect(try floats(file("BFloat16Storage", bytes: bytes(brain))) == wanted)
    #expect(try floats(file("LongStorage", bytes: bytes(wanted.map { Int64($0) }))) == wanted)
    #expect(try floats(file("IntStorage", bytes: bytes(wanted.map { Int32($0) }))) == wanted)
    #expect(try floats(file("ByteStorage", bytes: bytes(wanted.map { UInt8($0) }))) == wanted)
    let truths = file("BoolStorage", bytes: [1, 0, 1, 1, 1, 1])
    #expect(try floats(truths) == [1, 0, 1, 1, 1, 1])
  }

  @Test func aMissingTensorIsNamed() throws {
    let checkpoint = try TorchCheckpoint(data: file(bytes: Data(count: 24)), path: "a.ckpt")
    #expect(throws: CheckpointError(path: "a.ckpt", reason: "has no tensor 'y'")) {
      try checkpoint.tensor("y")
    }
  }
}
