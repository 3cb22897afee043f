import Foundation
import PV3D
import Stages
import Tensors
import TestSupport
import Testing

/// Models whose planes are not those that are wanted.
@Suite struct ModelPlanesTests {
  @Test func planesAreSeparatedButNotFolded() throws {
    let folder = try Workshop("models")
    let old = folder.path("old.safetensors")
    try SmallGenerator.write(to: old)
    var config = SmallGenerator.config
    config.orthogonalPlanes = true
    let own = try ModelFile.read(old).generator
    let read = try ModelFile.read(old, config: config).generator
    #expect(!own.config.orthogonalPlanes && read.config.orthogonalPlanes)
    let label = try Camera.tensor([.canonical])
    let codes = try Tensor([Float](repeating: 0.3, count: 8), [1, 8])
    func planes(_ generator: Generator) throws -> Tensor {
      try generator.synthesis(
        generator.mapping(codes, label: label), motion: Tensor(full: 0, [1, 6]))
    }
    #expect(try planes(own).selected(1, 2).magnitude().sum().item() > 1)
    #expect(try planes(read).selected(1, 2).magnitude().sum().item() == 0)
    #expect(try planes(read).selected(1, 0).floats() == planes(own).selected(1, 0).floats())

    let new = folder.path("new.safetensors")
    try ModelFile.write(
      read.parameters.merging(read.buffers) { $1 }, config: config, to: new)
    #expect(try ModelFile.read(new).generator.config == config)
    let error = #expect(throws: SafetensorsError.self) {
      try ModelFile.read(new, config: SmallGenerator.config)
    }
    #expect(error?.description.contains("orthogonal planes") == true)
  }
}
