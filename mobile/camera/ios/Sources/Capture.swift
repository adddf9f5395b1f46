import AVFoundation
import UIKit

/// A camera that is open: from its session's start until it is closed or lost. Touched on `queue` only.
final class Capture: @unchecked Sendable {
  let wanted: Wanted
  let device: AVCaptureDevice
  let held: HeldDevice
  let still: StillCapture
  let focus: FocusPoint

  private let queue: DispatchQueue
  private let session = AVCaptureSession()
  private var frames: FrameOutput?
  private let onChange: (Change) -> Void
  private var states = CaptureStates()
  private var observers: [NSObjectProtocol] = []
  private var fps = 0

  var isOver: Bool { states.isOver }

  /// Sets up the camera `wanted.id` with the format that is the nearest to what is wanted. Runs nothing yet.
  init(_ wanted: Wanted, queue: DispatchQueue, onChange: @escaping (Change) -> Void) throws {
    self.wanted = wanted
    self.queue = queue
    self.onChange = onChange
    device = try CameraDevices.device(wanted.id)
    held = HeldDevice(device)
    still = StillCapture(queue: queue)
    focus = FocusPoint(device, queue: queue)
    do {
      try configure()
    } catch {
      held.end()
      throw error
    }
  }

  /// Starts it, and says what it is. It blocks until the camera runs, as AVFoundation does.
  func start() -> Opened {
    observe()
    session.startRunning()
    let info = CameraDevices.info(device)
    let size = CMVideoFormatDescriptionGetDimensions(device.activeFormat.formatDescription)
    return Opened(
      id: info.id, width: Int(size.width), height: Int(size.height), fps: fps, torch: info.torch,
      minZoom: info.minZoom, maxZoom: info.maxZoom)
  }

  /// Stops it. No frame is handed over after this returns.
  func end() {
    observers.forEach(NotificationCenter.default.removeObserver)
    observers = []
    session.stopRunning()
    frames?.end()
    focus.end()
    still.end()
    held.end()
  }

  private func configure() throws {
    session.beginConfiguration()
    defer { session.commitConfiguration() }
    session.sessionPreset = .inputPriority
    let input = try AVCaptureDeviceInput(device: device)
    let frames = FrameOutput(sink: wanted.handle, held: held) { [weak self] in
      guard let self = self else { return }
      self.queue.async { self.happened(.frame) }
    }
    guard session.canAddInput(input) else { throw CameraError.failed("the camera cannot be joined to a session") }
    session.addInput(input)
    guard session.canAddOutput(frames.output), session.canAddOutput(still.output) else {
      throw CameraError.failed("the camera gives no frames beside stills")
    }
    session.addOutput(frames.output)
    session.addOutput(still.output)
    fps = try device.configured { try CameraDevices.setFormat(of: device, wanted).fps }
    still.prepare(for: device)
    for output in [frames.output, still.output] {
      output.connections.forEach(Self.leaveUnmirrored)
    }
    self.frames = frames
  }

  /// Frames of the front camera are not mirrored, so that what is written stays readable.
  private static func leaveUnmirrored(_ connection: AVCaptureConnection) {
    guard connection.isVideoMirroringSupported else { return }
    connection.automaticallyAdjustsVideoMirroring = false
    connection.isVideoMirrored = false
  }

  private func observe() {
    on(.AVCaptureSessionWasInterrupted, of: session) {
      .interrupted($0.userInfo?[AVCaptureSessionInterruptionReasonKey] as? Int)
    }
    on(.AVCaptureSessionInterruptionEnded, of: session) { _ in .interruptionEnded }
    on(.AVCaptureSessionRuntimeError, of: session) {
      let error = $0.userInfo?[AVCaptureSessionErrorKey] as? AVError
      return .failed(reset: error?.code == .mediaServicesWereReset, message: error?.localizedDescription)
    }
    on(.AVCaptureDeviceWasDisconnected, of: device) { _ in .disconnected }
    on(UIApplication.didEnterBackgroundNotification, of: nil) { _ in .left }
    on(UIApplication.willEnterForegroundNotification, of: nil) { _ in .returned }
  }

  /// What the system tells.
  private enum Signal: Sendable {
    /// The session, for the reason of this number.
    case interrupted(Int?)
    case interruptionEnded
    /// The session failed; `reset`: since the system's media services began anew.
    case failed(reset: Bool, message: String?)
    case disconnected
    /// The app left the screen, or came back to it.
    case left, returned
  }

  private func on(_ name: Notification.Name, of object: Any?, _ signal: @escaping (Notification) -> Signal) {
    let observer = NotificationCenter.default.addObserver(forName: name, object: object, queue: nil) {
      [weak self] notification in
      let signal = signal(notification)
      guard let self = self else { return }
      self.queue.async { self.received(signal) }
    }
    observers.append(observer)
  }

  private func received(_ signal: Signal) {
    // Of one that was closed meanwhile.
    guard !observers.isEmpty else { return }
    switch signal {
    case .interrupted(let reason):
      if let reason = Self.reason(reason) { happened(.interrupted(reason)) }
    case .interruptionEnded:
      frames?.announceNext()
    case .failed(let reset, let message):
      guard reset else { return happened(.ended(.failed, message: message ?? "the session failed")) }
      frames?.announceNext()
      session.startRunning()
    case .disconnected:
      happened(.ended(.disconnected, message: nil))
    case .left:
      // iOS takes the camera from what is in the background; this also ends the session's own work there.
      happened(.interrupted(.background))
      session.stopRunning()
    case .returned:
      guard CameraPermission.state() == .granted else {
        return happened(.ended(.permissionDenied, message: nil))
      }
      frames?.announceNext()
      session.startRunning()
    }
  }

  /// Nil where sound alone is concerned, which is none of this camera's business.
  private static func reason(_ number: Int?) -> Change.Reason? {
    switch number.flatMap(AVCaptureSession.InterruptionReason.init(rawValue:)) {
    case .videoDeviceNotAvailableInBackground: return .background
    case .videoDeviceNotAvailableDueToSystemPressure: return .disabled
    case .audioDeviceInUseByAnotherClient: return nil
    default: return .inUse
    }
  }

  private func happened(_ event: CaptureStates.Event) {
    guard let change = states.after(event) else { return }
    onChange(change)
    if states.isOver { end() }
  }
}
