// swift-tools-version:5.9
// Compiles the Swift halves of mobile/ on Linux, against declarations of Apple's API: see README.md.

import PackageDescription

/// What `check.sh` copies here, with what only Objective-C's runtime understands taken out.
let copies = "Copies"

let ours: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

let package = Package(
  name: "GlimpseAppleCheck",
  targets: [
    .target(name: "os", path: "Sources/os"),
    .target(name: "CoreGraphics"),
    .target(name: "CoreVideo"),
    .target(name: "CoreMedia", dependencies: ["CoreVideo"]),
    .target(name: "ImageIO", dependencies: ["CoreGraphics"]),
    .target(name: "UIKit", dependencies: ["CoreGraphics"]),
    .target(name: "WebKit", dependencies: ["UIKit"]),
    .target(name: "AVFoundation", dependencies: ["CoreMedia", "CoreVideo", "CoreGraphics", "UIKit"]),
    .target(name: "SwiftUI", dependencies: ["UIKit"]),
    .target(name: "PhotosUI", dependencies: ["SwiftUI"]),

    // Tauri's own sources.
    .target(
      name: "Tauri", dependencies: ["UIKit", "WebKit", "os"], path: "\(copies)/Tauri",
      swiftSettings: [.unsafeFlags(["-suppress-warnings"])]),

    // The real header; the functions trap.
    .target(name: "CGlimpseFrames", path: "CGlimpseFrames"),
    .target(
      name: "tauri-plugin-camera",
      dependencies: ["Tauri", "CGlimpseFrames", "AVFoundation", "ImageIO", "UIKit", "WebKit"],
      path: "\(copies)/Camera", swiftSettings: ours),
    .target(
      name: "tauri-plugin-power", dependencies: ["Tauri", "UIKit", "WebKit"], path: "\(copies)/Power",
      swiftSettings: ours),
    .testTarget(name: "PowerTests", dependencies: ["tauri-plugin-power", "Tauri"], path: "\(copies)/PowerTests"),
    .testTarget(
      name: "CameraTests", dependencies: ["tauri-plugin-camera", "Tauri"], path: "\(copies)/CameraTests"),

    .systemLibrary(name: "GlimpseFFI", path: "\(copies)/GlimpseFFI"),
    .target(
      name: "GlimpseBindings", dependencies: ["GlimpseFFI"], path: "\(copies)/GlimpseBindings",
      swiftSettings: [.unsafeFlags(["-swift-version", "6"])]),
    .target(
      name: "Glimpse", dependencies: ["GlimpseBindings", "CoreGraphics", "CoreVideo", "UIKit"],
      path: "\(copies)/Glimpse", swiftSettings: ours + [.unsafeFlags(["-swift-version", "6"])]),
    .target(
      name: "Example", dependencies: ["Glimpse", "SwiftUI", "PhotosUI"], path: "\(copies)/Example",
      swiftSettings: ours + [.unsafeFlags(["-swift-version", "6", "-parse-as-library"])]),
  ]
)
