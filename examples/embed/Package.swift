// swift-tools-version: 6.2
import PackageDescription

let pvpipe = Target.Dependency.product(name: "Pvpipe", package: "pvpipe")

let package = Package(
  name: "embed",
  dependencies: [.package(name: "pvpipe", path: "../..")],
  targets: [
    .target(name: "Darken", dependencies: [pvpipe]),
    .executableTarget(name: "embed", dependencies: ["Darken", pvpipe]),
    .testTarget(name: "DarkenTests", dependencies: ["Darken", pvpipe]),
  ])
