// swift-tools-version:5.9

import PackageDescription

let package = Package(
  name: "tauri-plugin-power",
  platforms: [.iOS(.v15)],
  products: [
    .library(name: "tauri-plugin-power", type: .static, targets: ["tauri-plugin-power"])
  ],
  dependencies: [
    // Put there by the plugin's build script.
    .package(name: "Tauri", path: "../.tauri/tauri-api")
  ],
  targets: [
    .target(name: "tauri-plugin-power", dependencies: [.byName(name: "Tauri")], path: "Sources"),
    .testTarget(name: "PluginTests", dependencies: ["tauri-plugin-power", .byName(name: "Tauri")]),
  ]
)
