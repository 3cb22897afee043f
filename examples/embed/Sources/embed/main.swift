import Darken
import Foundation
import Pipeline
import Stages

guard CommandLine.arguments.count == 3 else {
  print("usage: embed INPUT OUTPUT")
  exit(64)
}
let registry = try StageRegistry.builtIn.adding([Darken.self])
let spec = PipelineSpec(stages: [
  .init(id: "video", use: "decode", with: ["path": .string(CommandLine.arguments[1])]),
  .init(id: "dark", use: "darken", with: ["factor": 0.3], from: ["frames": "video.frames"]),
  .init(
    id: "output", use: "encode", with: ["path": .string(CommandLine.arguments[2])],
    from: ["frames": "dark.darker"]),
])
let context = RunContext(events: { event in
  if case .wrote(let path, _) = event.kind {
    print("wrote \(URL(fileURLWithPath: path).lastPathComponent)")
  }
})
_ = try await Plan(spec, registry: registry).run(in: context)
