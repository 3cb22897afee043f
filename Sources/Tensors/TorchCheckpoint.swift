import Foundation

/// The tensors of a file that `torch.save` wrote, by name.
///
/// The file is a zip archive of a pickle and one entry for each storage. Its pickle is read by a reader that
/// builds tensors, dictionaries, lists, numbers and text only; objects of other classes are passed over, and
/// nothing is run. Memory stays within a small multiple of the file: no tensor is read before it is asked for,
/// and all together they have no more than twice the elements of the storages.
/// - Source: PV3D-SPEC section 19; torch 1.6 and newer, serialization
public struct TorchCheckpoint: Sendable {
  public let path: String
  /// All names, sorted.
  public var names: [String] { tensors.keys.sorted() }
  private let tensors: [String: TorchTensor]
  private let archive: ZipArchive
  private let root: String

  /// Opens the file at `path`.
  /// - Parameter state: where in the file's dictionary the tensors are, if they are not the dictionary itself
  public init(path: String, state: String = "model") throws {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { throw CheckpointError(path: path, reason: "cannot be read") }
    try self.init(data: data, path: path, state: state)
  }

  /// Opens the file whose bytes are `data`; `path` only names it in errors.
  public init(data: Data, path: String, state: String = "model") throws {
    try Self.checkKind(data, path)
    let archive = try ZipArchive(data: data, path: path)
    let root = try Self.root(archive)
    let entry = try archive.entry("\(root)data.pkl")
    guard entry.range.count <= PickleLimit.bytes else {
      throw CheckpointError(
        path: path, reason: "the pickle is larger than \(PickleLimit.bytes) bytes")
    }
    try archive.check(entry)
    let storages = archive.entries.values.filter { $0.name.hasPrefix("\(root)data/") }
    let sizes = storages.map { (String($0.name.dropFirst(root.count + 5)), $0.range.count) }
    var reader = PickleReader(
      archive.withBytes(entry) { Array($0) },
      storageSizes: Dictionary(uniqueKeysWithValues: sizes))
    do {
      let value = try reader.value()
      tensors = try Self.tensors(of: value, state, reader)
    } catch let error as PickleError {
      throw CheckpointError(path: path, reason: "the pickle \(error.reason)")
    }
    self.path = path
    self.archive = archive
    self.root = root
    try checkSum()
  }

  /// How files of torch before 1.6 begin: a pickled number.
  private static let oldBeginning: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9,
  ]
  /// How zip archives begin.
  private static let zipBeginning: [UInt8] = [0x50, 0x4B, 3, 4]

  /// Whether the file at `path` begins like one that torch saved, in a form that is read or not.
  public static func recognizes(_ path: String) -> Bool {
    let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let head = (try? file?.read(upToCount: oldBeginning.count)).map { Array($0) } ?? []
    return head == oldBeginning || head.starts(with: zipBeginning)
  }

  /// Throws if `data` is known to be something else than a zip archive of tensors.
  private static func checkKind(_ data: Data, _ path: String) throws {
    let head = Array(data.prefix(oldBeginning.count))
    if head == oldBeginning {
      throw CheckpointError(
        path: path,
        reason: "is in the form of torch before 1.6; load it and save it again with a newer torch")
    }
    guard head.starts(with: zipBeginning) else {
      throw CheckpointError(
        path: path, reason: "is not a torch checkpoint: it is no zip archive")
    }
  }

  /// The folder that holds `data.pkl`, with a slash at its end.
  private static func root(_ archive: ZipArchive) throws -> String {
    let pickles = archive.entries.keys.filter {
      let parts = $0.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts[1] == "data.pkl"
    }
    guard pickles.count == 1, let root = pickles.first?.dropLast(8) else {
      throw CheckpointError(
        path: archive.path, reason: "is not a torch checkpoint: it has no entry '…/data.pkl'")
    }
    guard archive.entries["\(root)constants.pkl"] == nil else {
      throw CheckpointError(
        path: archive.path, reason: "is a TorchScript program, not a torch checkpoint")
    }
    if let order = archive.entries["\(root)byteorder"],
      archive.withBytes(order, { !$0.elementsEqual(Array("little".utf8)) })
    {
      throw CheckpointError(path: archive.path, reason: "was saved with big-endian numbers")
    }
    return String(root)
  }

  /// The tensors of a state dictionary by their names without a leading `module.`.
  private static func tensors(
    of value: PickleValue, _ state: String, _ reader: PickleReader
  ) throws -> [String: TorchTensor] {
    func dictionary(_ value: PickleValue) throws -> [(PickleValue, PickleValue)] {
      guard case .dictionary = value, let items = reader.items(value) else {
        throw PickleError(reason: "holds \(value.kind) instead of a dictionary of tensors")
      }
      return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
    }
    var pairs = try dictionary(value)
    if let inner = pairs.last(where: { $0.0 == .string(state) }) { pairs = try dictionary(inner.1) }
    var tensors: [String: TorchTensor] = [:]
    for (key, value) in pairs {
      guard case .string(var name) = key else {
        throw PickleError(reason: "has a tensor that is named by \(key.kind), not by text")
      }
      guard case .tensor(let place) = value else {
        throw PickleError(reason: "holds \(value.kind) as '\(name)' instead of a tensor")
      }
      if name.hasPrefix("module.") { name.removeFirst("module.".count) }
      guard tensors.updateValue(reader.tensors[place], forKey: name) == nil else {
        throw PickleError(reason: "has the tensor '\(name)' twice")
      }
    }
    return tensors
  }

  /// Throws if the tensors repeat storages so often that they are far larger than the file.
  private func checkSum() throws {
    let stored = Dictionary(
      tensors.values.map { ($0.storage.key, $0.storage.count) }, uniquingKeysWith: max)
    let sum = tensors.values.reduce(0) { $0.addingReportingOverflow($1.count).partialValue }
    guard sum <= 2 * stored.values.reduce(0, +) else {
      throw CheckpointError(
        path: path, reason: "has tensors of \(sum) elements, more than twice what it stores")
    }
  }

  /// The shape of the tensor called `name`.
  public func shape(_ name: String) throws -> [Int] { try found(name).shape }

  /// The tensor called `name`, as `Float`.
  public func tensor(_ name: String) throws -> Tensor {
    let tensor = try found(name)
    try archive.check(try entry(tensor))
    return try read(tensor)
  }

  /// All tensors whose names begin with `prefix`, with the prefix removed.
  public func tensors(removing prefix: String = "") throws -> [String: Tensor] {
    var checked: Set<String> = []
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors where name.hasPrefix(prefix) {
      if checked.insert(tensor.storage.key).inserted { try archive.check(try entry(tensor)) }
      result[String(name.dropFirst(prefix.count))] = try read(tensor)
    }
    return result
  }

  private func found(_ name: String) throws -> TorchTensor {
    guard let tensor = tensors[name] else {
      throw CheckpointError(path: path, reason: "has no tensor '\(name)'")
    }
    return tensor
  }

  private func entry(_ tensor: TorchTensor) throws -> ZipArchive.Entry {
    try archive.entry("\(root)data/\(tensor.storage.key)")
  }

  private func read(_ tensor: TorchTensor) throws -> Tensor {
    try Tensor(archive.withBytes(try entry(tensor), tensor.floats), tensor.shape)
  }
}
