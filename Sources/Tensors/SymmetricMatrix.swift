internal import TorchShim

/// A square matrix that equals its transpose, in double precision.
public struct SymmetricMatrix: Sendable {
  /// Rows.
  public let side: Int
  /// `side²` numbers row by row; only those on and below the diagonal are read.
  public let entries: [Double]

  public init(_ entries: [Double], side: Int) {
    precondition(entries.count == side * side, "a matrix of \(side) rows is square")
    (self.entries, self.side) = (entries, side)
  }

  /// The eigenvalues in rising order, and row by row the matrix whose columns are their vectors of length 1.
  public func eigen() throws(TensorError) -> (values: [Double], vectors: [Double]) {
    var values = [Double](repeating: 0, count: side)
    var vectors = [Double](repeating: 0, count: side * side)
    guard pv_symmetric_eigen(entries, Int64(side), &values, &vectors) == 0 else {
      throw .last("eigen")
    }
    return (values, vectors)
  }
}
