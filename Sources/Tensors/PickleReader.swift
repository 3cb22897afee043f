/// Reads a pickle of protocol 2 without running any of it.
///
/// Classes and functions are only names: what they would make stays opaque, but for ordered dictionaries and
/// torch's tensors, which `PickleReader+Torch.swift` builds. No operation makes more than a few bytes for each
/// of its own, and their number is limited.
/// - Source: Python, Lib/pickletools.py
struct PickleReader {
  private let bytes: [UInt8]
  private var position = 0
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private(set) var containers: [[PickleValue]] = []
  private var depths: [Int] = []
  /// Bytes of the archive's storages by their keys.
  let storageSizes: [String: Int]
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []

  init(_ bytes: [UInt8], storageSizes: [String: Int] = [:]) {
    self.bytes = bytes
    self.storageSizes = storageSizes
  }

  /// The pickled value.
  mutating func value() throws -> PickleValue {
    guard bytes.count <= PickleLimit.bytes else {
      throw PickleError(reason: "is larger than \(PickleLimit.bytes) bytes")
    }
    for _ in 0..<PickleLimit.operations {
      let code = try number(1)
      if code == 0x2E { return try pop() }
      try perform(UInt8(code))
    }
    throw PickleError(reason: "has more than \(PickleLimit.operations) operations")
  }

  /// The items of a list or tuple, the keys and values of a dictionary.
  func items(_ value: PickleValue) -> [PickleValue]? { value.container.map { containers[$0] } }

  private mutating func perform(_ code: UInt8) throws {
    switch Character(Unicode.Scalar(code)) {
    case "\u{80}":
      let version = try number(1)
      guard version == 2 || version == 3 else {
        throw PickleError(reason: "is of protocol \(version), not 2")
      }
    case "(":
      guard marks.count < PickleLimit.nesting else { throw Self.tooDeep }
      marks.append(stack.count)
    case "0": _ = try pop()
    case "1": _ = try popToMark()
    case "2": stack.append(try top())
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.int(try number(1)))
    case "M": stack.append(.int(try number(2)))
    case "J": stack.append(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
    case "\u{8A}": stack.append(try long(try number(1)))
    case "\u{8B}": stack.append(try long(try number(4)))
    case "G":
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.float(Double(bitPattern: bits)))
    case "X": stack.append(.string(try text(try number(4))))
    case "U": stack.append(.string(try text(try number(1))))
    case "T": stack.append(.string(try text(try number(4))))
    case "C": stack.append(.bytes(Array(try take(try number(1)))))
    case "B": stack.append(.bytes(Array(try take(try number(4)))))
    case "c": stack.append(.global("\(try line()).\(try line())"))
    case "q": memo[try number(1)] = try top()
    case "r": memo[try number(4)] = try top()
    case "h": stack.append(try recall(try number(1)))
    case "j": stack.append(try recall(try number(4)))
    case "]": stack.append(.list(try container([])))
    case "}": stack.append(.dictionary(try container([])))
    case ")": stack.append(.tuple(try container([])))
    case "t": stack.append(.tuple(try container(try popToMark())))
    case "l": stack.append(.list(try container(try popToMark())))
    case "d": stack.append(.dictionary(try container(try Self.pairs(try popToMark()))))
    case "\u{85}": stack.append(.tuple(try container(try pop(1))))
    case "\u{86}": stack.append(.tuple(try container(try pop(2))))
    case "\u{87}": stack.append(.tuple(try container(try pop(3))))
    case "a": try extend(with: [try pop()])
    case "e": try extend(with: try popToMark())
    case "s": try extend(with: try pop(2), dictionary: true)
    case "u": try extend(with: try popToMark(), dictionary: true)
    case "Q": stack.append(try persistent(try pop()))
    case "R", "\u{81}":
      let arguments = try pop()
      stack.append(try made(by: try pop(), arguments))
    // The state of an object: only opaque ones and the notes on an ordered dictionary have any.
    case "b": _ = try pop(); _ = try top()
    default:
      throw PickleError(
        reason: "has the operation \(code) at byte \(position - 1), which checkpoints do not need")
    }
  }

  // MARK: The stack

  private static let tooDeep = PickleError(
    reason: "nests its values more than \(PickleLimit.nesting) deep")
  private static let short = PickleError(reason: "takes a value where none is left")

  private func top() throws -> PickleValue {
    guard let last = stack.last, stack.count > marks.last ?? 0 else { throw Self.short }
    return last
  }

  private mutating func pop() throws -> PickleValue {
    let last = try top()
    stack.removeLast()
    return last
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw Self.short }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.short }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func recall(_ key: Int) throws -> PickleValue {
    guard let value = memo[key] else {
      throw PickleError(reason: "recalls value \(key), which it never kept")
    }
    return value
  }

  // MARK: Containers

  /// The place of a new container.
  mutating func container(_ items: [PickleValue]) throws -> Int {
    containers.append([])
    depths.append(1)
    try append(items, to: containers.count - 1)
    return containers.count - 1
  }

  private mutating func append(_ items: [PickleValue], to place: Int) throws {
    for item in items {
      guard let inner = item.container else { continue }
      depths[place] = max(depths[place], depths[inner] + 1)
    }
    guard depths[place] <= PickleLimit.nesting else { throw Self.tooDeep }
    containers[place].append(contentsOf: items)
  }

  private static func pairs(_ items: [PickleValue]) throws -> [PickleValue] {
    guard items.count % 2 == 0 else {
      throw PickleError(reason: "has a dictionary with a key that has no value")
    }
    return items
  }

  /// Adds to the list or dictionary on top; what an opaque object is given is dropped.
  private mutating func extend(with items: [PickleValue], dictionary: Bool = false) throws {
    switch try top() {
    case .list(let place) where !dictionary: try append(items, to: place)
    case .dictionary(let place) where dictionary: try append(try Self.pairs(items), to: place)
    case .opaque: break
    case let other:
      throw PickleError(reason: "adds items to \(other.kind)")
    }
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= bytes.count - position else { throw PickleError(reason: "is truncated") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// An unsigned little-endian number of up to four bytes.
  private mutating func number(_ width: Int) throws -> Int {
    try take(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// A signed little-endian number; opaque where 64 bits do not hold it.
  private mutating func long(_ width: Int) throws -> PickleValue {
    let digits = try take(width)
    guard width <= 8 else { return .opaque("long") }
    let negative = digits.last.map { $0 >= 128 } ?? false
    return .int(digits.reversed().reduce(negative ? -1 : 0) { $0 << 8 | Int($1) })
  }

  private mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw PickleError(reason: "holds text that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws -> String {
    let rest = bytes[position...].prefix(PickleLimit.nameLength)
    guard let end = rest.firstIndex(of: 10) else {
      throw PickleError(reason: "has a class name that does not end")
    }
    let line = try text(end - position)
    position += 1
    return line
  }
}
