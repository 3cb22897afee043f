/// What the program calls itself, on the command line and in the files that it writes.
public enum Release {
  public static let tool = "pvpipe"
  public static let version = "0.1.0"
}
