import Foundation

extension Safetensors {
  /// The tensor called `name`, as `Float`.
  public func tensor(_ name: String) throws -> Tensor {
    try Tensor(floats(name), entry(name).shape)
  }

  /// All floating-point tensors whose names begin with `prefix`, with the prefix removed.
  public func tensors(removing prefix: String = "") throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in entries.keys where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = try tensor(name)
    }
    return result
  }

  /// How many bits a stored number has.
  public enum Precision: Sendable { case full, half }

  /// Writes tensors to `path`, which appears whole or not at all.
  /// - Parameters:
  ///   - precision: half rounds to float16
  public static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:],
    precision: Precision = .full
  ) throws {
    let names = tensors.keys.sorted()
    let size = precision == .full ? 4 : 2
    var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
    var offset = 0
    for name in names {
      guard let tensor = tensors[name] else { continue }
      let end = offset + tensor.count * size
      header[name] = [
        "dtype": precision == .full ? "F32" : "F16", "shape": tensor.shape,
        "data_offsets": [offset, end],
      ]
      offset = end
    }
    var json = try JSONSerialization.data(
      withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    while json.count % 8 != 0 { json.append(0x20) }
    var data = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
    data.append(json)
    data.reserveCapacity(data.count + offset)
    for name in names {
      guard let values = try tensors[name]?.floats() else { continue }
      switch precision {
      case .full: values.withUnsafeBytes { data.append(contentsOf: $0) }
      case .half:
        values.map { Float16($0) }.withUnsafeBytes { data.append(contentsOf: $0) }
      }
    }
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw SafetensorsError(path: path, reason: "cannot be written")
    }
  }
}
