/// What the program calls itself, on the command line and in the files that it writes.
public enum Release {
  public static let tool = "pvpipe"
  /// Compiled into whoever asks for it, so that a plug-in tells what it was made against.
  @_alwaysEmitIntoClient public static var version: String { "0.1.0" }
}
