import ArgumentParser
import Foundation
import Pipeline

/// Shows and empties the cache.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or empty the cache of results.",
    subcommands: [List.self, Size.self, Prune.self])

  /// One line for each result.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List results, least recently used first.")
    @OptionGroup var place: CachePlace

    func run() throws {
      let rows = try place.cache().items().map { item in
        [
          "\(Age(Date.now.timeIntervalSince(item.used)))", "\(ByteCount(item.bytes))",
          item.stage ?? "damaged", item.id ?? "", item.pipeline ?? "", String(item.key.prefix(12)),
          item.isFinished ? "" : "unfinished",
        ]
      }
      let widths = (0..<7).map { column in rows.map { $0[column].count }.max() ?? 0 }
      for row in rows {
        let cells = zip(row, widths).map {
          $0.padding(toLength: $1, withPad: " ", startingAt: 0)
        }
        print(cells.joined(separator: "  ").replacing(/[ ]+$/, with: ""))
      }
    }
  }

  /// One line for all.
  struct Size: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell how large the cache is.")
    @OptionGroup var place: CachePlace

    func run() throws {
      let cache = try place.cache()
      let items = cache.items()
      let unfinished = items.count { !$0.isFinished }
      print(
        "\(cache.folder.path): \(items.told)"
          + (unfinished > 0 ? ", \(unfinished) of them unfinished" : ""))
    }
  }

  /// Removes what a rule picks.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove results that are not in use, by one rule or several.")
    @OptionGroup var place: CachePlace
    @Option(
      help: ArgumentHelp("Those not used for so long, as 12h or 7d.", valueName: "age"),
      transform: Age.argument)
    var olderThan: Age?
    @Option(
      help: ArgumentHelp("Those that are larger, as 2GB.", valueName: "size"),
      transform: ByteCount.argument)
    var largerThan: ByteCount?
    @Option(
      help: ArgumentHelp(
        "Those used least recently, until all are no larger together.", valueName: "size"),
      transform: ByteCount.argument)
    var keep: ByteCount?
    @Flag(help: "All of them.") var all = false

    func validate() throws {
      guard all || olderThan != nil || largerThan != nil || keep != nil else {
        throw ValidationError("say which: --older-than, --larger-than, --keep or --all")
      }
    }

    func run() throws {
      let cache = try place.cache()
      var rule = PruningRule()
      (rule.all, rule.olderThan, rule.largerThan, rule.keeping) = (
        all, olderThan, largerThan, keep
      )
      let (removed, inUse) = cache.prune(rule)
      print(
        "removed \(removed.told); \(cache.items().told) left"
          + (inUse > 0 ? ", \(inUse) of them in use" : ""))
    }
  }
}

extension CachePlace {
  fileprivate func cache() throws -> Cache {
    guard let cache = opened() else {
      throw ValidationError("neither '--cache', PVPIPE_CACHE nor HOME says where the cache is")
    }
    return cache
  }
}

extension [CacheItem] {
  /// `3 results, 120 MB`.
  fileprivate var told: String {
    "\(count) \(count == 1 ? "result" : "results"), \(ByteCount(reduce(0) { $0 + $1.bytes }))"
  }
}

extension Age {
  /// What an option says.
  static func argument(_ text: String) throws -> Age {
    guard let age = Age(text: text) else {
      throw ValidationError("must be a number with a unit, as 12h or 7d, not '\(text)'")
    }
    return age
  }
}

extension ByteCount {
  /// What an option says.
  static func argument(_ text: String) throws -> ByteCount {
    guard let count = ByteCount(text: text) else {
      throw ValidationError("must be a number with a unit, as 500MB or 8GB, not '\(text)'")
    }
    return count
  }
}
