internal import TorchShim

extension Tensor {
  /// The same values in another shape; one dimension may be -1.
  public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_reshape(raw, shape.wide, shape.rank), "reshaped")
  }

  public func reshaped(_ shape: Int...) throws(TensorError) -> Tensor { try reshaped(shape) }

  /// The dimensions in another order.
  public func permuted(_ order: Int...) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_permute(raw, order.wide, order.rank), "permuted")
  }

  /// Dimensions of size 1 repeated without a copy; -1 keeps a dimension.
  public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_expand(raw, shape.wide, shape.rank), "expanded")
  }

  /// The part of dimension `dimension` inside `range`.
  public func sliced(_ dimension: Int, _ range: Range<Int>, step: Int = 1) throws(TensorError)
    -> Tensor
  {
    try Tensor(
      pv_tensor_slice(
        raw, Int64(dimension), Int64(range.lowerBound), Int64(range.upperBound), Int64(step)),
      "sliced")
  }

  /// One element of a dimension, which disappears.
  public func selected(_ dimension: Int, _ index: Int) throws(TensorError) -> Tensor {
    var rest = shape
    rest.remove(at: dimension)
    return try sliced(dimension, index..<index + 1).reshaped(rest)
  }

  /// The elements of a dimension at `indices`, a vector of indices.
  public func picked(_ dimension: Int, _ indices: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_pick(raw, Int64(dimension), indices.raw), "picked")
  }

  /// For each place of `index` (same rank) the value at that index along `dimension`.
  public func gathered(_ dimension: Int, _ index: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_gather(raw, Int64(dimension), index.raw), "gathered")
  }

  /// `parts` one after the other along a dimension.
  public static func concatenated(_ parts: [Tensor], _ dimension: Int) throws(TensorError) -> Tensor
  {
    let handles: [OpaquePointer?] = parts.map { $0.raw }
    let result = withExtendedLifetime(parts) {
      pv_tensor_concatenate(handles, Int32(handles.count), Int64(dimension))
    }
    return try Tensor(result, "concatenated")
  }

  /// `parts` of one shape along a new dimension in front.
  public static func stacked(_ parts: [Tensor]) throws(TensorError) -> Tensor {
    var rows: [Tensor] = []
    for part in parts { rows.append(try part.reshaped([1] + part.shape)) }
    return try concatenated(rows, 0)
  }

  public func flipped(_ dimensions: Int...) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_flip(raw, dimensions.wide, dimensions.rank), "flipped")
  }

  /// Zeros around the last two dimensions; negative numbers crop.
  public func padded(left: Int, right: Int, top: Int, bottom: Int) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_pad(raw, Int64(left), Int64(right), Int64(top), Int64(bottom)), "padded")
  }
}
