import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
  private func failure(_ body: () throws -> Tensor) throws -> TensorError {
    try #require(throws: TensorError.self, performing: body)
  }

  @Test func valuesComeBackInRowMajorOrder() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.permuted(1, 0).floats() == [1, 4, 2, 5, 3, 6])
    #expect(try tensor.selected(0, 1).floats() == [4, 5, 6])
    #expect(try Tensor(indices: [4, -1], [2]).integers() == [4, -1])
    #expect(try tensor.reshaped(1, 1, 2, 3).channelsLast().floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func numbersBelowTheFastPathCountAsZeroAndThoseOfTheCallerStay() throws {
    let tiny = Float(bitPattern: 700_000)
    let tensor = try Tensor([tiny, -tiny, 1e-30, 1], [4])
    #expect(try (tensor * 2).floats() == [0, 0, 2e-30, 2])
    let result = tiny * Float(tensor.shape.count)
    #expect(result > 0 && result == tiny)
  }

  /// The kernels that multiply are chosen by the processor: all of them agree with exact sums.
  @Test(arguments: [(1, 1, 1), (5, 300, 7), (64, 64, 64), (129, 257, 65), (33, 1030, 401)])
  func productsAreSums(rows: Int, inner: Int, columns: Int) throws {
    // Whole numbers below 16, whose sums of products a float holds exactly.
    let a = (0..<rows * inner).map { Float(($0 * 7919) % 31 - 15) }
    let b = (0..<inner * columns).map { Float(($0 * 104_729) % 29 - 14) }
    let product = try Tensor(a, [rows, inner]).multiplied(by: Tensor(b, [inner, columns])).floats()
    let wanted = (0..<rows * columns).map { place in
      let (row, column) = (place / columns, place % columns)
      return (0..<inner).reduce(Float(0)) { $0 + a[row * inner + $1] * b[$1 * columns + column] }
    }
    #expect(product == wanted)
  }

  @Test func productsTakeNoMoreThreadsThanOperations() throws {
    typealias Count = @convention(c) () -> Int32
    guard let symbol = dlsym(nil, "openblas_get_num_threads") else { return }
    Torch.threads = 1
    #expect(unsafeBitCast(symbol, to: Count.self)() == 1)
  }

  @Test func badMatrixProductSaysBothShapes() throws {
    let error = try failure { try Tensor.ones([2, 3]).multiplied(by: .ones([4, 5])) }
    #expect(
      error.description
        == "multiplied: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")
  }

  @Test func everyFailureIsOneLine() throws {
    let x = try Tensor.ones([2, 3])
    let errors = try [
      failure { try x.reshaped(4, 4) }, failure { try x + .ones([4, 4]) },
      failure { try x.convolved(.ones([1, 1, 3, 3])) }, failure { try x.sliced(1, 2..<5) },
      failure { try x.sliced(7, 0..<1) }, failure { try x.expanded([2, 5]) },
      failure { try .concatenated([x, .ones([3, 4])], 0) }, failure { try x.sum(9) },
      failure { try x.picked(1, Tensor(indices: [8], [1])) },
    ]
    for error in errors {
      #expect(!error.description.contains("\n"), "\(error)")
      #expect(error.reason.count > 10 && error.reason.count < 300, "\(error)")
      #expect(!error.reason.contains(".cpp"), "\(error)")
    }
    #expect(Set(errors.map(\.operation)).count == 8)
  }

  @Test func rangeOutsideOfADimensionIsNamed() throws {
    let error = try failure { try Tensor.ones([2, 3]).sliced(1, 2..<5) }
    #expect(
      error.description == "sliced: range 2..<5 is outside of dimension 1 with 3 elements")
  }

  @Test func valuesMustFillTheShape() throws {
    let error = try failure { try Tensor([1, 2, 3], [2, 2]) }
    #expect(error.description == "tensor: shape [2, 2] does not hold 3 values")
    let single = try #require(
      throws: TensorError.self, performing: { try Tensor([1, 2]).item() })
    #expect(single.description == "item: the tensor has 2 values, not 1")
  }

  @Test func searchFindsTheFirstLargerElement() throws {
    let sorted = try Tensor([0, 1, 1, 2, 0, 5, 6, 7], [2, 4])
    let found = try sorted.firstLarger(than: Tensor([1, 2, -1, 5, 7, 0], [2, 3]))
    #expect(try found.integers() == [3, 4, 0, 2, 4, 1])
  }

  @Test func sortReturnsWhereValuesCameFrom() throws {
    let (values, order) = try Tensor([3, 1, 2]).sorted(0)
    #expect(try values.floats() == [1, 2, 3])
    #expect(try order.integers() == [1, 2, 0])
  }

  @Test func notANumberAndInfinitiesAreReplaced() throws {
    let x = try Tensor([.nan, .infinity, -.infinity, 2])
    #expect(
      try x.replacing(nan: 0, positive: 9, negative: -9).floats() == [0, 9, -9, 2])
  }
}
