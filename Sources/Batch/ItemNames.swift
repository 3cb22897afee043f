import Foundation

/// Gives items ids that can name files.
public enum ItemNames {
  private static let longest = 100

  /// The items of `values`: each with the id it had before, or the names of its files.
  ///
  /// An id is free of `/`, `\`, `%` (which numbers pictures), control characters and a leading dot
  /// or hyphen; where two would be alike but for their case, the later one is numbered, as is one that is called
  /// like a file of the batch.
  /// - Parameter previous: the items of an earlier call
  public static func items(of values: [[String]], remembering previous: [BatchItem]) -> [BatchItem]
  {
    let known = Dictionary(previous.map { ($0.values, $0.id) }) { first, _ in first }
    var taken = Set(values.compactMap { known[$0] }.map(key))
    return values.map { values in
      if let id = known[values] { return BatchItem(id: id, values: values) }
      let name = name(of: values)
      let id = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? name : "\(name)-\($0)" }
        .first { !BatchFolder.isReserved(key($0)) && taken.insert(key($0)).inserted }
      return BatchItem(id: id ?? name, values: values)
    }
  }

  private static func key(_ id: String) -> String {
    id.precomposedStringWithCanonicalMapping.lowercased()
  }

  private static func name(of values: [String]) -> String {
    let names = values.map {
      ((($0 as NSString).lastPathComponent) as NSString).deletingPathExtension
    }
    var name = ""
    for character in names.joined(separator: "_") where name.utf8.count < longest {
      let isUnsafe = character.unicodeScalars.contains { scalar in
        scalar.properties.generalCategory == .control || "/\\%".unicodeScalars.contains(scalar)
      }
      name.append(isUnsafe ? "-" : character)
    }
    name = name.trimmingCharacters(in: .whitespaces)
    if let first = name.first, ".-".contains(first) { name = "_" + name.dropFirst() }
    return name.isEmpty ? "item" : name
  }
}
