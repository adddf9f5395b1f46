import AVFoundation
import UIKit

/// The one camera that is open, or none. All is done on a queue of its own, one command after the other; answers
/// come on it.
final class Camera: @unchecked Sendable {
  typealias Done<T> = (Result<T, CameraError>) -> Void

  private let queue = DispatchQueue(label: "app.glimpse.camera", qos: .userInitiated)
  private var capture: Capture?

  /// Opens a camera in place of the open one, and tells `onChange` what becomes of it.
  func open(_ wanted: Wanted, onChange: @escaping (Change) -> Void, done: @escaping Done<Opened>) {
    queue.async {
      self.capture?.end()
      self.capture = nil
      done(
        Self.result {
          try CameraPermission.check()
          let capture = try Capture(wanted, queue: self.queue, onChange: onChange)
          self.capture = capture
          return capture.start()
        })
    }
  }

  /// Closes the camera that serves the sink `handle`, if that is open.
  func close(handle: UInt64, done: @escaping () -> Void) {
    queue.async {
      if self.capture?.wanted.handle == handle {
        self.capture?.end()
        self.capture = nil
      }
      done()
    }
  }

  func setTorch(_ on: Bool, done: @escaping Done<Void>) {
    queue.async { done(Self.result { try self.opened().device.setTorch(on) }) }
  }

  /// Sets the zoom within its range; the answer is what was set.
  func setZoom(_ ratio: Double, done: @escaping Done<Double>) {
    queue.async { done(Self.result { try self.opened().device.setZoom(ratio) }) }
  }

  /// Focuses and exposes for a point of the upright picture, for five seconds.
  func focus(on point: PicturePoint, done: @escaping Done<Bool>) {
    queue.async {
      do {
        let capture = try self.opened()
        capture.focus.set(capture.held.turn.inBuffer(point), done)
      } catch {
        done(.failure(Self.known(error)))
      }
    }
  }

  func takeStill(done: @escaping Done<Still>) {
    queue.async {
      do {
        let capture = try self.opened()
        capture.still.take(turn: capture.held.turn, done)
      } catch {
        done(.failure(Self.known(error)))
      }
    }
  }

  private func opened() throws -> Capture {
    guard let capture = capture, !capture.isOver else { throw CameraError.notOpen }
    return capture
  }

  private static func result<T>(_ work: () throws -> T) -> Result<T, CameraError> {
    do { return .success(try work()) } catch { return .failure(known(error)) }
  }

  /// AVFoundation's errors by the codes of this plugin.
  static func known(_ error: Error) -> CameraError {
    if let error = error as? CameraError { return error }
    switch (error as? AVError)?.code {
    case .deviceAlreadyUsedByAnotherSession, .deviceInUseByAnotherApplication,
      .deviceLockedForConfigurationByAnotherProcess:
      return .inUse
    case .applicationIsNotAuthorizedToUseDevice: return .permissionDeniedForGood
    default: return .failed(error.localizedDescription)
    }
  }
}

extension AVCaptureDevice {
  /// Runs `work` while the device is locked for configuration.
  func configured<T>(_ work: () throws -> T) throws -> T {
    try lockForConfiguration()
    defer { unlockForConfiguration() }
    return try work()
  }

  func setTorch(_ on: Bool) throws {
    guard hasTorch, isTorchModeSupported(on ? .on : .off) else { throw CameraError.noTorch }
    guard !on || isTorchAvailable else { throw CameraError.failed("the light is too hot, or used by another app") }
    try configured { torchMode = on ? .on : .off }
  }

  func setZoom(_ ratio: Double) throws -> Double {
    let least = Double(minAvailableVideoZoomFactor)
    let most = Double(maxAvailableVideoZoomFactor)
    let zoom = min(max(ratio, least), most)
    try configured { videoZoomFactor = CGFloat(zoom) }
    return zoom
  }
}
