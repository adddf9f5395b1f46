// What goes between Rust and this half, as JSON. `mobile/camera/README.md` says what the fields mean.

/// Whether the camera may be used. iOS asks once, so there is no `prompt-with-rationale`.
enum PermissionState: String, Codable {
  case granted, prompt, denied
}

struct Permissions: Codable, Equatable {
  let camera: PermissionState
}

enum Facing: String, Codable {
  case back, front, external
}

struct CameraInfo: Codable, Equatable {
  let id: String
  let facing: Facing
  let name: String
  let torch: Bool
  let minZoom: Double
  let maxZoom: Double
}

struct Cameras: Codable, Equatable {
  let cameras: [CameraInfo]
}

/// What is wanted of a camera.
struct Wanted: Equatable {
  let id: String
  /// A sink of `glimpse-frames`.
  let handle: UInt64
  /// Of the buffer as it comes, in pixels, long side first.
  let width: Int
  let height: Int
  /// Frames a second, 0 where it does not matter.
  let fps: Int

  /// Whether its values are such as there can be.
  func check() throws {
    guard handle != 0 else { throw CameraError.badArgument("handle: 0 is none") }
    guard (1...16_384).contains(width), (1...16_384).contains(height) else {
      throw CameraError.badArgument("width, height: not 1 to 16384: \(width) × \(height)")
    }
    guard (0...1_000).contains(fps) else { throw CameraError.badArgument("fps: not 0 to 1000: \(fps)") }
  }
}

struct Opened: Codable, Equatable {
  let id: String
  let width: Int
  let height: Int
  let fps: Int
  let torch: Bool
  let minZoom: Double
  let maxZoom: Double
}

struct CloseArguments: Codable {
  let handle: UInt64
}

struct TorchArguments: Codable {
  let on: Bool
}

struct ZoomArguments: Codable {
  let ratio: Double

  func check() throws {
    guard ratio.isFinite, ratio > 0 else { throw CameraError.badArgument("ratio: not above 0: \(ratio)") }
  }
}

struct Zoomed: Codable, Equatable {
  let ratio: Double
}

struct FocusArguments: Codable {
  let x: Double
  let y: Double

  func point() throws -> PicturePoint {
    guard (0...1).contains(x), (0...1).contains(y) else {
      throw CameraError.badArgument("x, y: not 0 to 1: \(x), \(y)")
    }
    return PicturePoint(x: x, y: y)
  }
}

struct Focused: Codable, Equatable {
  let focused: Bool
}

struct Still: Codable, Equatable {
  let path: String
  let width: Int
  let height: Int
}

/// What an open camera does.
struct Change: Codable, Equatable {
  enum State: String, Codable {
    case running, interrupted, stopped
  }

  enum Reason: String, Codable {
    case background, disabled, disconnected, failed
    case inUse = "in-use"
    case permissionDenied = "permission-denied"
  }

  let state: State
  let reason: Reason?
  let message: String?

  enum CodingKeys: CodingKey {
    case state, reason, message
  }

  init(_ state: State, _ reason: Reason? = nil, message: String? = nil) {
    self.state = state
    self.reason = reason
    self.message = message
  }

  /// All keys, also those without a value.
  func encode(to encoder: Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(state, forKey: .state)
    try container.encode(reason, forKey: .reason)
    try container.encode(message, forKey: .message)
  }
}
