import Batch
import Foundation
import Testing

@Suite struct SlurmScriptTests {
  let batch = BatchFolder(URL(fileURLWithPath: "/data/two \"words\" 5%", isDirectory: true))
  let manifest: BatchManifest

  init() throws {
    manifest = try BatchManifest(
      program: "1.2.3", pipeline: "/p.json", document: Data("{}".utf8), folder: "/home/it's",
      options: BatchManifest.Options(
        preset: nil, settings: [], seed: 0, device: "cpu", threads: 3),
      each: ["source.path"],
      items: (0..<25).map { BatchItem(id: "\($0)", values: ["/\($0).mp4"]) })
  }

  func arrays(_ items: [Int], limit: Int, _ options: SlurmOptions = SlurmOptions()) -> [String] {
    SlurmScript.arrays(
      items, of: manifest, in: batch, program: "/opt/it's/pvpipe", options: options, limit: limit
    ).map(\.text)
  }

  func lines(_ text: String, _ option: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("#SBATCH --\(option)") }.map(String.init)
  }

  @Test func noNumberReachesTheLimit() {
    let texts = arrays([0, 1, 2, 9, 10, 11, 13, 24], limit: 10)
    #expect(
      texts.flatMap { lines($0, "array") }
        == ["#SBATCH --array=0-2,9", "#SBATCH --array=0-1,3", "#SBATCH --array=4"])
    #expect(
      texts.map { $0.contains("item=$((SLURM_ARRAY_TASK_ID + 0))") } == [true, false, false])
    #expect(texts[1].contains("item=$((SLURM_ARRAY_TASK_ID + 10))"))
    #expect(texts[2].contains("item=$((SLURM_ARRAY_TASK_ID + 20))"))
  }

  @Test func everyOptionIsALine() {
    var options = SlurmOptions()
    options.partition = "long"
    options.time = "2:00:00"
    options.memory = "8G"
    options.gpus = 2
    options.jobs = 4
    options.others = ["--account=faces"]
    let text = arrays([0, 1, 2], limit: 1001, options)[0]
    let wanted = [
      "partition=long", "time=2:00:00", "mem=8G", "gres=gpu:2", "array=0-2%4", "account=faces",
      "cpus-per-task=3", "signal=B:TERM@60", "requeue", "open-mode=append",
      #"chdir="/home/it's""#,
      #"output="/data/two \"words\" 5%%/logs/slurm-%A_%a.out""#,
    ]
    for line in wanted { #expect(text.contains("\n#SBATCH --\(line)\n"), "\(line)") }
    #expect(!arrays([0], limit: 9)[0].contains("gres"))
  }

  @Test func theShellReadsTheScript() throws {
    let text =
      arrays([0], limit: 9)[0]
      + SlurmScript(
        reportOf: manifest, in: batch, program: "/opt/pvpipe", options: SlurmOptions()
      ).text
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", "-c", text]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
    #expect(text.contains(#"'/opt/it'\''s/pvpipe' task '/data/two "words" 5%' "$item""#))
    #expect(text.contains(#"exec /opt/pvpipe report '/data/two "words" 5%'"#))
  }
}
