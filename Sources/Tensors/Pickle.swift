/// A value that a pickle holds.
///
/// Containers, storages and tensors are places in the tables of the `PickleReader`, so that values share and
/// nest as they like and are still let go without recursion.
enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case list(Int)
  /// Keys and values in turn.
  case dictionary(Int)
  case tuple(Int)
  case storage(Int)
  case tensor(Int)
  /// A class or function, by name only.
  case global(String)
  /// Something made by a class or function that is not known here.
  case opaque(String)

  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .bool: "a truth value"
    case .int, .float: "a number"
    case .string: "text"
    case .bytes: "bytes"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .tuple: "a tuple"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .global(let name): "the class \(name)"
    case .opaque(let name): "an object of \(name)"
    }
  }

  /// The place in the table of containers.
  var container: Int? {
    switch self {
    case .list(let place), .dictionary(let place), .tuple(let place): place
    default: nil
    }
  }
}

/// Why a pickle cannot be read.
struct PickleError: Error {
  let reason: String
}

/// How much a pickle may ask for, far beyond what checkpoints need.
enum PickleLimit {
  static let bytes = 1 << 25
  static let operations = 1 << 21
  static let nesting = 1000
  static let nameLength = 512
}
