/// What Slurm is asked for, beside the items.
public struct SlurmOptions: Hashable, Sendable {
  public var partition: String?
  /// Of one item, as `sbatch --time` takes it: `90`, `1:30:00`, `2-12`.
  public var time: String?
  /// Of one item, as `sbatch --mem` takes it: `8G`.
  public var memory: String?
  /// Of one item.
  public var gpus: Int?
  /// Items at work at once; as many as Slurm likes where it is absent.
  public var jobs: Int?
  /// How often an item is put back into the queue that was interrupted or crashed.
  public var requeues = 3
  /// How often an item is put back into the queue that failed in a way that may pass.
  public var retries = 0
  /// Further options of `sbatch`, as `--account=faces`.
  public var others: [String] = []

  public init() {}
}

/// A file for `sbatch`: an array with one task an item, or the task that writes the report.
public struct SlurmScript {
  public let text: String

  /// Runs the items `first + i` for every `i` of `indices`.
  ///
  /// - Parameter number: of the script, from 1
  public init(
    number: Int, first: Int, indices: [Int], of manifest: BatchManifest, in batch: BatchFolder,
    program: String, options: SlurmOptions
  ) {
    let array = Self.ranges(indices) + (options.jobs.map { "%\($0)" } ?? "")
    let asked =
      [
        "--array=\(array)", "--cpus-per-task=\(manifest.options.threads)",
        "--signal=B:TERM@60", "--requeue",
      ] + (options.time.map { ["--time=\($0)"] } ?? [])
      + (options.memory.map { ["--mem=\($0)"] } ?? [])
      + (options.gpus.map { ["--gres=gpu:\($0)"] } ?? [])
    text =
      Self.head(
        name: "items-\(number)", of: manifest, in: batch, output: "slurm-%A_%a.out",
        asking: asked, options)
        + """
        # One task an item: its number in manifest.json is the task's number and \(first).
        item=$((SLURM_ARRAY_TASK_ID + \(first)))
        task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        restarts=${SLURM_RESTART_COUNT:-0}

        # A task that is canceled is not running any more.
        is_running() { [[ "$(squeue --noheader --jobs="$task" --format=%T)" == RUNNING ]]; }

        # Puts the item back into the queue, unless it was restarted as often as $1 says.
        requeue() {
          trap '' TERM
          if ((restarts < $1)) && is_running; then scontrol requeue "$task"; fi
        }

        # TERM comes a minute before the time is over, and where the task is canceled.
        interrupted=no
        stop() {
          if is_running; then
            interrupted=yes
            kill -TERM "$worker"
          fi
        }
        trap stop TERM

        \(ShellWord(program)) task \(ShellWord(batch.path)) "$item" --attempt $((restarts + 1)) &
        worker=$!
        wait "$worker"
        status=$?
        # A signal ends the first wait, not the worker.
        while kill -0 "$worker" 2>/dev/null; do
          wait "$worker"
          status=$?
        done
        # Interrupted, or ended by a signal, which is what is above 130.
        if [[ $interrupted == yes && $status != 0 ]] || ((status > 130)); then
          requeue \(options.requeues)
        elif [[ ! $status =~ ^(0|64|65|130)$ ]]; then
          requeue \(options.retries)
        fi
        exit "$status"

        """
  }

  /// Writes the report when all that `first` to `last` stands for has ended.
  public init(
    reportOf manifest: BatchManifest, in batch: BatchFolder, program: String,
    options: SlurmOptions
  ) {
    text =
      Self.head(
        name: "report", of: manifest, in: batch, output: "slurm-report.out", asking: [], options)
      + "exec \(ShellWord(program)) report \(ShellWord(batch.path))\n"
  }

  private static func head(
    name: String, of manifest: BatchManifest, in batch: BatchFolder, output: String,
    asking: [String], _ options: SlurmOptions
  ) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    // Slurm replaces what follows a % in the names of outputs, and only there.
    let logs = batch.path.replacing("%", with: "%%") + "/logs/" + output
    let lines =
      [
        "--job-name=pvpipe-\(name)", "--chdir=\(quoted(manifest.folder))",
        "--output=\(quoted(logs))",
      ]
      + ["--open-mode=append"] + (options.partition.map { ["--partition=\($0)"] } ?? []) + asking
      + options.others
    return """
      #!/bin/bash
      # Written by pvpipe \(manifest.program) for the batch in
      # \(batch.path)
      \(lines.map { "#SBATCH \($0)" }.joined(separator: "\n"))

      """ + "\n"
  }

  /// Numbers in ascending order as Slurm writes them: `0-3,7`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  /// Scripts for `items`, each of which has numbers below `limit`.
  ///
  /// - Parameters:
  ///   - items: numbers in the manifest, in ascending order
  ///   - limit: Slurm's MaxArraySize
  public static func arrays(
    _ items: [Int], of manifest: BatchManifest, in batch: BatchFolder, program: String,
    options: SlurmOptions, limit: Int
  ) -> [SlurmScript] {
    let blocks = Dictionary(grouping: items) { $0 / limit }.sorted { $0.key < $1.key }
    return blocks.enumerated().map { number, block in
      let first = block.key * limit
      return SlurmScript(
        number: number + 1, first: first, indices: block.value.map { $0 - first }, of: manifest,
        in: batch, program: program, options: options)
    }
  }
}
