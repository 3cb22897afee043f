internal import TorchShim

extension Tensor {
  private func reduced(
    _ dimensions: [Int], _ keep: Bool, _ operation: pv_reduction, _ name: String
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_reduce(
        raw, dimensions.wide, dimensions.rank, keep, Int32(operation.rawValue)), name)
  }

  /// The sum over `dimensions`, or over everything.
  public func sum(_ dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try reduced(dimensions, keeping, PV_SUM, "sum")
  }

  /// The mean over `dimensions`, or over everything.
  public func mean(_ dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try reduced(dimensions, keeping, PV_MEAN, "mean")
  }

  /// The largest value over `dimensions`, or over everything.
  public func maximum(_ dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try reduced(dimensions, keeping, PV_MAX, "maximum")
  }

  /// The smallest value over `dimensions`, or over everything.
  public func minimum(_ dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try reduced(dimensions, keeping, PV_MIN, "minimum")
  }

  public func cumulativeSum(_ dimension: Int) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_cumulative(raw, Int64(dimension), false), "cumulativeSum")
  }

  public func cumulativeProduct(_ dimension: Int) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_cumulative(raw, Int64(dimension), true), "cumulativeProduct")
  }

  /// The values in rising order along a dimension, and where each came from.
  public func sorted(_ dimension: Int) throws(TensorError) -> (values: Tensor, order: Tensor) {
    var values: OpaquePointer?
    var order: OpaquePointer?
    guard pv_tensor_sort(raw, Int64(dimension), &values, &order) == 0 else { throw .last("sorted") }
    return (try Tensor(values, "sorted"), try Tensor(order, "sorted"))
  }

  /// For each of `values` the first index of the rising last dimension whose element is larger.
  public func firstLarger(than values: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_search(raw, values.raw), "firstLarger")
  }
}
