import Foundation
import Glibc
public import Pipeline
internal import ProgramShim

/// A dynamic library that holds a plug-in.
///
/// It must share this program's modules, not bring copies of its own: see `docs/plugins.md`. What is
/// loaded stays loaded.
public struct PluginLibrary: Sendable {
  public let stages: [any Stage.Type]

  /// Loads the library at `path`.
  public init(path: String) throws(PluginError) {
    let handle = try Self.open(path)
    guard let symbol = dlsym(handle, "pvpipe_plugin") else {
      throw PluginError(path, "has no function 'pvpipe_plugin' and is no plug-in")
    }
    pvps_watch_library(path, symbol)
    typealias EntryPoint = @convention(c) () -> UnsafeMutableRawPointer?
    guard let block = unsafeBitCast(symbol, to: EntryPoint.self)() else {
      throw PluginError(path, "hands nothing over")
    }
    let size = MemoryLayout<UnsafeMutableRawPointer>.size
    let text = String(cString: (block + size).assumingMemoryBound(to: CChar.self))
    guard let theirs = PluginInterface(text), let ours = PluginInterface(PluginInterface.compiled)
    else { throw PluginError(path, "does not say what it was compiled for") }
    if let difference = theirs.difference(from: ours) {
      throw PluginError(path, "\(difference); build it again with this program's modules")
    }
    let pointer = block.load(as: UnsafeMutableRawPointer.self)
    // A copy of these modules has a class of that name too, but not this one.
    guard let given = Unmanaged<AnyObject>.fromOpaque(pointer).takeRetainedValue() as? PluginStages
    else {
      throw PluginError(
        path,
        "holds a copy of this program's modules; link it without them, as docs/plugins.md says")
    }
    block.deallocate()
    stages = given.stages
  }

  private static func open(_ path: String) throws(PluginError) -> UnsafeMutableRawPointer {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw PluginError(path, "does not exist\(nearest(path))")
    }
    guard !isFolder.boolValue else { throw PluginError(path, "is a folder, not a library") }
    // A name without a slash would be sought among the system's libraries.
    let place = path.contains("/") ? path : "./\(path)"
    if let handle = dlopen(place, RTLD_NOW | RTLD_LOCAL) { return handle }
    let reason = dlerror().map { String(cString: $0) } ?? ""
    if let match = reason.firstMatch(of: /undefined symbol: (\$s\S+)/) {
      throw PluginError(
        path, "was built against another pvpipe, which had \(match.1); build it again")
    }
    let words = reason.hasPrefix("\(place): ") ? reason.dropFirst(place.count + 2) : reason[...]
    throw PluginError(path, "is no library that can be loaded: \(words)")
  }

  private static func nearest(_ path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    let name = (path as NSString).lastPathComponent
    guard let found = NearestName.of(name, among: (names ?? []).sorted()) else { return "" }
    return "; did you mean '\((folder as NSString).appendingPathComponent(found))'?"
  }
}

/// Why a plug-in cannot be used, in one sentence.
public struct PluginError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let message: String

  init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
