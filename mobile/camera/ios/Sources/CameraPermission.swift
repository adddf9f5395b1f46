import AVFoundation

/// The permission to use the camera.
enum CameraPermission {
  /// What was decided. Where a policy of the device forbids cameras, nobody can be asked either.
  static func state() -> PermissionState {
    switch AVCaptureDevice.authorizationStatus(for: .video) {
    case .authorized: return .granted
    case .notDetermined: return .prompt
    default: return .denied
    }
  }

  /// Asks the person, unless that was done before, and calls `done` with what is decided. Without the reason in
  /// the app's Info.plist iOS would end the app, so this fails instead.
  static func request(_ done: @escaping (Result<PermissionState, CameraError>) -> Void) {
    guard state() == .prompt else { return done(.success(state())) }
    let key = "NSCameraUsageDescription"
    guard let reason = Bundle.main.object(forInfoDictionaryKey: key) as? String, !reason.isEmpty else {
      return done(.failure(.failed("the app's Info.plist has no \(key)")))
    }
    AVCaptureDevice.requestAccess(for: .video) { _ in done(.success(state())) }
  }

  /// Throws unless the camera may be used.
  static func check() throws {
    switch state() {
    case .granted: return
    case .prompt: throw CameraError.permissionDenied
    case .denied: throw CameraError.permissionDeniedForGood
    }
  }
}
