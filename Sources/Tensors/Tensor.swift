internal import TorchShim

/// A multi-dimensional array of `Float` (or of indices) that remembers how it was computed.
///
/// A value on top, a libtorch handle below: operations make new tensors, none changes one in place.
/// Only the optimizer writes, through `Parameter updates` in `Optimization.swift`.
public struct Tensor: @unchecked Sendable {  // the handle is never written to once it is shared
  final class Storage {
    let raw: OpaquePointer
    init(_ raw: OpaquePointer) { self.raw = raw }
    deinit { pv_tensor_free(raw) }
  }

  let storage: Storage
  var raw: OpaquePointer { storage.raw }

  /// Takes over `raw`; a null handle is the failure of `operation`.
  init(_ raw: OpaquePointer?, _ operation: String) throws(TensorError) {
    guard let raw else { throw .last(operation) }
    storage = Storage(raw)
  }

  /// A tensor with the given values in row-major order.
  public init(_ values: [Float], _ shape: [Int]) throws(TensorError) {
    guard shape.reduce(1, *) == values.count else {
      throw TensorError(
        operation: "tensor", reason: "shape \(shape) does not hold \(values.count) values")
    }
    try self.init(pv_tensor_from_floats(values, shape.wide, shape.rank), "tensor")
  }

  /// A vector.
  public init(_ values: [Float]) throws(TensorError) { try self.init(values, [values.count]) }

  /// A tensor of indices, as `picked` and `gathered` take them.
  public init(indices: [Int], _ shape: [Int]) throws(TensorError) {
    guard shape.reduce(1, *) == indices.count else {
      throw TensorError(
        operation: "tensor", reason: "shape \(shape) does not hold \(indices.count) values")
    }
    try self.init(pv_tensor_from_integers(indices.wide, shape.wide, shape.rank), "tensor")
  }

  /// A tensor filled with one value.
  public init(full value: Float, _ shape: [Int]) throws(TensorError) {
    try self.init(pv_tensor_full(shape.wide, shape.rank, Double(value)), "full")
  }

  public static func zeros(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(full: 0, shape)
  }

  public static func ones(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(full: 1, shape)
  }

  public var rank: Int { Int(pv_tensor_rank(raw)) }

  public var shape: [Int] {
    var sizes = [Int64](repeating: 0, count: rank)
    pv_tensor_shape(raw, &sizes)
    return sizes.map { Int($0) }
  }

  public var count: Int { shape.reduce(1, *) }

  /// The values in row-major order.
  public func floats() throws(TensorError) -> [Float] {
    let count = count
    var values = [Float](repeating: 0, count: count)
    guard pv_tensor_copy_floats(raw, &values, Int64(count)) == 0 else { throw .last("floats") }
    return values
  }

  /// The values as integers in row-major order.
  public func integers() throws(TensorError) -> [Int] {
    let count = count
    var values = [Int64](repeating: 0, count: count)
    guard pv_tensor_copy_integers(raw, &values, Int64(count)) == 0 else { throw .last("integers") }
    return values.map { Int($0) }
  }

  /// The only value of a tensor with one element.
  public func item() throws(TensorError) -> Float {
    let values = try floats()
    guard values.count == 1 else {
      throw TensorError(operation: "item", reason: "the tensor has \(values.count) values, not 1")
    }
    return values[0]
  }

  public var device: Device { pv_tensor_device(raw) == 0 ? .cpu : .cuda }

  public func to(_ device: Device) throws(TensorError) -> Tensor {
    device == self.device
      ? self : try Tensor(pv_tensor_to_device(raw, device == .cpu ? 0 : 1), "to")
  }

  /// The same values laid out one pixel after the other, as convolutions on a CPU like them.
  public func channelsLast() throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_to_layout(raw, 1), "channelsLast")
  }

  public func contiguous() throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_to_layout(raw, 0), "contiguous")
  }
}

extension [Int] {
  var wide: [Int64] { map { Int64($0) } }
  var rank: Int32 { Int32(count) }
}
