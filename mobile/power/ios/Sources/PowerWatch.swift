import Foundation
import UIKit

/// Reads what iOS tells of battery and heat, when asked and in a rhythm. UIKit is read on the main thread, where
/// all of this happens.
final class PowerWatch: @unchecked Sendable {
  @MainActor private var sequence: UInt64 = 0
  @MainActor private var timer: DispatchSourceTimer?
  @MainActor private var observers: [NSObjectProtocol] = []
  @MainActor private var listener: ((Reading) -> Void)?
  @MainActor private var interval = DispatchTimeInterval.seconds(1)

  /// Lets the system watch the battery, without which it says nothing.
  func prepare() {
    DispatchQueue.main.async { UIDevice.current.isBatteryMonitoringEnabled = true }
  }

  func read(_ done: @escaping (Reading) -> Void) {
    DispatchQueue.main.async { done(self.reading()) }
  }

  /// Tells `listener` at once, every `interval`, and whenever heat, charging or the power saver changes. It ends
  /// what was started before.
  func start(
    every interval: DispatchTimeInterval, listener: @escaping (Reading) -> Void,
    started: @escaping () -> Void
  ) {
    DispatchQueue.main.async {
      self.end()
      self.interval = interval
      self.listener = listener
      started()
      self.observe()
      self.run()
    }
  }

  func stop(_ done: @escaping () -> Void) {
    DispatchQueue.main.async {
      self.end()
      done()
    }
  }

  @MainActor private func end() {
    pause()
    listener = nil
    observers.forEach(NotificationCenter.default.removeObserver)
    observers = []
  }

  @MainActor private func pause() {
    timer?.cancel()
    timer = nil
  }

  /// Tells at once, and then in the rhythm.
  @MainActor private func run() {
    pause()
    let timer = DispatchSource.makeTimerSource(queue: .main)
    timer.schedule(deadline: .now(), repeating: interval, leeway: .milliseconds(50))
    timer.setEventHandler { [weak self] in
      MainActor.assumeIsolated { self?.tell() }
    }
    self.timer = timer
    timer.resume()
  }

  @MainActor private func tell() {
    listener?(reading())
  }

  @MainActor private func reading() -> Reading {
    let device = UIDevice.current
    let process = ProcessInfo.processInfo
    let raw = RawPower(
      batteryLevel: device.batteryLevel, batteryState: device.batteryState.rawValue,
      thermalState: process.thermalState.rawValue, lowPowerMode: process.isLowPowerModeEnabled)
    defer { sequence += 1 }
    return Reading(raw, sequence: sequence)
  }

  @MainActor private func observe() {
    for name in [
      UIDevice.batteryStateDidChangeNotification, ProcessInfo.thermalStateDidChangeNotification,
      .NSProcessInfoPowerStateDidChange,
    ] {
      on(name) { $0.tell() }
    }
    on(UIApplication.didEnterBackgroundNotification) { $0.pause() }
    on(UIApplication.willEnterForegroundNotification) { $0.run() }
  }

  @MainActor private func on(_ name: Notification.Name, _ act: @escaping @MainActor @Sendable (PowerWatch) -> Void) {
    let center = NotificationCenter.default
    observers.append(
      center.addObserver(forName: name, object: nil, queue: .main) { [weak self] _ in
        MainActor.assumeIsolated {
          guard let self = self else { return }
          act(self)
        }
      })
  }
}
