// swift-tools-version:5.9

import PackageDescription

let package = Package(
  name: "tauri-plugin-camera",
  platforms: [.iOS(.v15)],
  products: [
    .library(name: "tauri-plugin-camera", type: .static, targets: ["tauri-plugin-camera"])
  ],
  dependencies: [
    // Put there by the plugin's build script.
    .package(name: "Tauri", path: "../.tauri/tauri-api")
  ],
  targets: [
    // The C functions of mobile/frames. Rust, which everything is linked into, defines them.
    .systemLibrary(name: "CGlimpseFrames", path: "CGlimpseFrames"),
    .target(
      name: "tauri-plugin-camera",
      dependencies: [.byName(name: "Tauri"), "CGlimpseFrames"],
      path: "Sources"
    ),
    .testTarget(name: "PluginTests", dependencies: ["tauri-plugin-camera", .byName(name: "Tauri")]),
  ]
)
