/// The types of element that are read, all as `Float`.
enum TorchElement: String, Sendable {
  case float32 = "torch.FloatStorage"
  case float16 = "torch.HalfStorage"
  case bfloat16 = "torch.BFloat16Storage"
  case float64 = "torch.DoubleStorage"
  case int64 = "torch.LongStorage"
  case int32 = "torch.IntStorage"
  case uint8 = "torch.ByteStorage"
  case bool = "torch.BoolStorage"

  /// The type that a class of storages holds; nil where it is none of these.
  init?(storage name: String) {
    // Before torch 1.6, storages on a GPU had classes of their own.
    let prefix = "torch.cuda."
    self.init(rawValue: name.hasPrefix(prefix) ? "torch." + name.dropFirst(prefix.count) : name)
  }

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .uint8, .bool: 1
    }
  }
}

/// A row of elements that tensors share.
struct TorchStorage: Sendable {
  /// The name of its entry below `data/`.
  let key: String
  let element: TorchElement
  let count: Int
}

/// Which elements of a storage are a tensor: element `i` is at `offset + Σ iₖ · strideₖ`.
struct TorchTensor: Sendable {
  static let highestRank = 16

  let storage: TorchStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  let count: Int

  /// Checks that all elements lie in the storage, and that there are no more of them than it has.
  init(storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) throws {
    func outside() -> PickleError {
      PickleError(
        reason: """
          has a tensor of shape \(shape), strides \(strides) and offset \(offset), \
          which its storage '\(storage.key)' of \(storage.count) elements does not hold
          """)
    }
    guard shape.count == strides.count, offset >= 0, offset <= storage.count,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { throw outside() }
    var count = shape.contains(0) ? 0 : 1
    var last = offset
    if count > 0 {
      for (size, stride) in zip(shape, strides) {
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        let (reach, far) = (size - 1).multipliedReportingOverflow(by: stride)
        guard !overflow, product <= storage.count, !far, reach < storage.count else {
          throw outside()
        }
        count = product
        last += reach
      }
      guard last < storage.count else { throw outside() }
    }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
  }

  /// Whether the elements lie in the storage row by row without gaps.
  private var isContiguous: Bool {
    var step = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      guard stride == step else { return false }
      step *= size
    }
    return true
  }

  /// The values, row-major, out of the bytes of the storage.
  func floats(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    switch storage.element {
    case .float32: values(bytes, as: UInt32.self) { Float(bitPattern: $0) }
    case .float16: values(bytes, as: UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: values(bytes, as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float64: values(bytes, as: UInt64.self) { Float(Double(bitPattern: $0)) }
    case .int64: values(bytes, as: Int64.self) { Float($0) }
    case .int32: values(bytes, as: Int32.self) { Float($0) }
    case .uint8: values(bytes, as: UInt8.self) { Float($0) }
    case .bool: values(bytes, as: UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  private func values<Element: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, as: Element.Type, _ convert: (Element) -> Float
  ) -> [Float] {
    let size = storage.element.size
    func value(_ place: Int) -> Float {
      convert(bytes.loadUnaligned(fromByteOffset: place * size, as: Element.self))
    }
    guard !isContiguous else { return (0..<count).map { value(offset + $0) } }
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    return (0..<count).map { _ in
      let found = value(place)
      for axis in shape.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        guard index[axis] == shape[axis] else { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
      }
      return found
    }
  }
}
