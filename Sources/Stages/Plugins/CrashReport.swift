internal import ProgramShim

/// What is told, and what goes, when a fault of this program or of a plug-in ends it.
public enum CrashReport {
  /// From now on a crash is one sentence on standard error, which names the plug-in at fault and begins with
  /// `subject`, and leaves no file that is half made.
  public static func begin(about subject: String) { pvps_catch_crashes(subject) }

  /// From now on who interrupts the program finds no file that is half made either; it exits with 130.
  public static func cleanUpWhenInterrupted() { pvps_catch_interruptions() }
}
