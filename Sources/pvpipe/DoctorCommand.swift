import ArgumentParser
import Faces
import Foundation
import Media
import PV3D
import Stages
import Tensors

/// Tells what the program runs on and what is missing.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Tell what the program runs on, and how to get what is missing.")

  func run() throws {
    let findings = [
      ("FFmpeg", MediaLibraries.versions), ("libtorch", "\(Torch.version), \(threads)"),
      ("processor", processor), ("GPU", gpu), ("model", model), ("face networks", faces),
    ]
    for (name, finding) in findings {
      print("\(name):".padding(toLength: 15, withPad: " ", startingAt: 0) + finding)
    }
  }

  private var threads: String {
    Torch.threads == 1 ? "1 thread" : "\(Torch.threads) threads"
  }

  private var processor: String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let lines = info.split(separator: "\n")
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key) }?.split(separator: ":").last.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    let flags = Set((value("flags") ?? value("Features") ?? "").split(separator: " "))
    let known = ["avx2", "fma", "f16c", "avx512f", "amx_tile", "asimd"]
      .filter { flags.contains(Substring($0)) }
    let cores = "\(ProcessInfo.processInfo.activeProcessorCount) cores"
    return ([value("model name"), cores].compactMap { $0 } + known).joined(separator: ", ")
  }

  private var gpu: String {
    Device.gpu != nil
      ? "CUDA, used with --device cuda"
      : "none that libtorch can use; to use one, build with PVPIPE_TORCH_HOME set to a libtorch for CUDA"
  }

  private var model: String {
    let path = ModelArtifact.embedded
    guard FileManager.default.fileExists(atPath: path) else {
      return
        "missing at \(path); put the build's pvpipe_Stages.resources there, or set 'path' of the stage model"
    }
    do {
      let model = try ModelArtifact(path: path)
      return "\(path), \(model.config.imageResolution) pixels, SHA-256 \(model.sha256.prefix(16))…"
    } catch {
      return "broken: \(error)"
    }
  }

  private var faces: String {
    do {
      _ = (try IdentityEmbedding(), try IrisLandmarks(), try PerceptualDistance())
      return "whole"
    } catch {
      return "broken: \(error); put the build's pvpipe_Faces.resources beside the program"
    }
  }
}
