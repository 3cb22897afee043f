import ArgumentParser
import Pipeline

/// How much memory a run may take.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Most that the pictures a stage holds may take, as 8GB; half of the machine's if not given.",
      valueName: "size"), transform: ByteCount.argument)
  var memory: ByteCount?

  /// The number of bytes.
  var bytes: Int { memory?.bytes ?? Plan.defaultMemory }
}
