import Foundation
import Tensors

/// Runs cases of the generator on request; `Eager/compare.py` asks for them and for those of its opponent.
///
/// `write FOLDER MODEL` writes weights and inputs for both sides. `serve FOLDER THREADS` reads one case a line and
/// answers with one line of JSON: seconds, processor seconds, and the process's peak memory in MiB. The case's
/// numbers are written to `FOLDER/ours-CASE.bin`.
@main
struct GeneratorBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 3 else {
      print("usage: generator-benchmark write FOLDER MODEL | serve FOLDER THREADS")
      exit(64)
    }
    let folder = URL(fileURLWithPath: arguments[1])
    guard arguments[0] == "serve" else {
      return try BenchmarkInputs.write(folder, compact: arguments[2])
    }
    Torch.threads = Int(arguments[2]) ?? 1
    let cases = try GeneratorCases(folder)
    while let name = readLine() {
      let run = try cases.prepared(name)
      let clock = ContinuousClock()
      let spent = processorSeconds()
      let begin = clock.now
      let tensors = try run()
      let elapsed = (clock.now - begin).components
      let used = processorSeconds() - spent
      var data = Data()
      for tensor in tensors {
        try tensor.floats().withUnsafeBytes { data.append(contentsOf: $0) }
      }
      let file = "ours-\(name.replacingOccurrences(of: " ", with: "-")).bin"
      let peak = peakMemory()
      try data.write(to: folder.appendingPathComponent(file))
      let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
      let answer = "{\"seconds\": \(seconds), \"cpu\": \(used), \"peak\": \(peak)}\n"
      try FileHandle.standardOutput.write(contentsOf: Data(answer.utf8))
    }
  }

  /// Seconds that the threads of this process have run.
  static func processorSeconds() -> Double {
    Double(clock()) / Double(CLOCKS_PER_SEC)
  }

  /// The largest resident size so far, in MiB.
  static func peakMemory() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    let kilobytes = line?.split(separator: " ").compactMap { Double($0) }.first ?? 0
    return kilobytes / 1024
  }
}
