import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Where the cache is.
struct CachePlace: ParsableArguments {
  @Option(
    name: .customLong("cache"),
    help: "Folder of the cache; PVPIPE_CACHE or ~/.cache/pvpipe if not given.",
    completion: .directory)
  var path: String?

  /// The cache, whether its folder is there or not; nothing where nobody says where it is.
  func opened() -> Cache? {
    let environment = ProcessInfo.processInfo.environment
    func folder(_ name: String, _ below: String) -> String? {
      // A relative path would be another folder in every directory.
      environment[name].flatMap { $0.hasPrefix("/") ? $0 + below : nil }
    }
    let given = path ?? environment["PVPIPE_CACHE"].flatMap { $0.isEmpty ? nil : $0 }
    let place =
      given ?? folder("XDG_CACHE_HOME", "/pvpipe") ?? folder("HOME", "/.cache/pvpipe")
    return place.map {
      Cache(folder: URL(fileURLWithPath: $0, isDirectory: true), hashing: .sha256)
    }
  }
}

/// How a run uses the cache.
struct CacheOptions: ParsableArguments {
  @OptionGroup var place: CachePlace
  @Flag(help: "Neither take results from the cache nor leave any there.") var noCache = false
  @Option(
    name: .customLong("checkpoint"),
    help: ArgumentHelp("Seconds between checkpoints inside a stage.", valueName: "seconds"))
  var checkpointSeconds = 30.0

  func validate() throws {
    guard 0...1e6 ~= checkpointSeconds else {
      throw ValidationError("'--checkpoint' must be within 0...1000000, not \(checkpointSeconds)")
    }
    if noCache, place.path != nil {
      throw ValidationError("'--cache' and '--no-cache' exclude each other")
    }
  }

  func opened() -> Cache? {
    guard !noCache, var cache = place.opened() else { return nil }
    cache.checkpointSeconds = checkpointSeconds
    return cache
  }
}
