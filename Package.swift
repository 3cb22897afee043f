// swift-tools-version: 6.2
import PackageDescription

/// Where libtorch lives when it is not in the system's own paths: a folder that holds `include` and `lib`.
let torch = Context.environment["PVPIPE_TORCH_HOME"]

let torchIncludes: [CXXSetting] =
  torch.map {
    [
      .unsafeFlags([
        "-isystem", "\($0)/include", "-isystem", "\($0)/include/torch/csrc/api/include",
      ])
    ]
  } ?? []
let torchLibraries: [LinkerSetting] =
  torch.map { [.unsafeFlags(["-L\($0)/lib", "-Xlinker", "-rpath", "-Xlinker", "\($0)/lib"])] } ?? []

/// Whether libtorch's processes on GPUs exchange tensors by NCCL, for which the headers of CUDA and NCCL must
/// be where the compiler looks.
let nccl = Context.environment["PVPIPE_NCCL"] != nil
let ncclIncludes: [CXXSetting] = nccl ? [.define("PVPIPE_NCCL")] : []
let ncclLibraries = nccl ? ["torch_cuda", "c10_cuda"] : []

let package = Package(
  name: "pvpipe",
  products: [
    .executable(name: "pvpipe", targets: ["pvpipe"]),
    .library(name: "Pvpipe", targets: ["Pipeline", "Stages", "Media"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "Pipeline"),
    .target(
      name: "FFmpegShim",
      linkerSettings: ["avformat", "avcodec", "swscale", "avutil"].map { .linkedLibrary($0) }),
    .target(name: "ProgramShim"),
    .target(
      name: "TorchShim",
      cxxSettings: torchIncludes + ncclIncludes + [
        .headerSearchPath("gloo_names"), .unsafeFlags(["-O3", "-fno-math-errno"]),
      ],
      linkerSettings: torchLibraries
        + (["torch", "torch_cpu", "c10"] + ncclLibraries).map { .linkedLibrary($0) }),
    .target(name: "Tensors", dependencies: ["TorchShim"]),
    .target(name: "Media", dependencies: ["FFmpegShim", "ProgramShim"]),
    .target(name: "PV3D", dependencies: ["Tensors"]),
    .target(name: "Faces", dependencies: ["Tensors"], resources: [.copy("Resources")]),
    .target(name: "Heads", dependencies: ["Tensors"]),
    .target(
      name: "Stages",
      dependencies: ["Pipeline", "PV3D", "Faces", "Heads", "Media", "Tensors", "ProgramShim"],
      resources: [.copy("Resources")]),
    .target(name: "Batch", dependencies: ["Pipeline", "Media"]),
    .executableTarget(
      name: "pvpipe",
      dependencies: [
        "Batch", "Stages", "Pipeline", "PV3D", "Faces", "Heads", "Media", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Plug-ins are linked to the program that loads them.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
    .executableTarget(
      name: "renderer-benchmark", dependencies: ["PV3D", "Tensors"], path: "Benchmarks/Renderer"),
    .executableTarget(
      name: "generator-benchmark", dependencies: ["PV3D", "Stages", "Tensors"],
      path: "Benchmarks/Generator"),
    .executableTarget(
      name: "heads-benchmark", dependencies: ["Heads", "Stages"], path: "Benchmarks/Heads"),
    .target(name: "TestSupport", dependencies: ["PV3D", "Tensors"], path: "Tests/TestSupport"),
    .target(
      name: "FuzzTargets", dependencies: ["Pipeline", "Stages", "Media", "PV3D", "Tensors"],
      path: "Tests/FuzzTargets"),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "Stages", "PV3D", "Tensors", "TestSupport"],
      exclude: ["Inputs"]),
    .testTarget(name: "PipelineTests", dependencies: ["Pipeline", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(name: "MediaTests", dependencies: ["Media", "TestSupport"]),
    .testTarget(name: "PV3DTests", dependencies: ["PV3D", "Tensors", "TestSupport"]),
    .testTarget(
      name: "FacesTests", dependencies: ["Faces", "Heads", "Tensors", "Media", "TestSupport"]),
    .testTarget(name: "HeadsTests", dependencies: ["Heads", "Tensors", "Media", "TestSupport"]),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Stages", "Pipeline", "Media", "Faces", "Heads", "PV3D", "Tensors", "TestSupport",
      ]),
    .testTarget(name: "BatchTests", dependencies: ["Batch", "Pipeline", "TestSupport"]),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport"]),
  ],
  swiftLanguageModes: [.v6], cxxLanguageStandard: .cxx20)

// Only what the compiler instruments can be linked with libFuzzer: see scripts/fuzz.sh.
if Context.environment["PVPIPE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/FuzzDriver"))
}

for target in package.targets {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
  // Tests are compiled more often than they run, and what they call is optimized all the same.
  if target.type == .test { target.swiftSettings?.append(.unsafeFlags(["-Onone"])) }
}
