/// Why a command failed, by the codes of `mobile/camera/README.md`.
enum CameraError: Error, Equatable {
  /// The person said no, and the system asks no more.
  case permissionDeniedForGood
  /// The person was not asked yet.
  case permissionDenied
  /// There is no camera of this id.
  case noCamera(String)
  /// Another app has it.
  case inUse
  /// The system switched cameras off.
  case disabled
  /// The command needs an open camera.
  case notOpen
  /// This camera has no light.
  case noTorch
  /// A value is out of range.
  case badArgument(String)
  /// Anything else, in the system's words.
  case failed(String)

  /// Its stable name.
  var code: String {
    switch self {
    case .permissionDenied: "permission-denied"
    case .permissionDeniedForGood: "permission-denied-for-good"
    case .noCamera: "no-camera"
    case .inUse: "in-use"
    case .disabled: "disabled"
    case .notOpen: "not-open"
    case .noTorch: "no-torch"
    case .badArgument: "bad-argument"
    case .failed: "failed"
    }
  }

  /// What happened, for a person who looks at a log.
  var message: String {
    switch self {
    case .permissionDenied: "the camera's permission was not given"
    case .permissionDeniedForGood: "the camera's permission was denied; the system's settings change that"
    case .noCamera(let id): "there is no camera \(id)"
    case .inUse: "another app has the camera"
    case .disabled: "the system switched cameras off"
    case .notOpen: "no camera is open"
    case .noTorch: "this camera has no light"
    case .badArgument(let why), .failed(let why): why
    }
  }
}
