import Foundation

/// A path that stands for numbered images, as `frames/%04d.png`.
package struct ImagePattern {
  private let prefix: Substring
  private let suffix: Substring
  private let digits: Int

  /// Nil when the path holds no `%d` or `%0Nd`.
  package init?(_ path: String) {
    guard let found = path.firstRange(of: /%(?:0([1-9]))?d/),
      let match = path[found].wholeMatch(of: /%(?:0([1-9]))?d/)
    else { return nil }
    prefix = path[..<found.lowerBound]
    suffix = path[found.upperBound...]
    digits = match.1.flatMap { Int($0) } ?? 1
  }

  /// The path of image `number`.
  package func path(_ number: Int) -> String { "\(prefix)\(text(number))\(suffix)" }

  /// Throws where an image is missing between others: reading would end there as if all had been read.
  ///
  /// - Throws: `MediaError`, which names the first that is missing
  func checkGaps() throws {
    let numbers = numbers.sorted()
    for (number, following) in zip(numbers, numbers.dropFirst()) where following > number + 1 {
      let neighbors = "\(text(number)) and \(text(following))"
      throw MediaError(.read, path(number + 1), "is missing between \(neighbors)")
    }
  }

  /// The numbers of the images that there are, in any order.
  private var numbers: [Int] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? "."
    let start = slash.map { prefix[prefix.index(after: $0)...] } ?? prefix
    let end = suffix.prefix { $0 != "/" }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(start), name.hasSuffix(end) else { return nil }
      let found = name.dropFirst(start.count).dropLast(end.count)
      guard let number = Int(found), number >= 0, text(number) == found,
        FileManager.default.fileExists(atPath: path(number))
      else { return nil }
      return number
    }
  }

  /// A number as it stands in a path.
  private func text(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
