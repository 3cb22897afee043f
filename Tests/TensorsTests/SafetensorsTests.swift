import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  /// A path in a folder of its own, removed with this object.
  private final class Place {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("safetensors-\(UUID().uuidString)")
    var path: String { folder.appendingPathComponent("file.safetensors").path }

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: folder) }
  }

  /// A file's bytes with this header and so many bytes of zeros after it.
  private func bytes(_ header: String, zeros: Int = 0, length: UInt64? = nil) -> Data {
    var data = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    data.append(Data(header.utf8))
    data.append(Data(count: zeros))
    return data
  }

  private func reason(_ data: Data) throws -> String {
    let error = try #require(
      throws: SafetensorsError.self, performing: { try Safetensors(data: data, path: "x") })
    return error.reason
  }

  @Test func fullPrecisionComesBackBitForBit() throws {
    let place = try Place()
    let values: [Float] = [0, -0.0, 1.0 / 3, .greatestFiniteMagnitude, Float(bitPattern: 3), -7.25]
    let tensors = [
      "a.weight": try Tensor(values, [2, 3]), "scalar": try Tensor([42], []),
      "empty": try Tensor([], [0, 4]),
    ]
    try Safetensors.write(tensors, to: place.path, metadata: ["kind": "test", "é": "\"\\"])
    let file = try Safetensors(path: place.path)
    #expect(file.metadata == ["kind": "test", "é": "\"\\"])
    #expect(file.entries.keys.sorted() == ["a.weight", "empty", "scalar"])
    for (name, tensor) in tensors {
      #expect(try file.tensor(name).shape == tensor.shape)
      #expect(try file.floats(name).map(\.bitPattern) == tensor.floats().map(\.bitPattern))
    }
  }

  @Test func halfPrecisionRoundsToTheNearest() throws {
    let place = try Place()
    let values: [Float] = [1.0 / 3, 1000.3, -2.0005, 65504, 6e-8, 0]
    try Safetensors.write(["x": Tensor(values)], to: place.path, precision: .half)
    let file = try Safetensors(path: place.path)
    #expect(try file.entry("x").type == "F16")
    #expect(try file.floats("x") == values.map { Float(Float16($0)) })
    #expect(try file.floats("x")[0] == 0.33325195)
  }

  @Test func writtenBytesFollowTheFormat() throws {
    let place = try Place()
    try Safetensors.write(["x": Tensor([1, 2])], to: place.path)
    let data = try Data(contentsOf: URL(fileURLWithPath: place.path))
    let length = Int(data[0]) | Int(data[1]) << 8
    #expect(length % 8 == 0)
    #expect(data.count == 8 + length + 8)
    #expect(Array(data.suffix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    let header = String(decoding: data[8..<8 + length], as: UTF8.self)
    #expect(
      header.trimmingCharacters(in: .whitespaces)
        == #"{"x":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"#)
  }

  @Test func everyTypeIsReadAsFloats() throws {
    func floats(_ type: String, _ payload: [UInt8], _ count: Int) throws -> [Float] {
      var data = bytes(
        #"{"x":{"dtype":"\#(type)","shape":[\#(count)],"data_offsets":[0,\#(payload.count)]}}"#)
      data.append(contentsOf: payload)
      return try Safetensors(data: data, path: "x").floats("x")
    }
    #expect(try floats("U8", [0, 200], 2) == [0, 200])
    #expect(try floats("BOOL", [1, 0], 2) == [1, 0])
    #expect(try floats("I8", [0xFF, 5], 2) == [-1, 5])
    #expect(try floats("I16", [0xFE, 0xFF], 1) == [-2])
    #expect(try floats("I32", [1, 0, 0, 0xFF], 1) == [-16_777_215])
    #expect(try floats("I64", [7, 0, 0, 0, 0, 0, 0, 0], 1) == [7])
    #expect(try floats("F16", [0x00, 0xC1], 1) == [-2.5])
    #expect(try floats("BF16", [0x20, 0xC0], 1) == [-2.5])
    #expect(try floats("F64", [0, 0, 0, 0, 0, 0, 0x04, 0xC0], 1) == [-2.5])
  }

  @Test func truncatedFilesAreRefused() throws {
    let place = try Place()
    try Safetensors.write(["x": Tensor([1, 2, 3])], to: place.path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: place.path))
    for count in 0..<whole.count {
      #expect(throws: SafetensorsError.self) {
        try Safetensors(data: whole.prefix(count), path: "x")
      }
    }
    #expect(try reason(whole.dropLast()) == "is truncated, or 'x' lies outside of it")
    #expect(try reason(Data([1, 2])) == "is too short to be a safetensors file")
  }

  @Test(arguments: [
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "is truncated, or 'x'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#, "is truncated, or 'x'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "is truncated, or 'x'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "is truncated, or 'x'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "describes 'x' without"),
    (#"{"x":{"dtype":"F32","shape":[2]}}"#, "describes 'x' without"),
    (#"{"x":{"shape":[2],"data_offsets":[0,8]}}"#, "describes 'x' without"),
    (#"{"x":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}"#, "describes 'x' without"),
    (#"{"x":[1,2,3]}"#, "describes 'x' without"),
    (#"{"x":{"dtype":"F7","shape":[2],"data_offsets":[0,8]}}"#, "'x' has unknown type F7"),
    (#"[1,2]"#, "has a header that is not a JSON object"),
    (#"{"x":"#, "has a header that is not a JSON object"),
  ]) func lyingHeadersAreRefused(_ header: String, _ wanted: String) throws {
    #expect(try reason(bytes(header, zeros: 8)).hasPrefix(wanted))
  }

  @Test func headerLengthsBeyondTheFileAreRefused() throws {
    for length: UInt64 in [3, 4096, 1 << 32, 1 << 63, .max] {
      #expect(throws: SafetensorsError.self) {
        try Safetensors(data: bytes("{}", length: length), path: "x")
      }
    }
  }

  @Test(arguments: [
    "[9223372036854775807,2]", "[4294967296,4294967296]", "[-1,-2]", "[-2]", "[1000000000000]",
    "[0,9223372036854775807,-1]",
  ]) func hostileShapesAreRefused(_ shape: String) throws {
    let header = #"{"x":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,8]}}"#
    #expect(try reason(bytes(header, zeros: 8)).hasPrefix("'x' has shape ["))
  }

  @Test func missingTensorIsNamed() throws {
    let file = try Safetensors(data: bytes("{}"), path: "weights.safetensors")
    let error = try #require(
      throws: SafetensorsError.self, performing: { try file.tensor("a.weight") })
    #expect(error.description == "weights.safetensors: has no tensor 'a.weight'")
  }

  @Test func missingFileIsNamed() throws {
    let error = try #require(
      throws: SafetensorsError.self, performing: { try Safetensors(path: "no/such.file") })
    #expect(error.description == "no/such.file: cannot be read")
  }

  @Test func floatsAreNotIntegers() throws {
    let data = bytes(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, zeros: 8)
    let file = try Safetensors(data: data, path: "x")
    #expect(throws: SafetensorsError(path: "x", reason: "'x' holds F32, not integers")) {
      try file.integers("x")
    }
  }

  @Test func unwritablePathIsNamed() throws {
    #expect(throws: SafetensorsError(path: "no/such/folder/x", reason: "cannot be written")) {
      try Safetensors.write(["x": Tensor([1])], to: "no/such/folder/x")
    }
  }
}
