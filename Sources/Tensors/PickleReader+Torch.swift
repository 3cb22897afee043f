extension PickleReader {
  /// The storage that a persistent name means: `('storage', class, key, location, elements)`.
  ///
  /// The location is passed over, so that what was saved on a GPU is read on the processor.
  mutating func persistent(_ name: PickleValue) throws -> PickleValue {
    guard case .tuple = name, let items = items(name), items.count == 5,
      items[0] == .string("storage"), case .global(let type) = items[1],
      case .string(let key) = items[2], case .int(let count) = items[4]
    else { throw PickleError(reason: "names something from outside that is no torch storage") }
    guard let element = TorchElement(storage: type) else { return .opaque(type) }
    guard let size = storageSizes[key] else {
      throw PickleError(reason: "uses the storage '\(key)', which the archive does not hold")
    }
    let (wanted, overflow) = count.multipliedReportingOverflow(by: element.size)
    guard count >= 0, !overflow, wanted == size else {
      throw PickleError(
        reason: "claims \(count) elements of \(type) in the storage '\(key)' of \(size) bytes")
    }
    storages.append(TorchStorage(key: key, element: element, count: count))
    return .storage(storages.count - 1)
  }

  /// What calling a class or function makes.
  mutating func made(by callable: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard case .tuple = arguments, let items = items(arguments) else {
      throw PickleError(reason: "calls something with \(arguments.kind) instead of a tuple")
    }
    guard case .global(let name) = callable else {
      if case .opaque = callable { return callable }
      throw PickleError(reason: "calls \(callable.kind)")
    }
    switch name {
    case "collections.OrderedDict" where items.isEmpty: return .dictionary(try container([]))
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      return try tensor(items)
    case "torch._utils._rebuild_parameter":
      guard case .tensor = items.first else { return .opaque(name) }
      return items[0]
    default: return .opaque(name)
    }
  }

  /// A tensor of `(storage, offset, shape, strides, …)`.
  private mutating func tensor(_ items: [PickleValue]) throws -> PickleValue {
    guard items.count >= 4 else { throw PickleError(reason: "has a tensor without a shape") }
    if case .opaque = items[0] { return items[0] }
    guard case .storage(let place) = items[0], case .int(let offset) = items[1],
      let shape = integers(items[2]), let strides = integers(items[3])
    else { throw PickleError(reason: "has a tensor without storage, offset, shape and strides") }
    tensors.append(
      try TorchTensor(
        storage: storages[place], offset: offset, shape: shape, strides: strides))
    return .tensor(tensors.count - 1)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple = value, let items = items(value), items.count <= TorchTensor.highestRank
    else { return nil }
    let numbers = items.compactMap { if case .int(let number) = $0 { number } else { nil } }
    return numbers.count == items.count ? numbers : nil
  }
}
