// swift-tools-version:6.0

import Foundation
import PackageDescription

/// The engine: the framework that `scripts/build-xcframework.sh` builds on a Mac, where it lies beside this file;
/// else the library that cargo builds from this repository (`cargo build -p glimpse-sdk`), for work on the package
/// itself. The variable GLIMPSE_LIBRARY names its folder where it is not `target/debug`.
let framework = "Glimpse.xcframework"
let isFramework = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(framework)")
let library = Context.environment["GLIMPSE_LIBRARY"] ?? "\(Context.packageDirectory)/../../../target/debug"

let engine: Target =
  isFramework
  ? .binaryTarget(name: "GlimpseFFI", path: framework)
  : .systemLibrary(name: "GlimpseFFI", path: "Sources/GlimpseFFI/include")

let linking: [LinkerSetting] =
  isFramework
  ? []
  : [.unsafeFlags(["-L\(library)", "-lglimpse_sdk", "-Xlinker", "-rpath", "-Xlinker", library])]

let package = Package(
  name: "Glimpse",
  platforms: [.iOS(.v15), .macOS(.v12)],
  products: [.library(name: "Glimpse", targets: ["Glimpse"])],
  targets: [
    engine,
    .target(name: "GlimpseBindings", dependencies: ["GlimpseFFI"], linkerSettings: linking),
    .target(name: "Glimpse", dependencies: ["GlimpseBindings"]),
    .testTarget(name: "GlimpseTests", dependencies: ["Glimpse"]),
  ]
)
