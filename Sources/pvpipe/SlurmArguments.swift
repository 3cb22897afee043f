import ArgumentParser
import Batch

/// What only Slurm is asked for.
struct SlurmArguments: ParsableArguments {
  @Option(help: "Slurm's partition.") var partition: String?
  @Option(help: "Longest time of one item, as sbatch takes it: 30, 2:00:00, 1-12.")
  var time: String?
  @Option(help: "Memory of one item, as sbatch takes it: 8G.") var memory: String?
  @Option(help: "GPUs of one item.") var gpus: Int?
  @Option(help: "How often an item that was interrupted or crashed goes back into the queue.")
  var requeues = 3
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A further option of sbatch, as --account=faces.", valueName: "option"))
  var sbatch: [String] = []
  @Flag(help: "Wait until the report is written.") var wait = false

  var options: SlurmOptions {
    var result = SlurmOptions()
    result.partition = partition
    result.time = time
    result.memory = memory
    result.gpus = gpus
    result.requeues = requeues
    result.others = sbatch
    return result
  }
}
