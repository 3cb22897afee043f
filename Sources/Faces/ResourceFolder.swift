import Foundation

/// Where the files are that the modules of the package carry.
///
/// The build puts them beside the program, into `pvpipe_MODULE.resources`. Code that another program runs, as tests are,
/// takes those of the checkout that it was built from.
package enum ResourceFolder {
  /// The place of a file, whether it is there or not.
  /// - Parameters:
  ///   - source: a file of the module
  package static func path(_ name: String, of module: String, source: String = #filePath) -> String
  {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let beside = (program ?? Bundle.main.bundleURL)
      .appendingPathComponent("pvpipe_\(module).resources")
    let sources = source.range(of: "/Sources/\(module)/").map { source[..<$0.upperBound] }
    let checkout = sources.map { URL(fileURLWithPath: String($0), isDirectory: true) }
    let folder = [beside, checkout].compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.path)
    }
    return (folder ?? beside).appendingPathComponent("Resources/\(name)").path
  }
}
