import Foundation
import Tensors

/// Operations of a pickle one after the other.
public struct PickleWriter {
  public private(set) var bytes: [UInt8]

  /// Begins with the protocol's number.
  public init(version: UInt8 = 2) { bytes = [0x80, version] }

  /// Operations that take nothing from the bytes after them, such as `(` and `R`.
  public mutating func add(_ operations: String) {
    bytes += operations.unicodeScalars.map { UInt8($0.value) }
  }

  public mutating func add(bytes more: [UInt8]) { bytes += more }

  public mutating func text(_ text: String) {
    add("X")
    bytes += Self.word(text.utf8.count)
    bytes += Array(text.utf8)
  }

  /// An integer of 64 bits.
  public mutating func integer(_ value: Int) {
    add("\u{8A}")
    bytes.append(8)
    bytes += withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
  }

  /// A class or function of a module.
  public mutating func global(_ module: String, _ name: String) { add("c\(module)\n\(name)\n") }

  /// A tensor as torch pickles it.
  public mutating func tensor(
    key: String, type: String = "FloatStorage", location: String = "cpu", stored: Int,
    offset: Int = 0, shape: [Int], strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    add("((")
    text("storage")
    global("torch", type)
    text(key)
    text(location)
    integer(stored)
    add("tQ")
    integer(offset)
    for numbers in [shape, strides] {
      add("(")
      for number in numbers { integer(number) }
      add("t")
    }
    add("\u{89}")
    global("collections", "OrderedDict")
    add(")RtR")
  }

  private static func word(_ count: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(count).littleEndian) { Array($0) }
  }
}

/// Files as `torch.save` writes them, and as it never would.
public enum TorchFile {
  /// An entry of a zip archive, with the fields that tell of it.
  public struct Entry {
    public var name: String
    public var bytes: Data
    public var flags = 0
    public var method = 0
    /// What the directory says instead of the size.
    public var claimedSize: Int?
    /// What the directory says instead of the place.
    public var claimedPlace: Int?

    public init(_ name: String, _ bytes: some Sequence<UInt8>) {
      self.name = name
      self.bytes = Data(bytes)
    }
  }

  private static func little(_ value: Int, _ width: Int) -> Data {
    Data((0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
  }

  /// A zip archive of stored entries.
  /// - Parameter wide: whether its last record has 64-bit fields, as torch writes it
  public static func archive(_ entries: [Entry], wide: Bool = true) -> Data {
    var data = Data()
    var directory = Data()
    for entry in entries {
      let place = data.count
      let sum = entry.bytes.withUnsafeBytes { Int(ZipArchive.checksum($0)) }
      let (size, name) = (entry.bytes.count, Data(entry.name.utf8))
      let fields =
        little(entry.flags, 2) + little(entry.method, 2) + little(0, 4) + little(sum, 4)
        + little(entry.claimedSize ?? size, 4) + little(entry.claimedSize ?? size, 4)
        + little(name.count, 2)
      data += little(0x0403_4B50, 4) + little(20, 2) + fields + little(0, 2) + name
      data += entry.bytes
      directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + fields
      directory += little(0, 12) + little(entry.claimedPlace ?? place, 4) + name
    }
    let (start, size) = (data.count, directory.count)
    data += directory
    if wide {
      let place = data.count
      data += little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
      data += little(entries.count, 8) + little(entries.count, 8) + little(size, 8)
      data += little(start, 8) + little(0x0706_4B50, 4) + little(0, 4) + little(place, 8)
      data += little(1, 4)
    }
    data += little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2)
    data += little(entries.count, 2) + little(size, 4)
    return data + little(wide ? 0xFFFF_FFFF : start, 4) + little(0, 2)
  }

  /// A file of this pickle and these storages.
  public static func file(_ pickle: PickleWriter, storages: [String: Data] = [:]) -> Data {
    let entries = storages.sorted { $0.key < $1.key }.map { Entry("archive/data/\($0)", $1) }
    return archive(
      [Entry("archive/data.pkl", pickle.bytes)] + entries + [Entry("archive/version", [0x33, 10])])
  }

  /// A checkpoint that holds `tensors` as its `model`, saved on a GPU.
  public static func checkpoint(_ tensors: [String: Tensor], prefix: String = "") throws -> Data {
    var pickle = PickleWriter()
    var storages: [String: Data] = [:]
    pickle.add("}")
    pickle.text("model")
    pickle.global("collections", "OrderedDict")
    pickle.add(")R(")
    for (index, (name, tensor)) in tensors.sorted(by: { $0.key < $1.key }).enumerated() {
      pickle.text(prefix + name)
      let shape = tensor.shape
      let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
      pickle.tensor(
        key: "\(index)", location: "cuda:0", stored: tensor.count, shape: shape, strides: strides)
      storages["\(index)"] = try tensor.floats().withUnsafeBytes { Data($0) }
    }
    pickle.add("us.")
    return file(pickle, storages: storages)
  }
}
