import AVFoundation

/// Where a camera focuses and exposes for a while. Touched on `queue` only.
final class FocusPoint {
  /// How long the point is held.
  private static let held = DispatchTimeInterval.seconds(5)
  /// How long a lens is waited for.
  private static let patience = 3.0
  /// How often it is looked whether it is done.
  private static let poll = DispatchTimeInterval.milliseconds(50)

  private let device: AVCaptureDevice
  private let queue: DispatchQueue
  /// Goes up with each point: what began for an older one ends by itself.
  private var turn = 0

  init(_ device: AVCaptureDevice, queue: DispatchQueue) {
    self.device = device
    self.queue = queue
  }

  /// Focuses on a point of the buffer, and tells whether the lens came to rest. A camera whose lens is fixed
  /// only exposes for it, and answers false.
  func set(_ point: PicturePoint, _ done: @escaping (Result<Bool, CameraError>) -> Void) {
    turn += 1
    let place = CGPoint(x: point.x, y: point.y)
    let focuses = device.isFocusPointOfInterestSupported && device.isFocusModeSupported(.autoFocus)
    do {
      try device.configured {
        if device.isExposurePointOfInterestSupported, device.isExposureModeSupported(.continuousAutoExposure) {
          device.exposurePointOfInterest = place
          device.exposureMode = .continuousAutoExposure
        }
        if focuses {
          device.focusPointOfInterest = place
          device.focusMode = .autoFocus
        }
      }
    } catch {
      return done(.failure(Camera.known(error)))
    }
    let turn = turn
    queue.asyncAfter(deadline: .now() + Self.held) { [weak self] in self?.release(turn) }
    guard focuses else { return done(.success(false)) }
    wait(turn, until: .now() + Self.patience, done)
  }

  /// Ends what is waited for.
  func end() {
    turn += 1
  }

  private func wait(_ turn: Int, until: DispatchTime, _ done: @escaping (Result<Bool, CameraError>) -> Void) {
    queue.asyncAfter(deadline: .now() + Self.poll) { [weak self] in
      guard let self = self, turn == self.turn else { return done(.success(false)) }
      if !self.device.isAdjustingFocus { return done(.success(true)) }
      if DispatchTime.now() > until { return done(.success(false)) }
      self.wait(turn, until: until, done)
    }
  }

  /// Back to what the camera does by itself, in the middle.
  private func release(_ turn: Int) {
    guard turn == self.turn else { return }
    let middle = CGPoint(x: 0.5, y: 0.5)
    // A device that cannot be locked any more keeps the point, which does no harm.
    try? device.configured {
      if device.isExposurePointOfInterestSupported { device.exposurePointOfInterest = middle }
      if device.isFocusPointOfInterestSupported { device.focusPointOfInterest = middle }
      if device.isFocusModeSupported(.continuousAutoFocus) { device.focusMode = .continuousAutoFocus }
    }
  }
}
