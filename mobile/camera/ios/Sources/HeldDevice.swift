import AVFoundation
import UIKit

/// By how much the frames of a camera must be turned to be upright, as the device is held right now. Read from any
/// thread; watched on the main one.
final class HeldDevice: @unchecked Sendable {
  private let lock = NSLock()
  private var current: QuarterTurn
  private let front: Bool
  @MainActor private var observation: NSKeyValueObservation?
  @MainActor private var observer: NSObjectProtocol?
  /// Kept for as long as it is watched. `AVCaptureDevice.RotationCoordinator`, which older systems do not know.
  @MainActor private var coordinator: AnyObject?

  init(_ device: AVCaptureDevice) {
    front = device.position == .front
    current = QuarterTurn(held: .portrait, front: front)
    DispatchQueue.main.async { self.watch(device) }
  }

  /// What to turn by, clockwise.
  var turn: QuarterTurn {
    lock.lock()
    defer { lock.unlock() }
    return current
  }

  /// Watches no more.
  func end() {
    DispatchQueue.main.async {
      self.observation?.invalidate()
      self.observation = nil
      self.coordinator = nil
      if let observer = self.observer {
        NotificationCenter.default.removeObserver(observer)
        UIDevice.current.endGeneratingDeviceOrientationNotifications()
      }
      self.observer = nil
    }
  }

  @MainActor private func watch(_ device: AVCaptureDevice) {
    if #available(iOS 17.0, *) {
      let coordinator = AVCaptureDevice.RotationCoordinator(device: device, previewLayer: nil)
      self.coordinator = coordinator
      let angle = \AVCaptureDevice.RotationCoordinator.videoRotationAngleForHorizonLevelCapture
      observation = coordinator.observe(angle, options: [.initial, .new]) { [weak self] coordinator, _ in
        self?.set(QuarterTurn(degrees: Double(coordinator[keyPath: angle])))
      }
      return
    }
    UIDevice.current.beginGeneratingDeviceOrientationNotifications()
    let center = NotificationCenter.default
    observer = center.addObserver(
      forName: UIDevice.orientationDidChangeNotification, object: nil, queue: .main
    ) { [weak self] _ in
      MainActor.assumeIsolated { self?.turned() }
    }
    turned()
  }

  /// Lying flat says nothing about which way is up: what was known stays.
  @MainActor private func turned() {
    let held: Held
    switch UIDevice.current.orientation {
    case .portrait: held = .portrait
    case .portraitUpsideDown: held = .portraitUpsideDown
    case .landscapeLeft: held = .landscapeLeft
    case .landscapeRight: held = .landscapeRight
    default: return
    }
    set(QuarterTurn(held: held, front: front))
  }

  private func set(_ turn: QuarterTurn) {
    lock.lock()
    current = turn
    lock.unlock()
  }
}
