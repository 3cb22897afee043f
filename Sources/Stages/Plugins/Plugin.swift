public import Media
public import Pipeline

/// What a compiled plug-in hands to the program that loads it.
///
///     @_cdecl("pvpipe_plugin")
///     public func plugin() -> UnsafeMutableRawPointer { Plugin.handOver([Mirror.self]) }
///
/// First a pointer to ``PluginStages``, then the text of the plug-in's ``PluginInterface``, which is
/// compared before anything else is touched.
public enum Plugin {
  /// Gives `stages` to the program.
  @_alwaysEmitIntoClient
  public static func handOver(_ stages: [any Stage.Type]) -> UnsafeMutableRawPointer {
    let text = Array(PluginInterface.compiled.utf8) + [0]
    let stages = Unmanaged.passRetained(PluginStages(stages)).toOpaque()
    let size = MemoryLayout<UnsafeMutableRawPointer>.size
    let block = UnsafeMutableRawPointer.allocate(byteCount: size + text.count, alignment: size)
    block.storeBytes(of: stages, as: UnsafeMutableRawPointer.self)
    for (offset, byte) in text.enumerated() {
      block.storeBytes(of: byte, toByteOffset: size + offset, as: UInt8.self)
    }
    return block
  }
}

/// The stages of a plug-in, as an object of the program's own class.
public final class PluginStages: Sendable {
  public let stages: [any Stage.Type]

  public init(_ stages: [any Stage.Type]) { self.stages = stages }
}

/// What a plug-in and its program must have in common.
public struct PluginInterface: Hashable, Sendable {
  /// The program's version.
  public let version: String
  /// The version of the Swift compiler.
  public let compiler: String
  /// The sizes of what passes between the two.
  public let layout: String

  /// What this was compiled against, wherever this is compiled into.
  @_alwaysEmitIntoClient public static var compiled: String {
    let sizes = [
      MemoryLayout<Ports>.size, MemoryLayout<RunContext>.size, MemoryLayout<Frames>.size,
      MemoryLayout<Frames.Info>.size, MemoryLayout<Frame>.size, MemoryLayout<Parameter<Int>>.size,
      MemoryLayout<FaceTrack>.size, MemoryLayout<CameraTrack>.size, MemoryLayout<LatentTrack>.size,
    ]
    return "\(Release.version)\n\(compilerVersion)\n\(sizes)"
  }

  /// A module is read only by the compiler that wrote it, so a plug-in's is that of its modules.
  @_alwaysEmitIntoClient public static var compilerVersion: String {
    #if compiler(>=6.5)
      "above 6.4"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// - Parameter text: what ``compiled`` gives
  init?(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    guard lines.count == 3 else { return nil }
    (version, compiler, layout) = (lines[0], lines[1], lines[2])
  }

  /// What keeps a plug-in of this interface from being used by a program of another one.
  func difference(from program: PluginInterface) -> String? {
    if version != program.version {
      return "was compiled for pvpipe \(version), not \(program.version)"
    }
    if compiler != program.compiler {
      return "was compiled by Swift \(compiler), but this program by Swift \(program.compiler)"
    }
    return layout == program.layout
      ? nil : "was compiled against another build of pvpipe \(version)"
  }
}
