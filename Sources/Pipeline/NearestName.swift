/// Finds the name that was likely meant by one that is not known.
public enum NearestName {
  /// The candidate closest to `name`, if one is close enough to be a slip of the keyboard.
  ///
  /// Close enough is one edit for every three letters begun, at most three, and fewer than the
  /// letters of `name`. Of equally close candidates the first counts.
  public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(name.lowercased())
    var limit = min(3, (letters.count + 2) / 3, letters.count - 1)
    var nearest: String?
    for candidate in candidates where abs(candidate.count - letters.count) <= limit {
      let distance = distance(letters, Array(candidate.lowercased()))
      guard distance <= limit else { continue }
      nearest = candidate
      limit = distance - 1
    }
    return nearest
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbors between two names.
  public static func distance(_ first: String, _ second: String) -> Int {
    distance(Array(first), Array(second))
  }

  private static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var row = [i + 1]
      for (j, b) in second.enumerated() {
        var best = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a == second[j - 1], b == first[i - 1] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[second.count]
  }

  /// The end of a message about an unknown name: the likely one, or those there are.
  static func hint(_ name: String, among candidates: [String], listing: String) -> String {
    if let nearest = of(name, among: candidates) { return "; did you mean '\(nearest)'?" }
    guard !candidates.isEmpty else { return "" }
    let shown = candidates.prefix(30).joined(separator: ", ")
    let rest = candidates.count > 30 ? " and \(candidates.count - 30) more" : ""
    return "; \(listing): \(shown)\(rest)"
  }

  /// Of the beginnings of dotted `names`, as many parts long as `beginning`, the one that was probably meant.
  public static func ofBeginning(_ beginning: String, among names: some Sequence<String>)
    -> String?
  {
    let parts = beginning.split(separator: ".").count
    let beginnings = Set(
      names.map { $0.split(separator: ".").prefix(parts).joined(separator: ".") })
    return of(beginning, among: beginnings.sorted())
  }
}
